namespace Cano.Kernel

open System.Collections.Generic
open Cano

/// All problems of a definition at once, one sentence each. Empty means sound.
[<RequireQualifiedAccess>]
module Check =

    /// States are kept as 16-bit numbers while a workflow runs.
    let statesMax = 65_535

    /// What is counted more than once. There is nearly never anything, and counting takes much.
    let private duplicates (names: string seq) =
        names |> Seq.countBy id |> Seq.filter (fun (_, n) -> n > 1) |> Seq.map fst

    /// The names of all states, and whether those with work have names of their own.
    let private knows (definition: Definition) =
        let known = HashSet<string>(definition.States.Count + definition.Exits.Count)
        known.UnionWith(definition.States |> Seq.map _.Name)
        let areDistinct = known.Count = definition.States.Count
        known.UnionWith definition.Exits
        struct (known, areDistinct)

    let private edges (known: HashSet<string>) (state: StateDefinition) = [
        match state.To with
        | null -> ()
        | targets ->
            if targets.Count = 0 then
                $"State '{state.Name}' declares that nothing follows it; make it an exit state"

            for target in targets do
                if not (known.Contains target) then
                    Words.sentence
                        $"State '{state.Name}' declares '{target}', which is neither registered nor an exit state"
    ]

    /// Problems that do not depend on where a run starts.
    [<CompiledName "Wiring">]
    let wiring (definition: Definition) : string[] =
        let struct (known, areDistinct) = knows definition

        Array.ofList [
            if definition.States.Count = 0 then
                "Workflow has no registered state handlers"
            if definition.Exits.Count = 0 then
                "Workflow has no exit states defined — orchestration may loop forever"
            if known.Count > statesMax then
                Words.sentence
                    $"Workflow has {known.Count} states; at most {statesMax} are supported"
            if definition.SnapshotEvery < 1 then
                Words.sentence
                    $"Workflow writes a snapshot every {definition.SnapshotEvery} rows; choose at least 1"
            if not areDistinct then
                for name in duplicates (definition.States |> Seq.map _.Name) do
                    $"Two states share the name '{name}' in the journal"
            for name in duplicates definition.Exits do
                $"Two exit states share the name '{name}' in the journal"
            for state in definition.States do
                yield! (Steps.traits state.Step).Problems known state.Name
                yield! edges known state
        ]

    /// The declared edges of every state; None when others too may follow one.
    let private graph (definition: Definition) =
        let declared =
            definition.States
            |> Seq.map (fun state -> state.Name, Steps.ways state)
            |> List.ofSeq

        if declared |> List.forall (fun (_, ways) -> ways.AreAll) then
            Some(
                declared
                |> List.map (fun (name, ways) -> name, [ for edge in ways.Edges -> edge.Next ])
            )
        else
            None

    let private reach (next: string -> string list) start =
        let rec go seen waiting =
            match waiting with
            | [] -> seen
            | state :: rest when Set.contains state seen -> go seen rest
            | state :: rest -> go (Set.add state seen) (next state @ rest)

        go Set.empty start

    let private reachability (definition: Definition) initial =
        match graph definition with
        | None -> []
        | Some edges ->
            let forward = Map.ofList edges
            let exits = Set.ofSeq definition.Exits

            let next state =
                if exits.Contains state then
                    []
                else
                    forward |> Map.tryFind state |> Option.defaultValue []

            let reached = reach next [ initial ]

            let into =
                edges
                |> List.collect (fun (name, nexts) -> nexts |> List.map (fun next -> next, name))
                |> List.groupBy fst
                |> List.map (fun (state, from) -> state, List.map snd from)
                |> Map.ofList

            let backward state =
                into |> Map.tryFind state |> Option.defaultValue []

            let ending = reach backward (List.ofSeq definition.Exits)

            [
                for name, _ in edges do
                    if not (reached.Contains name) then
                        Words.sentence $"State '{name}' cannot be reached from '{initial}'"
                    elif not (exits.Contains name || ending.Contains name) then
                        $"State '{name}' is a dead end: no exit state can be reached from it"
            ]

    /// The states of which nothing is said, where it is known which there are, and one of them may
    /// be come to: some state does not declare what follows it.
    [<CompiledName "Unsaid">]
    let unsaid (definition: Definition) (states: string seq) : string[] =
        match graph definition with
        | Some _ -> [||]
        | None ->
            let struct (known, _) = knows definition

            [|
                for state in states do
                    if not (known.Contains state) then
                        $"State '{state}' has no work, and is no exit state: a run that comes to it fails. Register it, declare it an exit, or declare of every state what follows"
            |]

    /// The problem of a run that starts in a state which the workflow does not have.
    [<CompiledName "UnknownInitial">]
    let unknownInitial (initial: string) : string =
        Words.sentence $"Initial state {initial} is neither registered nor an exit state"

    /// The problem of a task that answered with a state which the workflow does not have.
    [<CompiledName "UnknownNext">]
    let unknownNext (next: string) : string =
        Words.sentence $"No task registered for state: {next}"

    /// Every problem of a run that starts in `initial`, those of the wiring included.
    [<CompiledName "Initial">]
    let initial (definition: Definition) (initial: string) : string[] =
        let wiring = wiring definition

        let start =
            let struct (known, _) = knows definition

            if known.Contains initial then
                reachability definition initial
            else
                [ unknownInitial initial ]

        Array.append wiring (Array.ofList start)
