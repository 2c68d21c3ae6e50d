namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Expecto
open global.Xunit

/// Definitions, and what may be wrong with them.
module internal Mistakes =

    let single = StepKind.Single Definitions.noRetry

    let split strategy branches : SplitDefinition = {
        Strategy = strategy
        Next = "Done"
        Branches = Definitions.branches branches
        Timeout = Nullable()
        Bulkhead = Nullable()
        WaitForAll = false
        Journaled = false
    }

    let adding state (definition: Definition) = {
        definition with
            States = Array.append (Array.ofSeq definition.States) [| state |]
    }

    let splitting name split =
        adding (Definitions.state name (StepKind.Split split))

    let joining name strategy = splitting name (split strategy 2)

    let leading name (ways: string list) =
        adding {
            Definitions.state name single with
                To = Array.ofList ways
        }

    let answering name (ways: (string list) | null) : SignalDefinition = {
        Name = name
        Policy = Definitions.noRetry
        To =
            match ways with
            | null -> null
            | ways -> Array.ofList ways
    }

    let ending (seconds: float) next : DeadlineDefinition = {
        Span = TimeSpan.FromSeconds seconds
        Next = next
    }

    let waiting name signals endings =
        adding (
            Definitions.state
                name
                (StepKind.Wait {
                    Signals = Array.ofList signals
                    Deadlines = Array.ofList endings
                })
        )

    /// One mistake each, and the sentence about it.
    let mistakes: ((Definition -> Definition) * string) list = [
        waiting "W0" [] [], "Wait 'W0' waits for nothing"
        waiting "W1" [] [ ending 1.0 "Done"; ending 2.0 "Done" ], "Wait 'W1' goes on after 2 times"
        waiting "W2" [ answering "go" [ "Done" ]; answering "go" null ] [],
        "Wait 'W2' says 2 times what follows signal 'go'"
        waiting "W3" [ answering "" null ] [], "Wait 'W3' waits for a signal without a name"
        waiting "W4" [ answering "go" [] ] [], "Wait 'W4' declares that nothing follows signal 'go'"
        waiting "W5" [ answering "go" [ "Ghost" ] ] [],
        "Wait 'W5' leads to 'Ghost', which is neither registered nor an exit state"
        waiting "W6" [] [ ending 1.0 "Ghost" ],
        "Wait 'W6' leads to 'Ghost', which is neither registered nor an exit state"
        waiting "W7" [] [ ending -1.0 "Done" ], "Wait 'W7': its time -1 s must not be below zero"
        splitting "X0" {
            split JoinStrategy.All 2 with
                Next = "Ghost"
        },
        "Split 'X0': join_state 'Ghost' is neither registered nor an exit state"
        joining "X1" JoinStrategy.PartialTimeout,
        "Split 'X1': PartialTimeout strategy requires a timeout to be configured"
        joining "X2" (JoinStrategy.Share 0.0), "Split 'X2': Percentage(0) must be above 0"
        joining "X3" (JoinStrategy.Share 1.5), "Split 'X3': Percentage(1.5) must be above 0"
        joining "X4" (JoinStrategy.Share nan), "Split 'X4': Percentage(NaN) must be above 0"
        splitting "X5" {
            split JoinStrategy.All 2 with
                Bulkhead = Nullable 0
        },
        "Split 'X5': bulkhead 0 must be at least 1"
        joining "X6" (JoinStrategy.Successes 0), "Split 'X6': Quorum(0) would always hold"
        joining "X7" (JoinStrategy.Quorum 3), "Split 'X7': Quorum(3) can never hold"
        joining "X8" (JoinStrategy.Enough 0), "Split 'X8': PartialResults(0) would always hold"
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

/// What is said of a definition with one mistake.
type CheckExamples() =
    static let told =
        testList "told" [
            for mistake, sentence in Mistakes.mistakes do
                test sentence {
                    let sound =
                        Definitions.workflow [ Definitions.state "S0" Mistakes.single ] [ "Done" ]

                    let problem = Assert.Single(Check.wiring (mistake sound))
                    Assert.StartsWith(sentence, problem)
                }
        ]

    static member Told = Examples.rows told

    [<Theory; MemberData("Told")>]
    [<Trait("ID", "B3"); Trait("ID", "Y4"); Trait("ID", "Y19")>]
    member _.``a mistake in the wiring is told in a sentence that names its place``
        (example: Example)
        =
        Examples.run told example
