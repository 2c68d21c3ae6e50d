namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// When a split goes on, and when it cannot any more.
type Joins(output: ITestOutputHelper) =
    inherit Laws(output)

    let tally total succeeded failed = {
        Total = total
        Succeeded = succeeded
        Failed = failed
    }

    /// How many successes a strategy is published to need, by exact arithmetic in hundredths.
    let needed total (strategy: JoinStrategy) percent =
        match string strategy with
        | "All" -> total
        | "Any" -> 1
        | "PartialTimeout" -> 0
        | text when text.StartsWith "Percentage" -> (total * percent + 99) / 100
        | text -> int (text.Substring(text.IndexOf '(' + 1).TrimEnd ')')

    /// A strategy with its percentage, when it has one.
    let strategy total =
        Gen.oneof [
            Gen.constant (JoinStrategy.All, 0)
            Gen.constant (JoinStrategy.Any, 0)
            Gen.constant (JoinStrategy.PartialTimeout, 0)
            Gen.choose (1, total) |> Gen.map (fun n -> JoinStrategy.Quorum n, 0)
            Gen.choose (1, total) |> Gen.map (fun n -> JoinStrategy.PartialResults n, 0)
            Gen.choose (1, 100)
            |> Gen.map (fun p -> JoinStrategy.Percentage(float p / 100.0), p)
        ]

    let splits =
        Arb.fromGen (
            gen {
                let! total = Gen.choose (1, 9)
                let! strategy, percent = strategy total
                let! succeeded = Gen.choose (0, total)
                let! failed = Gen.choose (0, total - succeeded)
                let! waitForAll = Gen.elements [ true; false; false ]
                return strategy, percent, tally total succeeded failed, waitForAll
            }
        )

    let name (verdict: Verdict) = $"%A{verdict}"

    let verdicts = [ "Waiting"; "Met"; "Unreachable" ]

    /// The verdict once all branches have ended, by the number that succeeded.
    let final total strategy percent succeeded =
        if succeeded >= needed total strategy percent then
            Verdict.Met
        else
            Verdict.Unreachable

    [<Law(10_000)>]
    [<Trait("ID", "K1");
      Trait("ID", "K2");
      Trait("ID", "K3");
      Trait("ID", "K5");
      Trait("ID", "Y1");
      Trait("ID", "Y3")>]
    member law.``a join is decided as early as every way to end agrees, and no earlier``() =
        law.Holds verdicts splits (fun (strategy, percent, tally, waitForAll) ->
            let ways =
                [ 0 .. tally.Running ]
                |> List.map (fun more ->
                    final tally.Total strategy percent (tally.Succeeded + more))
                |> List.distinct

            let waits = waitForAll || strategy = JoinStrategy.PartialTimeout

            let expected =
                match ways with
                | [ certain ] when tally.Running = 0 || not waits -> certain
                | _ -> Verdict.Waiting

            let verdict = Join.verdict strategy waitForAll tally
            Law.equal expected verdict
            [ name verdict ])

    [<Law(10_000)>]
    [<Trait("ID", "Y1")>]
    member law.``a verdict is monotone: once met or unreachable, no further branch changes it``() =
        let lives =
            Arb.fromGen (
                gen {
                    let! total = Gen.choose (1, 30)
                    let! strategy, _ = strategy total
                    let! waitForAll = Gen.elements [ true; false; false ]
                    let! ends = Gen.listOfLength total (Gen.elements [ true; false ])
                    return strategy, waitForAll, ends
                }
            )

        law.Holds [ "Met"; "Unreachable"; "early" ] lives (fun (strategy, waitForAll, ends) ->
            let ended (tally: Tally) succeeded =
                if succeeded then
                    {
                        tally with
                            Succeeded = tally.Succeeded + 1
                    }
                else
                    { tally with Failed = tally.Failed + 1 }

            let verdicts =
                ends
                |> List.scan ended (tally ends.Length 0 0)
                |> List.map (Join.verdict strategy waitForAll)

            let decided = verdicts |> List.skipWhile _.IsWaiting
            Assert.NotEmpty decided
            Assert.Single(List.distinct decided) |> ignore

            [
                name (List.last decided)
                if decided.Length > 1 then
                    "early"
            ])

    [<Law(2_000)>]
    [<Trait("ID", "K6"); Trait("ID", "K7"); Trait("ID", "Y1")>]
    member law.``at the deadline a join is decided by what has ended``() =
        law.Holds [ "Met"; "Unreachable" ] splits (fun (strategy, percent, tally, _) ->
            let expected =
                if strategy = JoinStrategy.PartialTimeout then
                    if tally.Running = tally.Total then
                        Verdict.Unreachable
                    else
                        Verdict.Met
                else
                    final tally.Total strategy percent tally.Succeeded

            let verdict = Join.atDeadline strategy tally
            Law.equal expected verdict
            [ name verdict ])

    [<Law(1_000)>]
    [<Trait("ID", "K15"); Trait("ID", "Y4")>]
    member law.``a split without branches joins at once, whatever its strategy``() =
        let strategies = Arb.fromGen (Gen.zip (strategy 9) (Gen.elements [ true; false ]))

        law.Holds [] strategies (fun ((strategy, _), waitForAll) ->
            Law.equal Verdict.Met (Join.verdict strategy waitForAll (tally 0 0 0))
            [])

    [<Fact>]
    member _.``a result counts the branches that ended by themselves, and all``() =
        let result = BranchAnswers.result 5 [ true; false; true ]
        Law.equal (3, 5) (result.Completed, result.Total)

    [<Law(2_000)>]
    [<Trait("ID", "Y1")>]
    member law.``branches told of together count as if told of one by one``() =
        let started =
            Arb.fromGen (
                gen {
                    let! total = Gen.choose (1, 30)
                    let! strategy, _ = strategy total
                    let! waitForAll = Gen.elements [ true; false; false ]
                    let! succeeded = Gen.elements [ true; false ]
                    let! first = Gen.choose (1, total)
                    let! second = Gen.choose (0, total - first)
                    return strategy, waitForAll, succeeded, total, first, second
                }
            )

        law.Holds
            [ "waiting"; "decided"; "behind the verdict" ]
            started
            (fun (strategy, waitForAll, succeeded, total, first, second) ->
                let split =
                    StepKind.Split {
                        Strategy = strategy
                        Next = "Done"
                        Branches = null
                        Timeout = Nullable()
                        Bulkhead = Nullable()
                        WaitForAll = waitForAll
                        Journaled = false
                    }

                let plan =
                    Plan.Compile(Definitions.workflow [ Definitions.state "S" split ] [ "Done" ])

                let after (run: Run) event = (Play.step plan run event).Run

                let told counts =
                    [
                        RunEvent.Started false
                        RunEvent.Answered(0L, Answer.BranchesStarted total)
                        for succeeded, count in counts do
                            RunEvent.Answered(0L, Answer.BranchesEnded(succeeded, count))
                    ]
                    |> List.fold after (Run.Fresh(Target.Of(plan.NumberOf "S")))

                let together = told [ succeeded, first; not succeeded, second ]

                let oneByOne =
                    told (
                        List.replicate first (succeeded, 1)
                        @ List.replicate second (not succeeded, 1)
                    )

                Law.equal oneByOne.Tally together.Tally
                Law.equal $"%A{oneByOne.Phase}" $"%A{together.Phase}"

                [
                    if together.Phase.IsSplitting then "waiting" else "decided"
                    if together.Tally.Ended < first + second then
                        "behind the verdict"
                ])

    [<Law(2_000)>]
    member law.``a list of branches that fails after the split's time was up fails the run``() =
        law.Holds [ "late" ] Scenarios.any (fun scenario ->
            let played = Play.scenario scenario

            let joining =
                played.Moments |> List.map _.After.Run |> List.filter _.Phase.IsJoining

            for run in joining do
                let failure = {
                    Error = CanoError.Of(Fault.TaskExecution "no list")
                    Sample = 0.5
                    Now = Answers.epoch
                    Until = Nullable()
                }

                let after =
                    Play.step played.Plan run (RunEvent.Answered(run.Visit, Answer.Failed failure))

                match after.Start with
                | Effect.Finish(Outcome.Failed error) -> Law.equal failure.Error.Fault error.Fault
                | Effect.Append(row, _) ->
                    Assert.True(row.Fact.IsRollbackStarted || row.Fact.IsFailed)
                | Effect.Compensate _ -> Assert.NotNull after.Run.Durable.Rollback
                | effect -> Assert.Fail $"%A{effect} instead of a failure."

            Law.met [ "late", not joining.IsEmpty ])
