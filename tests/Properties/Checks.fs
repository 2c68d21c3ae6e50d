namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Cano.Properties.Mistakes
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What is wrong with a definition is told before it runs, all of it at once.
type Checks(output: ITestOutputHelper) =
    inherit Laws(output)

    [<Law(2_000)>]
    member law.``a sound definition has no problems``() =
        let isOpen (state: StateDefinition) =
            match state.Step with
            | StepKind.Split _ -> false
            | StepKind.Wait wait -> wait.Signals |> Seq.exists (fun signal -> isNull signal.To)
            | _ -> isNull state.To

        law.Holds [ "open" ] (Arb.fromGen Definitions.sound) (fun (definition, initial) ->
            Assert.Empty(Check.wiring definition)

            // Only when every state declares its edges can reachability be judged.
            if definition.States |> Seq.exists isOpen then
                Assert.Empty(Check.initial definition initial)
                [ "open" ]
            else
                [])

    [<Law(2_000)>]
    [<Trait("ID", "B3");
      Trait("ID", "B4");
      Trait("ID", "B5");
      Trait("ID", "B6");
      Trait("ID", "Y4");
      Trait("ID", "Y19")>]
    member law.``every mistake is told, each once and all together``() =
        let cases =
            Gen.zip Definitions.sound (Gen.subListOf [ 0 .. mistakes.Length - 1 ])
            |> Arb.fromGen

        law.Holds [ "several" ] cases (fun ((definition, initial), chosen) ->
            let chosen = chosen |> List.map (fun i -> mistakes[i])
            let broken = (definition, chosen) ||> List.fold (fun it (mistake, _) -> mistake it)
            let problems = Check.wiring broken
            Assert.Equal(chosen.Length, problems.Length)

            for _, sentence in chosen do
                Assert.Single(problems, fun (problem: string) -> problem.StartsWith sentence)
                |> ignore

            for problem in problems do
                Assert.Contains(problem, Check.initial broken initial)

            Law.met [ "several", chosen.Length > 1 ])

    [<Fact>]
    [<Trait("ID", "B1"); Trait("ID", "B2"); Trait("ID", "B7")>]
    member _.``an empty definition and an unknown start are told together``() =
        Law.equal
            [|
                "Workflow has no registered state handlers"
                "Workflow has no exit states defined — orchestration may loop forever"
                "Initial state Ghost is neither registered nor an exit state"
            |]
            (Check.initial (Definitions.workflow [] []) "Ghost")

    [<Fact>]
    [<Trait("ID", "Y4")>]
    member _.``branches that a function lists are not counted beforehand``() =
        let unlisted = {
            split (JoinStrategy.Quorum 50) 0 with
                Branches = null
        }

        let definition = Definitions.workflow [] [ "Done" ] |> splitting "Fan" unlisted
        Assert.Empty(Check.wiring definition)

    [<Fact>]
    [<Trait("ID", "Y19")>]
    member _.``states that cannot be reached and dead ends are told when every edge is declared``
        ()
        =
        let definition =
            Definitions.workflow [] [ "Done" ]
            |> leading "Start" [ "Done"; "Trap" ]
            |> leading "Trap" [ "Trap" ]
            |> leading "Lonely" [ "Done" ]

        Law.equal
            [|
                "State 'Trap' is a dead end: no exit state can be reached from it"
                "State 'Lonely' cannot be reached from 'Start'"
            |]
            (Check.initial definition "Start")

        let openOne = definition |> adding (Definitions.state "Open" single)
        Assert.Empty(Check.initial openOne "Start")

    [<Fact>]
    member _.``a snapshot after no rows, and more states than are numbered, are told``() =
        let sound = Definitions.workflow [ Definitions.state "S" single ] [ "Done" ]

        Law.equal
            [| "Workflow writes a snapshot every 0 rows; choose at least 1" |]
            (Check.wiring { sound with SnapshotEvery = 0 })

        let exits count = Array.init count (fun i -> $"E{i}")
        let many count = { sound with Exits = exits count }
        Assert.Empty(Check.wiring (many (Check.statesMax - 1)))

        Law.equal
            [| "Workflow has 65536 states; at most 65535 are supported" |]
            (Check.wiring (many Check.statesMax))

    [<Fact>]
    [<Trait("ID", "Y19")>]
    member _.``nothing is reached through an exit, though it has a handler with edges``() =
        let definition =
            Definitions.workflow [] [ "Done"; "Halt" ]
            |> leading "Start" [ "Halt" ]
            |> leading "Halt" [ "After" ]
            |> leading "After" [ "Done" ]

        Law.equal
            [| "State 'After' cannot be reached from 'Start'" |]
            (Check.initial definition "Start")
