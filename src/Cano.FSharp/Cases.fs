namespace Cano.FSharp

open System
open System.Collections.Concurrent
open System.Reflection
open Cano
open Microsoft.FSharp.Reflection

/// The cases of a union of states.
[<RequireQualifiedAccess>]
module internal Cases =

    // A union that others cannot see has cases all the same.
    let private everything = BindingFlags.Public ||| BindingFlags.NonPublic

    let isUnion<'S> : bool = FSharpType.IsUnion(typeof<'S>, everything)

    /// A workflow without states yet. The cases of a union are its states.
    let workflow<'S when 'S: not null> (resources: Resources) : Workflow<'S> =
        if isUnion<'S> then
            Workflow.OfCases<'S> resources
        else
            Workflow.Create<'S> resources

    /// Nothing: of a type whose values may not be missing too, for nobody looks at it.
    let missing (field: Type) : obj =
        if field.IsValueType then
            Unchecked.nonNull (Activator.CreateInstance field)
        else
            Unchecked.defaultof<obj>

    let private object (state: 'S) : obj =
        match box state with
        | null -> nullArg (nameof state)
        | state -> state

    /// The case of a value.
    let caseOf (state: 'S) =
        let case, _ = FSharpValue.GetUnionFields(object state, typeof<'S>, everything)
        case

    /// What tells a state from others: of a union its case.
    let key (state: 'S) : string * obj =
        if isUnion<'S> then
            let case = caseOf state
            case.Name, case.Tag :> obj
        else
            string (object state), object state

/// Cases that a function of their data makes: what they carry is found by reflection once.
[<AbstractClass; Sealed>]
type internal CaseData<'D, 'S> private () =

    static let everything = BindingFlags.Public ||| BindingFlags.NonPublic

    static let isUnion = Cases.isUnion<'S>

    static let tag =
        if isUnion then
            FSharpValue.PreComputeUnionTagReader(typeof<'S>, everything)
        else
            fun _ -> -1

    static let tagOf (state: 'S) = tag (box state)

    /// Nothing, for a value of the case of which nobody looks at the data.
    static let nothing: 'D =
        if FSharpType.IsTuple typeof<'D> then
            let empty = FSharpType.GetTupleElements typeof<'D> |> Array.map Cases.missing
            unbox<'D>(FSharpValue.MakeTuple(empty, typeof<'D>))
        else
            Unchecked.defaultof<'D>

    static let readers = ConcurrentDictionary<int, 'S -> 'D>()

    static let read (case: UnionCaseInfo) : 'S -> 'D =
        let types = case.GetFields() |> Array.map _.PropertyType
        let read = FSharpValue.PreComputeUnionReader(case, everything)

        if types.Length = 1 && types[0] = typeof<'D> then
            fun state -> unbox<'D>(Unchecked.nonNull (Array.head (read (box state))))
        elif types.Length > 1 && FSharpType.MakeTupleType types = typeof<'D> then
            let tuple = FSharpValue.PreComputeTupleConstructor typeof<'D>
            fun state -> unbox<'D>(tuple (read (box state)))
        else
            invalidArg
                "case"
                $"what names state '{case.Name}' is to be the case itself, and not another function"

    /// As `read`, of whatever state a run is in.
    static let reader (sample: 'S) : 'S -> 'D =
        let case = Cases.caseOf sample
        let read = read case

        fun state ->
            if tagOf state = case.Tag then
                read state
            else
                raise (
                    Misuse.told
                        $"the data of '{case.Name}' was asked for in state '{(Cases.caseOf state).Name}': a body has what its own state carries"
                )

    /// A value of the case.
    static member Sample(make: 'D -> 'S) : 'S =
        if not isUnion then
            invalidArg
                "case"
                $"a state that carries data is a case of a union, and '{typeof<'S>.Name}' is none"

        make nothing

    /// Reads what the values of a case carry: its field, or its fields as a tuple.
    static member Reader(sample: 'S) : 'S -> 'D =
        readers.GetOrAdd(tagOf sample, Func<_, _>(fun _ -> reader sample))
