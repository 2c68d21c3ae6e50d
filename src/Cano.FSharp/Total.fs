namespace Cano.FSharp

open Cano

/// What `Workflow.total` takes: the states with a function that says what is done in each, or, of a
/// union, the function alone, for its cases are known.
[<Sealed; NoEquality; NoComparison>]
type Total private () =

    /// Stands for the choice.
    static member val Any = Total()

    static member Of(_choice: Total, states: seq<'S>) : ('S -> Handle<'S>) -> Workflow<'S> =
        fun handle ->
            (Cases.workflow<'S>(Resources()), states)
            ||> Seq.fold (fun workflow state ->
                CaseWork.tell (Named.At state) None (handle state) workflow)

    /// What is done in a state is asked before any run, of values of its case with made-up data,
    /// and again at each visit, of the value that the run has.
    static member Of(_choice: Total, handle: 'S -> Handle<'S>) : Workflow<'S> =
        if not Cases.isUnion<'S> then
            invalidArg
                (nameof handle)
                $"'{typeof<'S>.Name}' is no union: list its states before the function"

        CaseWork.all handle

    /// What was chosen.
    static member inline Take< ^W, ^X, ^R when (^W or ^X): (static member Of: ^W * ^X -> ^R)>
        (choice: ^W, given: ^X)
        : ^R =
        ((^W or ^X): (static member Of: ^W * ^X -> ^R) (choice, given))
