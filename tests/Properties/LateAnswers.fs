namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// Answers that come too late, twice, or from work that is no longer wanted.
type LateAnswers(output: ITestOutputHelper) =
    inherit Laws(output)

    let failure = {
        Error = CanoError.Of(Fault.TaskExecution "late")
        Sample = 0.5
        Now = Answers.epoch
        Until = Nullable()
    }

    let signal: TakenSignal = {
        Number = 0L
        Name = "approve"
        Id = null
        Payload = null
    }

    let isEndOfWait (answer: Answer) =
        match answer with
        | Answer.WokenBy fact -> fact.IsSignalTaken
        | _ -> false

    let isEndOfChild (answer: Answer) =
        match answer with
        | Answer.WokenBy fact -> fact.IsChildEnded
        | _ -> false

    let isEndOfBranch (answer: Answer) =
        match answer with
        | Answer.WokenBy fact -> fact.IsBranchCompleted
        | _ -> false

    /// Every answer of a visit's work.
    let ofVisit visit next = [
        RunEvent.Answered(visit, Answer.Succeeded(Target.Of next))
        RunEvent.Answered(visit, Answer.UnknownNextState("Nowhere"))
        RunEvent.Answered(visit, Answer.FailedForGood failure.Error)
        RunEvent.Answered(visit, Answer.Advanced [| 2uy |])
        RunEvent.Answered(visit, Answer.WaitRequested(WaitRequest.For(Nullable Answers.epoch)))
        RunEvent.Answered(visit, Answer.WaitRequested(WaitRequest.For(Nullable())))
        RunEvent.Answered(visit, Answer.Failed failure)
        RunEvent.Answered(visit, Answer.Refused)
        RunEvent.Answered(visit, Answer.Completed(Target.Of next, [| 1uy |]))
        RunEvent.Answered(visit, Answer.Woken)
        RunEvent.Answered(visit, Answer.WokenBy(Fact.SignalTaken signal))
        RunEvent.Answered(visit, Answer.WokenBy Fact.Finished)
        RunEvent.Answered(
            visit,
            Answer.WokenBy(Fact.ChildEnded(ChildAnswers.ending RowStatus.Failed 0))
        )
        RunEvent.Answered(visit, Answer.WokenBy(Fact.BranchCompleted(BranchAnswers.ending 0 true)))
        RunEvent.Answered(visit, Answer.ItemsListed { Items = [| null |]; Due = Nullable() })
        RunEvent.Answered(visit, Answer.ChildNamed(ChildAnswers.start 0))
        RunEvent.Answered(visit, Answer.BranchesStarted 2)
        RunEvent.Answered(visit, Answer.BranchesEnded(true, 1))
        RunEvent.Answered(visit, Answer.BranchesEnded(false, 2))
        RunEvent.Answered(visit, Answer.SplitTimedOut)
        RunEvent.Answered(visit, Answer.SplitEnded(BranchAnswers.result 2 [ true; true ], null))
    ]

    let ofRun = [
        RunEvent.Started true
        RunEvent.Started false
        RunEvent.Resumed
        RunEvent.RowAppended
        RunEvent.RowAccepted
        RunEvent.Flushed
        RunEvent.AppendFailed failure.Error
        RunEvent.CompensationSucceeded
        RunEvent.CompensationFailed failure
        RunEvent.RollbackTimedOut true
        RunEvent.RollbackTimedOut false
    ]

    let isOfTask (event: RunEvent) =
        Answers.answered _.IsSucceeded event
        || Answers.answered _.IsUnknownNextState event
        || Answers.answered _.IsFailed event
        || Answers.answered _.IsRefused event
        || Answers.answered _.IsFailedForGood event
        || Answers.answered _.IsCompleted event
        || Answers.answered _.IsAdvanced event
        || Answers.answered _.IsWaitRequested event
        || Answers.answered _.IsItemsListed event
        || Answers.answered _.IsChildNamed event

    /// Work that ends the run came too late, but it is done: the run goes on to its exit as if
    /// nobody had asked.
    let isExcused (run: Run) =
        match run.Phase with
        | Phase.Ready
        | Phase.Appending(_, null) -> true
        | _ -> false

    let isFailure event =
        Answers.answered _.IsFailed event || Answers.answered _.IsFailedForGood event

    /// What a run can hear of in a phase; all else does not fit. Requests to stop fit everywhere.
    let fits (run: Run) (event: RunEvent) =
        match run.Phase with
        | Phase.Ready -> event.IsStarted || event.IsResumed
        | Phase.Appending _ -> event.IsRowAppended || event.IsRowAccepted || event.IsAppendFailed
        | Phase.Flushing _ -> event.IsFlushed || event.IsAppendFailed
        | Phase.Running ->
            isOfTask event
            || (Answers.answered _.IsSplitTimedOut event
                && not (isNull (DurableState.fanOutOf run.Visit run.Durable)))
        | Phase.Waiting { FailedAttempt = 0; Due = due } ->
            (Answers.answered _.IsWoken event && due.HasValue)
            || Answers.answered isEndOfWait event
            || isFailure event
        | Phase.Waiting _ ->
            Answers.answered _.IsWoken event || Answers.answered _.IsFailedForGood event
        | Phase.Splitting _ ->
            isFailure event
            || Answers.answered _.IsBranchesStarted event
            || Answers.answered _.IsBranchesEnded event
            || Answers.answered _.IsSplitTimedOut event
            || Answers.answered _.IsItemsListed event
            || Answers.answered isEndOfBranch event
        | Phase.Joining _ -> Answers.answered _.IsSplitEnded event || isFailure event
        | Phase.Awaiting ->
            Answers.answered isEndOfChild event
            || Answers.answered _.IsWoken event
            || Answers.answered _.IsSplitTimedOut event
            || isFailure event
        | Phase.Recalling _ ->
            Answers.answered isEndOfChild event
            || Answers.answered _.IsWoken event
            || isFailure event
        | Phase.Stopping _ -> isOfTask event || Answers.answered _.IsSplitEnded event
        | Phase.Undoing _ ->
            event.IsCompensationSucceeded
            || event.IsCompensationFailed
            || event.IsRollbackTimedOut
        | Phase.Pausing _ ->
            Answers.answered _.IsWoken event
            || Answers.answered _.IsFailedForGood event
            || event.IsRollbackTimedOut
        | Phase.Ended _ -> false

    let changesNothing (plan: Plan) (run: Run) event =
        let after = Play.step plan run event

        if not (after.Run = run && after.Start = Effect.Await && not after.Stop) then
            Assert.Fail $"%A{event} in %A{run.Phase} of visit {run.Visit} led to %A{after}"

    let phase (run: Run) =
        match run.Phase with
        | Phase.Ready -> "ready"
        | Phase.Appending _ -> "recording"
        | Phase.Flushing _ -> "flushing"
        | Phase.Running -> "running"
        | Phase.Waiting { FailedAttempt = 0 } -> "sleeping"
        | Phase.Waiting _ -> "waiting"
        | Phase.Splitting _ -> "splitting"
        | Phase.Joining _ -> "joining"
        | Phase.Awaiting -> "awaiting"
        | Phase.Recalling _ -> "recalling"
        | Phase.Stopping _ -> "stopping"
        | Phase.Undoing _ -> "undoing"
        | Phase.Pausing _ -> "pausing"
        | Phase.Ended _ -> "ended"

    let phases = [
        "ready"
        "recording"
        "running"
        "waiting"
        "sleeping"
        "splitting"
        "joining"
        "awaiting"
        "recalling"
        "stopping"
        "undoing"
        "ended"
    ]

    /// The runs of a scenario between its events, the last one included.
    let runs (played: Played) =
        (played.Moments |> List.map _.Before) @ [ played.End ]

    [<Law(10_000)>]
    member law.``an answer of another visit leaves the run as it is, and starts and stops nothing``
        ()
        =
        let values =
            Arb.fromGen (
                Gen.zip (Arb.toGen Scenarios.any) (Gen.elements [ -2L; -1L; 1L; 2L; 1000L ])
            )

        law.Holds phases values (fun (scenario, distance) ->
            let played = Play.scenario scenario
            let runs = runs played

            for run in runs do
                ofVisit (run.Visit + distance) run.State
                |> List.iter (changesNothing played.Plan run)

            List.map phase runs)

    [<Law(10_000)>]
    member law.``an event that does not fit the phase leaves the run as it is``() =
        law.Holds phases Scenarios.any (fun scenario ->
            let played = Play.scenario scenario
            let runs = runs played

            for run in runs do
                ofVisit run.Visit run.State @ ofRun
                |> List.filter (fun event -> not (fits run event))
                |> List.iter (changesNothing played.Plan run)

            List.map phase runs)

    [<Law(2_000)>]
    member law.``an answer of work that comes twice counts once``() =
        law.Holds [ "task"; "step"; "wait"; "delay"; "split" ] Scenarios.any (fun scenario ->
            let played = Play.scenario scenario

            // Rows, compensations, cursors and branches are told apart by their order alone.
            let once =
                played.Moments
                |> List.filter (fun moment ->
                    Answers.answered _.IsSucceeded moment.Event
                    || Answers.answered _.IsFailed moment.Event
                    || Answers.answered _.IsRefused moment.Event
                    || Answers.answered _.IsUnknownNextState moment.Event
                    || Answers.answered _.IsFailedForGood moment.Event
                    || Answers.answered _.IsCompleted moment.Event
                    || Answers.answered _.IsWaitRequested moment.Event
                    || (Answers.answered _.IsWoken moment.Event
                        // Who waits for children looks once more.
                        && not moment.Before.Phase.IsAwaiting
                        && not moment.Before.Phase.IsRecalling)
                    || (Answers.answered _.IsSplitTimedOut moment.Event
                        && not moment.Before.Phase.IsAwaiting)
                    || Answers.answered _.IsSplitEnded moment.Event)

            // That children cannot be recalled is an answer of its own.
            let once =
                once |> List.filter (fun moment -> not moment.After.Run.Phase.IsRecalling)

            for moment in once do
                changesNothing played.Plan moment.After.Run moment.Event

            Law.met [
                "task",
                once |> List.exists (fun moment -> Answers.answered _.IsSucceeded moment.Event)
                "step",
                once |> List.exists (fun moment -> Answers.answered _.IsCompleted moment.Event)
                "wait",
                once
                |> List.exists (fun moment -> Answers.answered _.IsWaitRequested moment.Event)
                "delay",
                once |> List.exists (fun moment -> Answers.answered _.IsWoken moment.Event)
                "split",
                once |> List.exists (fun moment -> Answers.answered _.IsSplitEnded moment.Event)
            ])

    [<Law(2_000)>]
    [<Trait("ID", "G15"); Trait("ID", "I1")>]
    member law.``after the first request to stop, another one changes nothing``() =
        law.Holds [ "stopping"; "undoing"; "ended" ] Scenarios.stopped (fun scenario ->
            let played = Play.scenario scenario

            let asked =
                played.Moments
                |> List.skipWhile (fun moment ->
                    not (moment.Event.IsCallerCancelled || moment.Event.IsDeadlinePassed))
                |> List.map _.After.Run
                |> List.filter (isExcused >> not)

            for run in asked do
                changesNothing played.Plan run RunEvent.CallerCancelled

                changesNothing
                    played.Plan
                    run
                    (RunEvent.DeadlinePassed(TimeSpan.FromSeconds 2.0, TimeSpan.FromSeconds 1.0))

            List.map phase asked)

    [<Law(2_000)>]
    member law.``nothing after the end: no event moves an ended run, nor starts or stops anything``
        ()
        =
        law.Holds [ "completed"; "failed"; "undone" ] Scenarios.any (fun scenario ->
            let played = Play.scenario scenario
            let run = played.End
            Assert.True run.Phase.IsEnded

            let requests = [
                RunEvent.CallerCancelled
                RunEvent.DeadlinePassed(TimeSpan.FromSeconds 2.0, TimeSpan.FromSeconds 1.0)
            ]

            ofVisit run.Visit run.State @ ofRun @ requests
            |> List.iter (changesNothing played.Plan run)

            let isCompleted =
                match run.Phase with
                | Phase.Ended outcome -> outcome.IsCompleted
                | _ -> false

            Law.met [
                "completed", isCompleted
                "failed", not isCompleted
                "undone", not (isNull run.Durable.Rollback)
            ])
