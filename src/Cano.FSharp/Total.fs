namespace Cano.FSharp

open Cano

/// What `Workflow.total` takes: the states with a function that says what is done in each, or, of a
/// union, the function alone, for its cases are known.
[<Sealed; NoEquality; NoComparison>]
type Total private () =

    /// Stands for the choice.
    static member val Any = Total()

    static member private Told
        (place: Place<'S>, handle: Handle<'S>, again, workflow: Workflow<'S>)
        =
        match handle.Register place again with
        | None -> Ending.at place workflow
        | Some step ->
            let rules =
                (handle.Said, Rules.Unsaid)
                ||> List.foldBack (fun saying rules -> saying.Change rules)

            step.Tell rules workflow

    static member Of(_choice: Total, states: seq<'S>) : ('S -> Handle<'S>) -> Workflow<'S> =
        fun handle ->
            (Cases.workflow<'S>(Resources()), states)
            ||> Seq.fold (fun workflow state ->
                Total.Told(Named.At state, handle state, None, workflow))

    /// What is done in a state is asked once of a value of its case whose fields are empty, and
    /// again at each visit, of the value that the run has.
    static member Of(_choice: Total, handle: 'S -> Handle<'S>) : Workflow<'S> =
        if not Cases.isUnion<'S> then
            invalidArg
                (nameof handle)
                $"'{typeof<'S>.Name}' is no union: list its states before the function"

        let again (context: TaskContext) =
            match (handle (context.StateAs<'S>())).Body with
            | Some body -> body
            | None ->
                let state = context.State

                invalidOp
                    $"state '{state}' is an exit for some of its data, and has work for other data"

        (Cases.workflow<'S>(Resources()), Cases.samples<'S>())
        ||> List.fold (fun workflow (state, carries) ->
            let again = if carries then Some again else None
            Total.Told(Named.At state, handle state, again, workflow))

    /// What was chosen.
    static member inline Take< ^W, ^X, ^R when (^W or ^X): (static member Of: ^W * ^X -> ^R)>
        (choice: ^W, given: ^X)
        : ^R =
        ((^W or ^X): (static member Of: ^W * ^X -> ^R) (choice, given))
