namespace Cano.FSharp

open Cano
open Cano.Runtime.Errors

/// What one total function says of the cases of a union. It is asked before any run, with made-up
/// data: so what it says of one case is to be one work, whatever the case carries.
[<RequireQualifiedAccess>]
module internal CaseWork =

    let tell (place: Place<'S>) again (handle: Handle<'S>) (workflow: Workflow<'S>) =
        match handle.Register place again with
        | None -> Ending.at place workflow
        | Some step ->
            let rules =
                (handle.Said, Rules.Unsaid)
                ||> List.foldBack (fun saying rules -> saying.Change rules)

            step.Tell rules workflow

    let private failed name (thrown: exn) =
        match thrown with
        | :? CanoException as refused -> refused.Error.Message
        | thrown ->
            $"State '{name}' has no work that can be told before a run: asked for it, the function of "
            + $"Workflow.total throws {UserText.Of thrown}. It is asked with made-up data (zeros, "
            + $"empty texts and lists, null for what cannot be made up): use the fields of '{name}' "
            + "inside the functions of its handle, behind `fun ctx ->`"

    let private anEnd = "an exit"

    /// All that is said of a state beside its functions: in words, and to be compared.
    let private said (place: Place<'S>) again (handle: Handle<'S>) : (string * obj) list =
        let alone = (tell place again handle (Cases.workflow<'S>(Resources()))).Definition

        let work: string * obj =
            match List.ofSeq alone.States with
            | [ state ] -> string state.Step, state
            | _ -> anEnd, anEnd

        work :: [ for value in handle.Once -> $"at the beginning of '{value}'", value ]

    let private difference (one: (string * obj) list) (other: (string * obj) list) =
        Seq.zip one other
        |> Seq.tryFind (fun ((_, one), (_, other)) -> not (one.Equals other))
        |> Option.map (fun ((one, _), (other, _)) -> one, other)

    /// What finds the work of a visit, by what its state carries.
    let private again name (handle: 'S -> Handle<'S>) (state: 'S) =
        match (handle state).Work with
        | Some work -> work
        | None -> raise (Misuse.told (Misuse.differs name "given work" anEnd))

    /// What is told of a case to its workflow, or what is wrong with it.
    let private ofCase (handle: 'S -> Handle<'S>) (samples: 'S list, carries) =
        let place = Named.At samples.Head
        let again = if carries then Some(again place.Name handle) else None

        let ask state =
            try
                let asked = handle state
                Ok(asked, said place again asked)
            with thrown ->
                Error thrown

        let answers = samples |> List.map ask

        match answers |> List.tryPick Result.toOption with
        | Some(first, told) ->
            let differing answer =
                answer |> Result.toOption |> Option.bind (snd >> difference told)

            match answers |> List.tryPick differing with
            | Some(one, other) -> Error(Misuse.differs place.Name one other)
            | None -> Ok(tell place again first)
        | None ->
            answers
            |> List.pick (function
                | Error thrown -> Some(Error(failed place.Name thrown))
                | Ok _ -> None)

    /// A workflow of every case.
    let all (handle: 'S -> Handle<'S>) : Workflow<'S> =
        let told = Samples.cases<'S>() |> List.map (ofCase handle)

        let problems = [|
            for case in told do
                match case with
                | Error problem -> problem
                | Ok _ -> ()
        |]

        InvalidConfiguration.ThrowIfAny problems

        (Cases.workflow<'S>(Resources()), told)
        ||> List.fold (fun workflow case ->
            match case with
            | Ok tell -> tell workflow
            | Error _ -> workflow)
