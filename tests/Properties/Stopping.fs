namespace Cano.Properties

open Cano
open Cano.Kernel
open Cano.Model
open global.Xunit
open global.Xunit.Abstractions

/// A run that is to rest, one that is to go back for good, and one that has failed.
type Stopping(output: ITestOutputHelper) =
    inherit Laws(output)

    let leavesRow (plan: Plan) (run: Run) = plan.Nodes[run.State].LeavesRow

    /// What happened from the request on, up to where this process ended.
    let sinceAsked (played: Played) =
        played.Moments
        |> List.skipWhile (fun moment ->
            not (moment.Event.IsSuspendRequested || moment.Event.IsCancelRequested))
        |> List.takeWhile (fun moment -> not moment.Event.IsResumed)

    /// It had failed before it was asked to rest.
    let wasFailing (run: Run) =
        match run.Phase with
        | Phase.Appending(_, Sequel.Fail _)
        | Phase.Stopping _ -> true
        | _ -> false

    let statusOf (played: Played) =
        match played.End.Durable.Last with
        | null -> RowStatus.OnItsWay
        | last -> (RowHead.after played.End.Durable last.Fact).Status

    [<Law(10_000)>]
    [<Trait("ID", "S1"); Trait("ID", "S2")>]
    member law.``a run that is to rest begins nothing, undoes nothing, and rests where its rows end``
        ()
        =
        let met = [ "rests"; "its end came first" ]

        law.Holds met Scenarios.suspended (fun scenario ->
            let played = Play.scenario scenario

            match sinceAsked played with
            | [] -> []
            | asked :: later as all ->
                for moment in later do
                    match moment.After.Start with
                    | Effect.RunTask _
                    | Effect.Continue _ -> Assert.False(leavesRow played.Plan moment.After.Run)
                    | Effect.RunSplit _
                    | Effect.NameChild _
                    | Effect.AwaitChildren _
                    | Effect.RecallChildren _
                    | Effect.Compensate _
                    | Effect.Wait _ -> Assert.Fail $"%A{moment.After.Start} began."
                    | Effect.Append { Fact = Fact.Failed(error, _) }
                    | Effect.Append { Fact = Fact.RollbackStarted error } ->
                        // What a body chose may not be allowed, which is its own fault.
                        Assert.True(wasFailing asked.Before || error.Category = "workflow")
                    // Others run beside the row of one, and are told to stop.
                    | Effect.RunBranches _ ->
                        Assert.True moment.After.Stop

                        match moment.Before.Phase with
                        | Phase.Appending(row, _) -> Assert.True row.Fact.IsBranchCompleted
                        | phase -> Assert.Fail $"%A{phase}"
                    | Effect.Append _
                    | Effect.Await
                    | Effect.Finish _ -> ()

                let wasRollingBack = not (isNull asked.Before.Durable.Rollback)

                match (List.last all).After.Run.Phase with
                | Phase.Ended Outcome.Suspended ->
                    let rows = (List.last all).After.Run.Durable

                    let durable =
                        played.Rows |> List.filter (fun row -> row.Sequence < rows.Sequence)

                    if not durable.IsEmpty then
                        Law.equal rows (Play.recover played.Plan durable).Durable

                    [
                        "rests"
                        if wasRollingBack then
                            "in a rollback"
                        if
                            later
                            |> List.exists (fun moment ->
                                moment.After.Start.IsRunTask || moment.After.Start.IsContinue)
                        then
                            "a router on the way"
                    ]
                | Phase.Ended _ -> [ "its end came first" ]
                | phase -> failwith $"The run is stuck in %A{phase}.")

    [<Law(10_000)>]
    [<Trait("ID", "S1")>]
    member law.``what ended well before a run rests is never done again``() =
        law.Holds [ "rested" ] Scenarios.suspended (fun scenario ->
            let played = Play.scenario scenario

            // A visit whose successor has its row is over.
            let entered = played.Rows |> List.filter _.Fact.IsStateEntered |> List.map _.Visit

            Law.equal (List.sort entered) entered

            let ended =
                played.Moments
                |> List.filter (fun moment ->
                    match moment.Event with
                    | RunEvent.Answered(_, Answer.Completed _) ->
                        moment.Before.Phase.IsRunning && moment.After.Start.IsAppend
                    | _ -> false)
                |> List.map _.Before.Visit

            Law.equal (List.distinct ended) ended

            Law.met [
                "rested",
                played.Moments
                |> List.exists (fun moment ->
                    moment.After.Run.Phase = Phase.Ended Outcome.Suspended)
            ])

    [<Law(5_000)>]
    [<Trait("ID", "S1")>]
    member law.``a branch that is cut off, and a split's time, decide no join of a run that is to rest``
        ()
        =
        law.Holds [ "in a split" ] Scenarios.suspended (fun scenario ->
            let played = Play.scenario scenario

            let splitting =
                played.Moments
                |> List.map _.After.Run
                |> List.filter (fun run -> run.Journaled && run.Phase.IsSplitting)

            for run in splitting do
                let answered (run: Run) answer =
                    Play.step played.Plan run (RunEvent.Answered(run.Visit, answer))

                let resting = (Play.step played.Plan run RunEvent.SuspendRequested).Run

                for answer in [ Answer.BranchesEnded(false, 1); Answer.SplitTimedOut ] do
                    let after = answered resting answer
                    Assert.True after.Start.IsAwait

                    let ended =
                        answered
                            after.Run
                            (Answer.SplitEnded(BranchAnswers.result 1 [ false ], null))

                    Law.equal (Phase.Ended Outcome.Suspended) ended.Run.Phase

            Law.met [ "in a split", not splitting.IsEmpty ])

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
                Assert.Contains(statusOf played, [ RowStatus.Cancelled; RowStatus.RollbackFailed ])

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
                            Answer.Succeeded 0
                            Answer.Completed(0, [| 1uy |])
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
                string (statusOf played)
                if played.Moments |> List.exists _.Event.IsResumed then
                    "a crash"
            ])

    [<Law(5_000)>]
    [<Trait("ID", "S7")>]
    member law.``a failure with nothing to undo is the run's newest row, and a resume begins its visit anew``
        ()
        =
        law.Holds [ "failed" ] Scenarios.undisturbed (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = true
                        Crashes = []
                }

            match played.End.Phase, List.tryLast played.Rows with
            | Phase.Ended(Outcome.Failed error), Some({ Fact = Fact.Failed(told, _) } as row) ->
                Law.equal error told
                Law.equal RowStatus.Failed (statusOf played)
                let run = played.End
                Assert.False(Run.isSettled &run)
                let recovered = Play.recover played.Plan played.Rows

                for event in [ RunEvent.Resumed; RunEvent.Retried ] do
                    match (Play.step played.Plan recovered event).Start with
                    | Effect.Append again ->
                        Assert.True again.Fact.IsStateEntered
                        Law.equal (row.State, row.Visit) (again.State, again.Visit)
                    | effect -> Assert.Fail $"%A{effect} instead of the visit's row."

                [
                    "failed"
                    if not (leavesRow played.Plan played.End) then
                        "a router"
                ]
            | Phase.Ended(Outcome.Failed _), Some row ->
                Assert.True row.Fact.IsRollbackFinished
                []
            | _ -> [])

    [<Law(5_000)>]
    [<Trait("ID", "S7")>]
    member law.``a retry tries what could not be undone again, newest first, and nothing that was``
        ()
        =
        law.Holds [ "one failed" ] Scenarios.undisturbedSagas (fun scenario ->
            let played = Play.scenario { scenario with Journaled = true }

            let failed =
                played.Moments
                |> List.choose (fun moment ->
                    match moment.Event, moment.Before.Phase with
                    | RunEvent.CompensationFailed _, Phase.Undoing(entry, _) -> Some entry
                    | _ -> None)

            let rec tried (run: Run) (event: RunEvent) =
                let after = Play.step played.Plan run event

                match after.Start with
                | Effect.Append _ -> tried after.Run RunEvent.RowAppended
                | Effect.Compensate entry ->
                    let rest, last = tried after.Run RunEvent.CompensationSucceeded
                    entry :: rest, last
                | _ -> [], after.Run

            if not failed.IsEmpty then
                let again, ended = tried (Play.recover played.Plan played.Rows) RunEvent.Retried

                Law.equal failed again

                match ended.Durable.Last with
                | NonNull last ->
                    Law.equal RowStatus.RolledBack (RowHead.after ended.Durable last.Fact).Status
                | _ -> Assert.Fail "The retry left no row."

            Law.met [ "several failed", failed.Length > 1; "one failed", failed.Length = 1 ])

    [<Law(5_000)>]
    [<Trait("ID", "S5"); Trait("ID", "S7")>]
    member law.``a cancel that comes while a retry's first row is written is not forgotten``() =
        law.Holds [ "failed" ] Scenarios.undisturbed (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = true
                        Crashes = []
                }

            let request = {
                Reason = "they changed their mind"
                RequestedAt = Answers.epoch
            }

            let rec rowsFrom (after: Transition) =
                let next event =
                    rowsFrom (Play.step played.Plan after.Run event)

                match after.Start with
                | Effect.Append row -> row :: next RunEvent.RowAppended
                | Effect.RecallChildren children ->
                    let ending = ChildAnswers.ending RowStatus.Cancelled children[0].Child.Index
                    let answer = Answer.WokenBy(Fact.ChildEnded ending)
                    next (RunEvent.Answered(after.Run.Visit, answer))
                | Effect.Finish(Outcome.Failed error) ->
                    Law.equal "cancelled" error.Category
                    []
                | effect -> failwith $"%A{effect} instead of the end."

            match played.End.Phase, List.tryLast played.Rows with
            | Phase.Ended(Outcome.Failed _), Some { Fact = Fact.Failed _ } ->
                let recovered = Play.recover played.Plan played.Rows

                for event in [ RunEvent.Resumed; RunEvent.Retried ] do
                    let begun = Play.step played.Plan recovered event
                    let asked = Play.step played.Plan begun.Run (RunEvent.CancelRequested request)
                    Assert.True asked.Start.IsAwait

                    match rowsFrom (Play.step played.Plan asked.Run RunEvent.RowAppended) with
                    | first :: later ->
                        Law.equal (Fact.CancelRequested request) first.Fact
                        Assert.True((List.last later).Fact.IsRollbackFinished)
                    | [] -> Assert.Fail "The run ended without a row of its cancel."

                [
                    "failed"
                    if not (leavesRow played.Plan played.End) then
                        "a router"
                ]
            | _ -> [])
