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
        | Some step -> step.Tell (Rules.ofAll handle.Said) workflow

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
    let private said (empty: Workflow<'S>) place again (handle: Handle<'S>) : (string * obj) list =
        let alone = (tell place again handle empty).Definition

        let work: string * obj =
            match List.ofSeq alone.States with
            | [ state ] -> string state.Step, state
            | _ -> anEnd, anEnd

        work :: [ for what, value in handle.Beside -> $"{what} '{value}'", value ]

    let private difference (one: (string * obj) list) (other: (string * obj) list) =
        Seq.zip one other
        |> Seq.tryFind (fun ((_, one), (_, other)) -> not (one.Equals other))
        |> Option.map (fun ((one, _), (other, _)) -> one, other)

    /// As `said`, cheap enough for every visit.
    let private sketched (handle: Handle<'S>) =
        let rules = Rules.ofAll handle.Said

        (rules.Config, rules.Undo, rules.AtOnce, rules.To |> Option.map (List.map Cases.key)),
        List.map snd handle.Beside

    /// Stands for what finds the work of a visit, where nothing visits.
    let private unvisited (_: 'S) : obj =
        invalidOp "a state that is only looked at has no visits"

    let private askedOf name (handle: 'S -> Handle<'S>) (state: 'S) =
        try
            handle state
        with
        | :? CanoException -> reraise ()
        | thrown -> raise (Misuse.told (Misuse.throws name (UserText.Of thrown)))

    /// What finds the work of a visit, by what its state carries. Data that nobody made up may
    /// bring to light that different things are said: then nothing is done.
    let private again empty (place: Place<'S>) (first: Handle<'S>) (handle: 'S -> Handle<'S>) =
        let sketch = sketched first

        let differs one other =
            Misuse.told (Misuse.differs place.Name one other)

        fun (state: 'S) ->
            let asked = askedOf place.Name handle state

            match asked.Work with
            | Some work when sketched asked = sketch -> work
            | _ ->
                let all = said empty place (Some unvisited)

                match difference (all first) (all asked) with
                | Some(one, other) -> raise (differs one other)
                | None -> raise (differs "given work of one kind" "of another")

    /// What is told of a case to its workflow, or what is wrong with it.
    let private ofCase
        (empty: Workflow<'S>)
        (handle: 'S -> Handle<'S>)
        (samples: 'S list, carries)
        =
        let place = Named.At samples.Head
        let looked = if carries then Some unvisited else None

        let ask state =
            try
                let asked = handle state
                Ok(asked, said empty place looked asked)
            with thrown ->
                Error thrown

        let answers = samples |> List.map ask

        match answers |> List.tryPick Result.toOption with
        | Some(first, told) ->
            let differing answer =
                answer |> Result.toOption |> Option.bind (snd >> difference told)

            match answers |> List.tryPick differing with
            | Some(one, other) -> Error(Misuse.differs place.Name one other)
            | None ->
                let again =
                    if carries then
                        Some(again empty place first handle)
                    else
                        None

                Ok(tell place again first)
        | None ->
            answers
            |> List.pick (function
                | Error thrown -> Some(Error(failed place.Name thrown))
                | Ok _ -> None)

    /// A workflow of every case.
    let all (handle: 'S -> Handle<'S>) : Workflow<'S> =
        let empty = Cases.workflow<'S>(Resources())
        let told = Samples.cases<'S>() |> List.map (ofCase empty handle)

        let problems = [|
            for case in told do
                match case with
                | Error problem -> problem
                | Ok _ -> ()
        |]

        InvalidConfiguration.ThrowIfAny problems

        (empty, told)
        ||> List.fold (fun workflow case ->
            match case with
            | Ok tell -> tell workflow
            | Error _ -> workflow)
