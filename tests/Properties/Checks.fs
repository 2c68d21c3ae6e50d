namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What is wrong with a definition is told before it runs, all of it at once.
type Checks(output: ITestOutputHelper) =
    inherit Laws(output)

    let single = Step.Single Definitions.noRetry

    let split strategy branches : SplitDefinition = {
        Strategy = strategy
        Next = "Done"
        Branches = Definitions.branches branches
        Timeout = Nullable()
        Bulkhead = Nullable()
        WaitForAll = false
    }

    let adding state (definition: Definition) = {
        definition with
            States = Array.append (Array.ofSeq definition.States) [| state |]
    }

    let splitting name split =
        adding (Definitions.state name (Step.Split split))

    let joining name strategy = splitting name (split strategy 2)

    let leading name (ways: string list) =
        adding {
            Definitions.state name single with
                To = Array.ofList ways
        }

    /// One mistake each, and the sentence about it.
    let mistakes: ((Definition -> Definition) * string) list = [
        splitting "X0" {
            split JoinStrategy.All 2 with
                Next = "Ghost"
        },
        "Split 'X0': join_state 'Ghost' is neither registered nor an exit state"
        joining "X1" JoinStrategy.PartialTimeout,
        "Split 'X1': PartialTimeout strategy requires a timeout to be configured"
        joining "X2" (JoinStrategy.Percentage 0.0), "Split 'X2': Percentage(0) must be above 0"
        joining "X3" (JoinStrategy.Percentage 1.5), "Split 'X3': Percentage(1.5) must be above 0"
        joining "X4" (JoinStrategy.Percentage nan), "Split 'X4': Percentage(NaN) must be above 0"
        splitting "X5" {
            split JoinStrategy.All 2 with
                Bulkhead = Nullable 0
        },
        "Split 'X5': bulkhead 0 must be at least 1"
        joining "X6" (JoinStrategy.Quorum 0), "Split 'X6': Quorum(0) would always hold"
        joining "X7" (JoinStrategy.Quorum 3), "Split 'X7': Quorum(3) can never hold"
        joining "X8" (JoinStrategy.PartialResults 0),
        "Split 'X8': PartialResults(0) would always hold"
        joining "X9" (JoinStrategy.PartialResults 3), "Split 'X9': PartialResults(3) can never hold"
        splitting "X10" (split JoinStrategy.All 0), "Split 'X10' has no branches"
        splitting "X11" {
            split JoinStrategy.All 2 with
                Timeout = Nullable TimeSpan.Zero
        },
        "Split 'X11': its timeout must be above zero"
        adding (Definitions.state "S0" single), "Two states share the name 'S0' in the journal"
        (fun it -> {
            it with
                Exits = Array.append (Array.ofSeq it.Exits) [| "Done" |]
        }),
        "Two exit states share the name 'Done' in the journal"
        leading "X14" [ "Nowhere" ], "State 'X14' declares 'Nowhere', which is neither registered"
        leading "X15" [], "State 'X15' declares that nothing follows it"
    ]

    [<Law(2_000)>]
    member law.``a sound definition has no problems``() =
        let isOpen (state: StateDefinition) =
            isNull state.To && not state.Step.IsSplit

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
