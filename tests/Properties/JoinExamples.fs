namespace Cano.Properties

open Cano
open Cano.Kernel
open Expecto
open global.Xunit

/// What joins decide, strategy by strategy.
type JoinExamples() =

    static let ofThree succeeded failed = {
        Total = 3
        Succeeded = succeeded
        Failed = failed
    }

    static let told strategy (tally: Tally) verdict =
        $"{strategy} is {verdict} at {tally.Succeeded} succeeded and {tally.Failed} failed of {tally.Total}"

    static let verdicts =
        testList "verdicts" [
            testList "as branches end" [
                for strategy, succeeded, failed, verdict in
                    [
                        JoinStrategy.All, 2, 0, Verdict.Waiting
                        JoinStrategy.All, 3, 0, Verdict.Met
                        JoinStrategy.All, 0, 1, Verdict.Unreachable
                        JoinStrategy.Any, 0, 2, Verdict.Waiting
                        JoinStrategy.Any, 1, 0, Verdict.Met
                        JoinStrategy.Any, 0, 3, Verdict.Unreachable
                        JoinStrategy.Quorum 2, 1, 1, Verdict.Waiting
                        JoinStrategy.Quorum 2, 2, 0, Verdict.Met
                        JoinStrategy.Quorum 2, 0, 2, Verdict.Unreachable
                        JoinStrategy.Percentage 0.5, 1, 1, Verdict.Waiting
                        JoinStrategy.Percentage 0.5, 2, 0, Verdict.Met
                        JoinStrategy.Percentage 0.5, 0, 2, Verdict.Unreachable
                        JoinStrategy.PartialResults 1, 0, 2, Verdict.Waiting
                        JoinStrategy.PartialResults 1, 1, 2, Verdict.Met
                        JoinStrategy.PartialResults 2, 1, 2, Verdict.Unreachable
                        JoinStrategy.PartialTimeout, 2, 0, Verdict.Waiting
                        JoinStrategy.PartialTimeout, 0, 3, Verdict.Met
                    ] do
                    let tally = ofThree succeeded failed

                    test (told strategy tally verdict) {
                        Law.equal verdict (Join.verdict strategy false tally)
                    }
            ]
            testList "when all are waited for" [
                for strategy, succeeded, failed, verdict in
                    [
                        JoinStrategy.Any, 1, 1, Verdict.Waiting
                        JoinStrategy.Any, 1, 2, Verdict.Met
                        JoinStrategy.All, 1, 1, Verdict.Waiting
                        JoinStrategy.All, 2, 1, Verdict.Unreachable
                    ] do
                    let tally = ofThree succeeded failed

                    test (told strategy tally verdict) {
                        Law.equal verdict (Join.verdict strategy true tally)
                    }
            ]
            testList "at the deadline" [
                for strategy, succeeded, failed, verdict in
                    [
                        JoinStrategy.All, 2, 0, Verdict.Unreachable
                        JoinStrategy.Any, 1, 0, Verdict.Met
                        JoinStrategy.Quorum 2, 1, 0, Verdict.Unreachable
                        JoinStrategy.Quorum 2, 2, 0, Verdict.Met
                        JoinStrategy.PartialTimeout, 0, 0, Verdict.Unreachable
                        JoinStrategy.PartialTimeout, 0, 1, Verdict.Met
                    ] do
                    let tally = ofThree succeeded failed

                    test (told strategy tally verdict) {
                        Law.equal verdict (Join.atDeadline strategy tally)
                    }
            ]
        ]

    static let shares =
        testList "asked for" [
            for fraction, total, needed in
                [
                    0.5, 3, 2
                    0.75, 4, 3
                    0.55, 100, 55
                    1.0, 7, 7
                    0.01, 100, 1
                    1e-10, 3, 1
                    4.9e-324, 1000, 1
                ] do
                test $"{needed} of {total} for a share of {fraction}" {
                    let verdict succeeded =
                        Join.verdict (JoinStrategy.Percentage fraction) false {
                            Total = total
                            Succeeded = succeeded
                            Failed = 0
                        }

                    Law.equal Verdict.Met (verdict needed)
                    Assert.NotEqual(Verdict.Met, verdict (needed - 1))
                }
        ]

    static member Verdicts = Examples.rows verdicts

    [<Theory; MemberData("Verdicts")>]
    [<Trait("ID", "K1");
      Trait("ID", "K2");
      Trait("ID", "K3");
      Trait("ID", "K4");
      Trait("ID", "K5");
      Trait("ID", "K6");
      Trait("ID", "K7");
      Trait("ID", "Y1")>]
    member _.``each strategy has its verdict``(example: Example) = Examples.run verdicts example

    static member Shares = Examples.rows shares

    [<Theory; MemberData("Shares")>]
    [<Trait("ID", "K4"); Trait("ID", "Y3")>]
    member _.``a percentage asks for the share rounded up``(example: Example) =
        Examples.run shares example
