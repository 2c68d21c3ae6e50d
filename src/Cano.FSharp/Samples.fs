namespace Cano.FSharp

open System
open System.Collections.Generic
open System.Reflection
open Microsoft.FSharp.Reflection

/// Made-up values of a type: few, unlike each other, and whole wherever that can be: zeros, empty
/// texts and lists first.
[<RequireQualifiedAccess>]
module internal Samples =

    let private everything = BindingFlags.Public ||| BindingFlags.NonPublic
    let private nothing: obj | null = null

    /// How many of a type within another: a union may speak of itself in many fields.
    let private most = 12

    let private numbers = [
        typeof<sbyte>
        typeof<byte>
        typeof<int16>
        typeof<uint16>
        typeof<int>
        typeof<uint32>
        typeof<int64>
        typeof<uint64>
        typeof<float32>
        typeof<float>
        typeof<decimal>
    ]

    let private second values =
        values |> List.tryItem 1 |> Option.defaultValue (List.head values)

    /// The first value of each field, the second of each, then in turn the others of one of them.
    let private varied (fields: (obj | null) list list) : (obj | null)[] list =
        let first = fields |> List.map List.head |> Array.ofList

        [
            first

            if fields |> List.exists (fun values -> values.Length > 1) then
                fields |> List.map second |> Array.ofList

            for field, values in List.indexed fields do
                for value in List.tail values do
                    Array.updateAt field value first
        ]

    /// What a sequence of nothing makes, where the type is one or is made of one.
    let private collection (kind: Type) : (obj | null) option =
        let empty (item: Type) = Array.CreateInstance(item, 0) :> obj

        let ofItems (parameter: ParameterInfo) =
            if
                parameter.ParameterType.IsGenericType
                && parameter.ParameterType.GetGenericTypeDefinition() =
                    typedefof<IEnumerable<string>>
            then
                Some(empty parameter.ParameterType.GenericTypeArguments[0])
            else
                None

        if kind.IsInterface && kind.GenericTypeArguments.Length = 1 then
            let items = empty kind.GenericTypeArguments[0]
            if kind.IsInstanceOfType items then Some items else None
        else
            kind.GetConstructors()
            |> Seq.map _.GetParameters()
            |> Seq.filter (fun parameters -> parameters.Length = 1)
            |> Seq.tryPick (Array.head >> ofItems)
            |> Option.map (fun items -> Activator.CreateInstance(kind, items))

    /// A value of a type that says nothing of its values; none where it has none without an
    /// argument.
    let private plain (kind: Type) : obj | null =
        let isMade =
            kind.IsValueType
            || not kind.IsAbstract && not (isNull (kind.GetConstructor Type.EmptyTypes))

        try
            match collection kind with
            | Some items -> items
            | None when isMade -> Activator.CreateInstance kind
            | None -> nothing
        with _ ->
            // Whatever a constructor throws: its field stays empty.
            nothing

    /// Values of a type, at least one, which may be null; deep: how far into types of types.
    let rec private within (deep: int) (kind: Type) : (obj | null) list =
        let several =
            if kind = typeof<bool> then
                [ box false; box true ]
            elif kind = typeof<string> then
                [ box ""; box "a" ]
            elif List.contains kind numbers then
                [ for n in [ 0; 1; 100 ] -> Convert.ChangeType(n, kind) ]
            elif kind.IsEnum then
                [ for value in Seq.cast<obj>(Enum.GetValues kind) -> value ]
            elif kind.IsArray then
                [ Array.CreateInstance(Unchecked.nonNull (kind.GetElementType()), 0) ]
            elif FSharpType.IsUnion(kind, everything) then
                FSharpType.GetUnionCases(kind, everything)
                |> List.ofArray
                |> List.collect (ofCase (deep - 1))
            elif deep > 0 && FSharpType.IsRecord(kind, everything) then
                FSharpType.GetRecordFields(kind, everything)
                |> fields (deep - 1)
                |> List.map (fun fields -> FSharpValue.MakeRecord(kind, fields, everything))
            elif deep > 0 && FSharpType.IsTuple kind then
                FSharpType.GetTupleElements kind
                |> List.ofArray
                |> List.map (within (deep - 1))
                |> varied
                |> List.map (fun fields -> FSharpValue.MakeTuple(fields, kind))
            else
                []

        if several.IsEmpty then
            [ plain kind ]
        else
            List.truncate most several

    and private fields deep (fields: PropertyInfo[]) =
        fields
        |> List.ofArray
        |> List.map (fun field -> within deep field.PropertyType)
        |> varied

    and private ofCase deep (case: UnionCaseInfo) : (obj | null) list =
        let ofFields = case.GetFields()

        if deep < 0 && ofFields.Length > 0 then
            []
        else
            fields deep ofFields
            |> List.map (fun fields -> FSharpValue.MakeUnion(case, fields, everything))

    /// Values of each case of a union, and whether it carries anything.
    let cases<'S> () : ('S list * bool) list = [
        for case in FSharpType.GetUnionCases(typeof<'S>, everything) ->
            ofCase 3 case |> List.map unbox<'S>, case.GetFields().Length > 0
    ]
