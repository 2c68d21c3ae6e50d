namespace Cano.FSharp

open System
open System.Reflection
open Cano
open Microsoft.FSharp.Reflection

/// The cases of a union of states.
[<RequireQualifiedAccess>]
module internal Cases =

    // A union that others cannot see has cases all the same.
    let private everything = BindingFlags.Public ||| BindingFlags.NonPublic

    let isUnion<'S> = FSharpType.IsUnion(typeof<'S>, everything)

    /// A workflow without states yet. The cases of a union are its states.
    let workflow<'S when 'S: not null> (resources: Resources) : Workflow<'S> =
        if isUnion<'S> then
            Workflow.OfCases<'S> resources
        else
            Workflow.Create<'S> resources

    /// Nothing: of a type whose values may not be missing too, for nobody looks at it.
    let private missing (field: Type) : obj =
        if field.IsValueType then
            Unchecked.nonNull (Activator.CreateInstance field)
        else
            Unchecked.defaultof<obj>

    let private object (state: 'S) : obj =
        match box state with
        | null -> nullArg (nameof state)
        | state -> state

    let private caseOf (state: 'S) =
        let case, _ = FSharpValue.GetUnionFields(object state, typeof<'S>, everything)
        case

    /// What tells a state from others: of a union its case.
    let key (state: 'S) : string * obj =
        if isUnion<'S> then
            let case = caseOf state
            case.Name, case.Tag :> obj
        else
            string (object state), object state

    /// A value of the case that a function makes.
    let sample (make: 'D -> 'S) : 'S =
        if not isUnion<'S> then
            invalidArg
                "case"
                $"a state that carries data is a case of a union, and '{typeof<'S>.Name}' is none"

        if FSharpType.IsTuple typeof<'D> then
            let empty = FSharpType.GetTupleElements typeof<'D> |> Array.map missing
            let nothing = FSharpValue.MakeTuple(empty, typeof<'D>)
            make (unbox<'D> nothing)
        else
            make (Unchecked.defaultof<'D>)

    /// Reads what the values of a case carry: its field, or its fields as a tuple.
    let reader<'D, 'S> (sample: 'S) : 'S -> 'D =
        let case = caseOf sample
        let types = case.GetFields() |> Array.map _.PropertyType
        let read = FSharpValue.PreComputeUnionReader(case, everything)

        if types.Length = 1 && types[0] = typeof<'D> then
            fun state -> unbox<'D>(Unchecked.nonNull (Array.head (read (object state))))
        elif types.Length > 1 && FSharpType.MakeTupleType types = typeof<'D> then
            let tuple = FSharpValue.PreComputeTupleConstructor typeof<'D>
            fun state -> unbox<'D>(tuple (read (object state)))
        else
            invalidArg
                "case"
                $"what names state '{case.Name}' is to be the case itself, and not another function"
