namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Cano.Model
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// Branches of which rows tell: none twice, none lost, and none under way when the run does
/// something else.
type JournaledBranches(output: ITestOutputHelper) =
    inherit Laws(output)

    let splitOf (played: Played) (run: Run) =
        match Answers.stepOf played.Plan run.State with
        | Some(StepKind.Split split) when split.Journaled -> Some split
        | _ -> None

    let fanOut (run: Run) =
        DurableState.fanOutOf run.Visit run.Durable

    let ended (rows: Row list) =
        rows
        |> List.choose (fun row ->
            match row.Fact with
            | Fact.BranchCompleted branch -> Some(row, branch)
            | _ -> None)

    let tally (fan: FanOut) : Tally =
        let isSuccess (branch: BranchEnding) = isNull branch.Error

        {
            Total = (nonNull fan.Listing).Items.Length
            Succeeded = fan.Branches |> List.filter isSuccess |> List.length
            Failed = fan.Branches |> List.filter (isSuccess >> not) |> List.length
        }

    /// Most states have journaled branches, so that much is seen of them.
    let scenarios =
        let branched (i: int) (state: StateDefinition) =
            match state.Step with
            | StepKind.Split split when not split.Journaled -> {
                state with
                    Step = StepKind.Split { split with Journaled = true }
              }
            | StepKind.Single _
            | StepKind.Router _
            | StepKind.Timer _
            | StepKind.Stepped _
            | StepKind.Stream _
            | StepKind.Wait _
            | StepKind.Children _ -> {
                state with
                    Step =
                        StepKind.Split {
                            Strategy =
                                (if i % 3 = 0 then
                                     JoinStrategy.Quorum 2
                                 else
                                     JoinStrategy.All)
                            Next = state.Name
                            Branches = null
                            Timeout = Nullable(TimeSpan.FromMinutes 1.0)
                            Bulkhead = Nullable()
                            WaitForAll = i % 2 = 0
                            Journaled = true
                        }
              }
            | _ -> state

        Gen.oneof [
            Arb.toGen Scenarios.journaled
            Arb.toGen Scenarios.suspended
            // Few come to rest in the midst of their branches.
            Arb.toGen Scenarios.suspended
            Arb.toGen Scenarios.cancelled
        ]
        |> Gen.map (fun scenario -> {
            scenario with
                Definition = {
                    scenario.Definition with
                        States = scenario.Definition.States |> Seq.mapi branched |> Array.ofSeq
                }
        })
        |> Arb.fromGen

    [<Law(5_000)>]
    [<Trait("ID", "W2")>]
    member law.``items are listed before a branch begins, and each branch ends once a visit``() =
        law.Holds [ "several"; "after a crash"; "decided" ] scenarios (fun scenario ->
            let played = Play.scenario { scenario with Crashes = [ 2..3..44 ] }

            let ends =
                ended played.Rows |> List.map (fun (row, branch) -> row.Visit, branch.Index)

            Law.equal ends (List.distinct ends)

            for moment in played.Moments do
                match moment.After.Start with
                | Effect.RunBranches _ ->
                    Assert.NotNull((nonNull (fanOut moment.After.Run)).Listing)
                | _ -> ()

            Law.met [
                "several", ends |> List.exists (fun (_, index) -> index > 0)
                "after a crash",
                played.Moments
                |> List.exists (fun moment ->
                    moment.Event.IsResumed && moment.After.Start.IsRunBranches)
                "decided",
                played.Moments |> List.exists (fun moment -> moment.After.Run.Phase.IsJoining)
            ])

    [<Law(5_000)>]
    [<Trait("ID", "W2")>]
    member law.``what runs is judged by the ends that rows tell of, whoever read them``() =
        law.Holds [ "waiting"; "met"; "failed" ] scenarios (fun scenario ->
            let played = Play.scenario { scenario with Crashes = [ 3..4..44 ] }

            let judged =
                played.Moments
                |> List.choose (fun moment ->
                    match splitOf played moment.After.Run, moment.After.Start with
                    | Some split, Effect.RunBranches _ ->
                        Some(split, moment.After, nonNull (fanOut moment.After.Run))
                    | _ -> None)

            let verdicts = [
                for split, after, fan in judged ->
                    let tally = tally fan
                    let verdict = Join.verdict split.Strategy split.WaitForAll tally

                    match after.Run.Phase with
                    | Phase.Splitting(_, counted) ->
                        Law.equal (Verdict.Waiting, tally) (verdict, counted)
                    | Phase.Joining(_, counted, decided, _) ->
                        Law.equal (verdict, tally) (decided, counted)
                        Assert.True after.Stop
                    | phase -> Assert.Fail $"%A{phase}"

                    verdict
            ]

            Law.met [
                "waiting", verdicts |> List.contains Verdict.Waiting
                "met", verdicts |> List.contains Verdict.Met
                "failed", verdicts |> List.contains Verdict.Unreachable
            ])

    [<Law(5_000)>]
    [<Trait("ID", "W2")>]
    member law.``while branches run no row is written but of one that ended and of a cancel``() =
        law.Holds [ "ended"; "stopped"; "rested" ] scenarios (fun scenario ->
            let played = Play.scenario scenario

            let after underWay (moment: Moment) =
                match moment.After.Start, moment.Event with
                | Effect.RunBranches _, _ -> true
                | _, RunEvent.Resumed -> false
                | _, event when Answers.answered _.IsSplitEnded event -> false
                | _ -> underWay

            let underWay = played.Moments |> List.scan after false |> List.tail

            for moment, isUnderWay in List.zip played.Moments underWay do
                if isUnderWay then
                    match moment.After.Start with
                    | Effect.Append(row, _) ->
                        Assert.True(row.Fact.IsBranchCompleted || row.Fact.IsCancelRequested)
                    | start -> Assert.True(start.IsAwait || start.IsRunBranches, $"%A{start}")

            let phase isOf =
                List.zip played.Moments underWay
                |> List.exists (fun (moment, isUnderWay) -> isUnderWay && isOf moment.After.Run)

            Law.met [
                "ended", not (ended played.Rows).IsEmpty
                "stopped", phase _.Phase.IsStopping
                "rested", phase _.Suspending
            ])
