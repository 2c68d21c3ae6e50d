namespace Cano.Kernel

open System
open Cano

/// What follows the answer of a task, in every phase in which a task is under way or waits for its next attempt.
[<RequireQualifiedAccess>]
module internal Attempt =

    /// A single task's retry delay of at least this long is journaled, so that a crash does not stretch it.
    let private journaledDelayMin = TimeSpan.FromSeconds 1.0

    let leave (plan: Plan) (run: inref<Run>) (next: int) : Transition =
        match Owed.refusal plan (plan.Node run.State) next with
        | null -> Owed.enter plan &run next null
        | error -> Owed.fail plan run error

    /// A compensatable step is done: that is recorded whatever follows, so that it can be undone.
    let private complete (plan: Plan) (run: inref<Run>) next output (interrupt: CanoError | null) =
        let fact = Fact.StepCompleted(plan.NameOf next, output)
        Owed.record plan run (Owed.rowOf plan &run (plan.NameOf run.State) fact) interrupt

    /// A stepped or stream task has come to a cursor.
    let private advanced (plan: Plan) (run: inref<Run>) cursor (interrupt: CanoError | null) =
        let name = plan.NameOf run.State
        Owed.record plan run (Owed.rowOf plan &run name (Fact.CursorAdvanced cursor)) interrupt

    let private sleep (plan: Plan) (run: inref<Run>) due =
        let wait = { Due = due; FailedAttempt = 0 }

        Owed.record
            plan
            run
            (Owed.rowOf plan &run (plan.NameOf run.State) (Fact.WaitStarted wait))
            null

    let private stray (plan: Plan) (run: Run) (name: string) =
        Owed.fail plan run (CanoError.Of(Fault.Workflow $"No task registered for state: {name}"))

    /// An attempt failed: another one follows, at once or after a delay, or the run fails.
    let attempted (plan: Plan) (run: inref<Run>) (failure: Failure) : Transition =
        let node = plan.Node run.State

        match Retry.decide node.Retry run.Attempt failure.Chance with
        | RetryDecision.GiveUp -> Owed.fail plan run (Retry.exhausted run.Attempt failure.Error)
        | RetryDecision.RetryAfter delay when
            run.Journaled && node.LeavesRow && delay >= journaledDelayMin
            ->
            let left = DateTimeOffset.MaxValue - failure.Now

            let wait = {
                Due = failure.Now + min delay left
                FailedAttempt = run.Attempt
            }

            Owed.record plan run (Owed.rowOf plan &run node.Name (Fact.WaitStarted wait)) null
        | RetryDecision.RetryAfter delay ->
            Owed.go { run with Phase = Phase.Waiting } (Effect.Wait delay)

    /// The task's own breaker is open. What a body throws, the refusal of another breaker for instance, is a failed attempt.
    let private refused (plan: Plan) (run: Run) =
        Owed.fail plan run (CanoError.Of Fault.CircuitOpen)

    /// Work under way is no longer wanted. Whatever it answers, the run fails; what it completed is undone too.
    let stopping (plan: Plan) (run: Run) (cause: CanoError) (event: RunEvent) : Transition =
        match event with
        // Work that could not be interrupted and ends the run was late, but it is done.
        | RunEvent.StepCompleted(_, next, output) when
            cause.Fault.IsWorkflowTimeout && (plan.Node next).IsExit
            ->
            complete plan &run next output null
        | RunEvent.StepCompleted(_, next, output) -> complete plan &run next output cause
        | RunEvent.StepAdvanced(_, cursor) -> advanced plan &run cursor cause
        | RunEvent.TaskUnusable(_, error) -> Owed.fail plan run error
        | RunEvent.TaskSucceeded _
        | RunEvent.TaskStrayed _
        | RunEvent.TaskFailed _
        | RunEvent.TaskRefused _
        | RunEvent.WaitRequested _
        | RunEvent.SplitEnded _ -> Owed.fail plan run cause
        | _ -> Owed.go run Effect.Await

    let running (plan: Plan) (run: Run) (event: RunEvent) : Transition =
        match event with
        | RunEvent.TaskFailed(_, failure) -> attempted plan &run failure
        | RunEvent.TaskRefused _ -> refused plan run
        | RunEvent.TaskStrayed(_, name) -> stray plan run name
        | RunEvent.TaskUnusable(_, error) -> Owed.fail plan run error
        | RunEvent.StepCompleted(_, next, output) -> complete plan &run next output null
        | RunEvent.StepAdvanced(_, cursor) -> advanced plan &run cursor null
        | RunEvent.WaitRequested(_, due) -> sleep plan &run due
        | _ -> Owed.go run Effect.Await

    let waiting (plan: Plan) (run: Run) (event: RunEvent) : Transition =
        match event with
        | RunEvent.DelayElapsed _ ->
            let run = { run with Attempt = run.Attempt + 1 }
            Owed.work plan &run
        | _ -> Owed.go run Effect.Await

    let sleeping (plan: Plan) (run: Run) (event: RunEvent) : Transition =
        match event with
        | RunEvent.DelayElapsed _ ->
            Owed.go { run with Phase = Phase.Running } (Effect.RunAfterWait run.State)
        | RunEvent.TaskFailed(_, failure) -> attempted plan &run failure
        | _ -> Owed.go run Effect.Await
