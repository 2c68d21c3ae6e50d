namespace Cano.Kernel

open System
open Cano

/// Attempts to undo a completed step, and the waits between them. Nothing here leads forward.
[<RequireQualifiedAccess>]
module internal Undoing =

    /// It is tried again, at once or after a delay, or stays undone.
    let private again
        (plan: Plan)
        (run: Run)
        (entry: UndoEntry)
        attempt
        (failure: Failure)
        : Transition =
        let record fact =
            Advance.record plan run (Onward.rowOf plan &run entry.State fact) null

        match Retry.decide (plan.UndoRetry entry.State) attempt failure.Error failure.Sample with
        | RetryDecision.GiveUp -> record (Fact.Compensated(Retry.exhausted attempt failure.Error))
        | RetryDecision.RetryAfter delay ->
            let suspension = Suspension.After(failure.Now, delay, attempt, failure.Until)

            if run.Journaled && delay >= Suspension.JournaledMin then
                record (Fact.WaitStarted suspension)
            elif run.Suspending then
                Onward.ended run Outcome.Suspended
            else
                Advance.pause plan run suspension (WaitEnd.After delay)

    /// The compensation under way has succeeded.
    let succeeded (plan: Plan) (run: Run) : Transition =
        match run.Phase with
        | Phase.Undoing(entry, _) ->
            Advance.record
                plan
                run
                (Onward.rowOf plan &run entry.State (Fact.Compensated null))
                null
        | Phase.Ready
        | Phase.Appending _
        | Phase.Flushing _
        | Phase.Running
        | Phase.Waiting _
        | Phase.Pausing _
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Awaiting
        | Phase.Recalling _
        | Phase.Stopping _
        | Phase.Ended _ -> Onward.unchanged run

    /// The compensation under way has failed.
    let failed (plan: Plan) (run: Run) (failure: Failure) : Transition =
        match run.Phase with
        | Phase.Undoing(entry, attempt) -> again plan run entry attempt failure
        | Phase.Ready
        | Phase.Appending _
        | Phase.Flushing _
        | Phase.Running
        | Phase.Waiting _
        | Phase.Pausing _
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Awaiting
        | Phase.Recalling _
        | Phase.Stopping _
        | Phase.Ended _ -> Onward.unchanged run

    /// The time of the rollback is up.
    let outOfTime (plan: Plan) (run: Run) (overdue: bool) : Transition =
        if run.Phase.IsUndoing || run.Phase.IsPausing then
            let fact = Fact.RollbackFinished(Undo.outOfTime overdue run.Durable)
            Advance.record plan run (Onward.rowOf plan &run (plan.NameOf run.State) fact) null
        else
            Onward.unchanged run

    let pausing (plan: Plan) (run: Run) (suspension: Suspension) (answer: Answer) : Transition =
        match answer with
        // What cannot wait does not give up for it.
        | Answer.Woken
        | Answer.FailedForGood _ -> Advance.undo plan run (suspension.FailedAttempt + 1)
        | Answer.WokenBy _
        | Answer.Failed _
        | Answer.Succeeded _
        | Answer.UnknownNextState _
        | Answer.Refused
        | Answer.Completed _
        | Answer.Advanced _
        | Answer.WaitRequested _
        | Answer.ItemsListed _
        | Answer.ChildNamed _
        | Answer.BranchesStarted _
        | Answer.BranchesEnded _
        | Answer.SplitTimedOut
        | Answer.SplitEnded _ -> Onward.unchanged run
