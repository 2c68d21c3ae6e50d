namespace Cano.Properties

open Cano
open Cano.Kernel
open global.Xunit
open global.Xunit.Abstractions

/// A run that is to go back for good.
type Cancelling(output: ITestOutputHelper) =
    inherit Laws(output)

    [<Law(10_000)>]
    [<Trait("ID", "S5")>]
    member law.``from the row that says that a cancel was asked for a run only goes backward``() =
        let met = [
            "undone"
            "nothing to undo"
            "beside work"
            "an end came first"
            "work answers"
        ]

        law.Holds met Scenarios.cancelled (fun scenario ->
            let played = Play.scenario scenario

            match played.Rows |> List.tryFindIndex _.Fact.IsCancelRequested with
            | None -> [ "an end came first" ]
            | Some at ->
                let later = played.Rows |> List.skip (at + 1)

                for row in later do
                    match row.Fact with
                    | Fact.StepCompleted _
                    | Fact.CursorAdvanced _
                    | Fact.ChildEnded _
                    | Fact.RollbackStarted _
                    | Fact.Compensated _
                    | Fact.RollbackFinished _
                    | Fact.Snapshot _ -> ()
                    | fact -> Assert.Fail $"%A{Fact.kind fact} came after the request."

                Assert.True((List.last later).Fact.IsRollbackFinished)
                Assert.Contains(played.Status, [ RowStatus.Cancelled; RowStatus.RollbackFailed ])

                let asked = played.Moments |> List.find _.Event.IsCancelRequested

                [
                    if later |> List.exists _.Fact.IsRollbackStarted then
                        "undone"
                    else
                        "nothing to undo"
                    if asked.Before.Phase.IsRunning then
                        "beside work"
                    if
                        later
                        |> List.exists (fun row ->
                            row.Fact.IsStepCompleted || row.Fact.IsCursorAdvanced)
                    then
                        "work answers"
                ])

    [<Law(5_000)>]
    [<Trait("ID", "S5"); Trait("ID", "S17")>]
    member law.``a cancel whose row cannot be written awaits the work beside it, and writes nothing more``
        ()
        =
        law.Holds [ "beside work"; "in a split" ] Scenarios.cancelled (fun scenario ->
            let played = Play.scenario scenario
            let lost = CanoError.Of(Fault.CheckpointStore "the disk is gone")

            let step run event = Play.step played.Plan run event

            let request = {
                Reason = null
                RequestedAt = Answers.epoch
            }

            let beside =
                played.Moments
                |> List.map _.After.Run
                |> List.filter (fun run ->
                    run.Journaled
                    && isNull run.Durable.Cancel
                    && (run.Phase.IsRunning || run.Phase.IsSplitting))

            for run in beside do
                let asked = step run (RunEvent.CancelRequested request)
                Assert.True asked.Start.IsAppend
                let failed = step asked.Run (RunEvent.AppendFailed lost)
                Assert.True(failed.Start.IsAwait && failed.Stop)

                // Nothing else that is asked meanwhile changes that.
                for asked in
                    [
                        RunEvent.CallerCancelled
                        RunEvent.CancelRequested request
                        RunEvent.SuspendRequested
                    ] do
                    let run = (step failed.Run asked).Run

                    for answer in
                        [
                            Answer.Succeeded(Target.Of 0)
                            Answer.Completed(Target.Of 0, [| 1uy |])
                            Answer.Advanced [| 1uy |]
                            Answer.FailedForGood(CanoError.Of(Fault.Generic "for good"))
                            Answer.SplitEnded(BranchAnswers.result 1 [ false ], null)
                        ] do
                        match (step run (RunEvent.Answered(run.Visit, answer))).Start with
                        | Effect.Finish(Outcome.Failed error) ->
                            Law.equal "checkpoint_store" error.Category
                        | effect -> Assert.Fail $"%A{effect} instead of the end."

            Law.met [
                "beside work", beside |> List.exists _.Phase.IsRunning
                "in a split", beside |> List.exists _.Phase.IsSplitting
            ])

    [<Law(10_000)>]
    [<Trait("ID", "S5"); Trait("ID", "S14")>]
    member law.``whatever else befalls a run that is asked to rest or to go back, it ends, and once``
        ()
        =
        let met = [ "Cancelled"; "Completed"; "a crash"; "RolledBack" ]

        law.Holds met Scenarios.askedAndDisturbed (fun scenario ->
            let played = Play.scenario scenario

            match played.End.Phase with
            | Phase.Ended _ -> ()
            | phase ->
                failwith $"The run is stuck in %A{phase} after {played.Moments.Length} events."

            let ends =
                played.Rows
                |> List.filter (fun row -> row.Fact.IsFinished || row.Fact.IsRollbackFinished)

            Assert.InRange(ends.Length, 0, 1)

            match played.Rows |> List.tryFindIndex _.Fact.IsCancelRequested with
            | Some at ->
                for row in List.skip at played.Rows do
                    Assert.False(row.Fact.IsStateEntered || row.Fact.IsFinished)

                Assert.NotEmpty ends
            | None -> ()

            [
                string (played.Status)
                if played.Moments |> List.exists _.Event.IsResumed then
                    "a crash"
            ])
