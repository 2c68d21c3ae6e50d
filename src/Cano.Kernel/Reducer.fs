namespace Cano.Kernel

open System
open System.Runtime.CompilerServices
open Cano

/// Decides what a run does next. Pure: the same plan, run and event always give the same transition.
[<RequireQualifiedAccess>]
module Reducer =

    /// A single task's retry delay of at least this long is journaled, so that a crash does not stretch it.
    let private journaledDelayMin = TimeSpan.FromSeconds 1.0

    let private go (run: Run) (start: Effect) : Transition = {
        Run = run
        Start = start
        Stop = false
    }

    let private stop (run: Run) : Transition = {
        Run = run
        Start = Effect.Await
        Stop = true
    }

    let private ended (run: Run) (outcome: Outcome) =
        let run = { run with Phase = Phase.Ended outcome }

        go run (Effect.Finish outcome)

    let private rowOf (plan: Plan) (run: inref<Run>) (state: string) (fact: Fact) : Row =
        let sequence = run.Memory.Sequence
        let task = plan.Node run.State

        {
            Sequence = sequence
            Visit = run.Visit
            Version = plan.Definition.Version
            Workflow = if sequence = 0L then plan.Definition.Name else null
            State = state
            Task = if task.Name = state then task.Task else ""
            Fact = fact
        }

    /// Where, and at which attempt, an error happened. No attempt is at fault when the run was stopped.
    let private placed (plan: Plan) (run: inref<Run>) (error: CanoError) : CanoError =
        let attempt =
            match error.Fault with
            | Fault.RetryExhausted(attempts, _) -> attempts
            | Fault.CircuitOpen
            | Fault.WorkflowTimeout _
            | Fault.Cancelled -> 0
            | _ -> 1

        {
            error with
                State = plan.NameOf run.State
                Attempt = attempt
        }

    let private work (plan: Plan) (run: Run) : Transition =
        let start = plan.Node(run.State).Begin

        let phase =
            match start with
            | Effect.RunSplit _ -> Phase.Splitting
            | Effect.Finish outcome -> Phase.Ended outcome
            | _ -> Phase.Running

        go { run with Phase = phase } start

    /// Writes a row: durably in a journaled run, in memory alone otherwise.
    /// interrupt: why the run fails once the row is written; null when it goes on.
    let rec private record (plan: Plan) (run: Run) (row: Row) (interrupt: CanoError | null) =
        if run.Journaled then
            let run = {
                run with
                    Phase = Phase.Recording(row, interrupt)
            }

            go run (Effect.Append row)
        else
            written plan run row interrupt

    and private written (plan: Plan) (run: Run) (row: Row) (interrupt: CanoError | null) =
        let run = {
            run with
                Memory = Memory.remember row run.Memory
        }

        match interrupt with
        | null -> owed plan run row
        | cause -> fail plan run cause

    /// What a run owes after its newest row, be the run live or resumed.
    and private owed (plan: Plan) (run: Run) (row: Row) : Transition =
        match row.Fact with
        | Fact.StateEntered _
        | Fact.CursorAdvanced _
        | Fact.Snapshot _ -> work plan run
        | Fact.StepCompleted(next, _) -> enter plan &run (plan.NumberOf next) null
        | Fact.WaitStarted wait -> go { run with Phase = Phase.Waiting } (Effect.WaitUntil wait.Due)
        | Fact.RollbackStarted _
        | Fact.Compensated _ -> undo plan run row
        | Fact.RollbackFinished outcome -> ended run (Outcome.Failed outcome)
        | Fact.Finished -> ended run (Outcome.Completed run.State)

    and private undo (plan: Plan) (run: Run) (row: Row) : Transition =
        match Undo.next run.Memory with
        | UndoStep.Compensate entry ->
            let run = { run with Phase = Phase.Undoing entry }

            go run (Effect.Compensate entry)
        | UndoStep.Done outcome ->
            record plan run (rowOf plan &run row.State (Fact.RollbackFinished outcome)) null

    /// The one way into failure: what must be undone is undone, then the run ends.
    and private fail (plan: Plan) (run: Run) (error: CanoError) : Transition =
        let cause = placed plan &run error

        match Undo.start cause run.Memory with
        | null -> ended run (Outcome.Failed cause)
        | fact -> record plan run (rowOf plan &run (plan.NameOf run.State) fact) null

    /// A new visit of a state that must leave a row first, or starts more than a task.
    // Not inlined: it would make every plain transition clear the stack it needs.
    and [<MethodImpl(MethodImplOptions.NoInlining)>] private arrive
        (plan: Plan)
        (run: Run)
        (node: Node)
        : Transition =
        if run.Journaled && node.LeavesRow then
            let fact =
                if node.IsExit then
                    Fact.Finished
                else
                    Fact.StateEntered run.Split

            record plan run (rowOf plan &run node.Name fact) null
        else
            work plan run

    /// A new visit of a state. The common case, a task without a row, is built in one go and allocates nothing.
    and private enter (plan: Plan) (run: inref<Run>) (next: int) (split: SplitResult | null) =
        let node = plan.Node next

        let transition = {
            Run = {
                Memory = run.Memory
                Phase = Phase.Running
                Split = split
                Visit = run.Visit + 1L
                State = next
                Attempt = 1
                Tally = Tally.None
                Journaled = run.Journaled
            }
            Start = node.Begin
            Stop = false
        }

        if node.IsTask && not (run.Journaled && node.LeavesRow) then
            transition
        else
            arrive plan transition.Run node

    /// Why a state's choice of the next is refused; null when its declared edges allow it.
    let private refusal (plan: Plan) (node: Node) (next: int) : CanoError | null =
        match node.Ways with
        | null -> null
        | ways when ways[next] -> null
        | _ ->
            let text =
                $"State '{node.Name}' returned '{plan.NameOf next}', which its declared edges do not allow"

            CanoError.Of(Fault.Workflow text)

    let private leave (plan: Plan) (run: inref<Run>) (next: int) : Transition =
        match refusal plan (plan.Node run.State) next with
        | null -> enter plan &run next null
        | error -> fail plan run error

    /// A compensatable step is done: that is recorded whatever follows, so that it can be undone.
    let private complete (plan: Plan) (run: inref<Run>) next output (interrupt: CanoError | null) =
        let node = plan.Node run.State
        let fact = Fact.StepCompleted(plan.NameOf next, output)

        let interrupt =
            match interrupt with
            | null -> refusal plan node next
            | cause -> cause

        record plan run (rowOf plan &run node.Name fact) interrupt

    let private stray (plan: Plan) (run: Run) (name: string) =
        fail plan run (CanoError.Of(Fault.Workflow $"No task registered for state: {name}"))

    /// An attempt failed: another one follows, at once or after a delay, or the run fails.
    let private attempted (plan: Plan) (run: inref<Run>) (failure: Failure) : Transition =
        let node = plan.Node run.State

        match Retry.decide node.Retry run.Attempt failure.Error failure.Chance with
        | RetryDecision.GiveUp -> fail plan run (Retry.exhausted run.Attempt failure.Error)
        | RetryDecision.RetryAfter delay when
            run.Journaled && node.LeavesRow && delay >= journaledDelayMin
            ->
            let wait = {
                Due = failure.Now + delay
                FailedAttempt = run.Attempt
            }

            record plan run (rowOf plan &run node.Name (Fact.WaitStarted wait)) null
        | RetryDecision.RetryAfter delay ->
            go { run with Phase = Phase.Waiting } (Effect.Wait delay)

    let private splitOf (plan: Plan) (run: inref<Run>) : SplitDefinition =
        match plan.Node(run.State).Step with
        | Step.Split split -> split
        | _ -> invalidOp "The visited state is not a split."

    /// Judges the join after a change of the tally.
    let private tallied (plan: Plan) (run: inref<Run>) (tally: Tally) : Transition =
        let split = splitOf plan &run
        let run = { run with Tally = tally }

        match Join.verdict split.Strategy split.WaitForAll tally with
        | Verdict.Waiting -> go run Effect.Await
        | verdict ->
            stop {
                run with
                    Phase = Phase.Joining(verdict, false)
            }

    let private ending (tally: Tally) succeeded =
        if succeeded then
            {
                tally with
                    Succeeded = tally.Succeeded + 1
            }
        else
            { tally with Failed = tally.Failed + 1 }

    let private joined (plan: Plan) (run: Run) verdict timedOut (result: SplitResult) : Transition =
        let split = splitOf plan &run

        match verdict with
        | Verdict.Met -> enter plan &run (plan.NumberOf split.Next) result
        | _ -> fail plan run (Join.failure split.Strategy timedOut result)

    /// The run is asked to stop. A rollback or an ended run is past stopping.
    let private interrupt (plan: Plan) (run: inref<Run>) (fault: Fault) : Transition =
        let cause = CanoError.Of fault

        match run.Phase with
        | Phase.Ready -> fail plan run cause
        | Phase.Waiting -> { fail plan run cause with Stop = true }
        | Phase.Running
        | Phase.Splitting
        | Phase.Joining _ ->
            stop {
                run with
                    Phase = Phase.Stopping cause
            }
        | Phase.Recording(row, null) when Fact.isForward row.Fact ->
            let run = {
                run with
                    Phase = Phase.Recording(row, cause)
            }

            go run Effect.Await
        | Phase.Recording _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Ended _ -> go run Effect.Await

    /// A resumed run goes on where its rows end; work that was under way begins a fresh row of the same visit.
    let private resume (plan: Plan) (run: inref<Run>) : Transition =
        match run.Memory.Last with
        | null -> go run Effect.Await
        | last ->
            match last.Fact with
            | Fact.StateEntered _
            | Fact.CursorAdvanced _ ->
                let fact = Fact.StateEntered run.Memory.Split
                record plan run (rowOf plan &run last.State fact) null
            | _ -> owed plan run last

    /// Every event but the common one. An event that does not fit where the run is changes nothing.
    [<MethodImpl(MethodImplOptions.NoInlining)>]
    let private follow (plan: Plan) (run: inref<Run>) (event: RunEvent) : Transition =
        match event, run.Phase with
        | RunEvent.TaskFailed(visit, failure), (Phase.Running | Phase.Splitting | Phase.Joining _) when
            visit = run.Visit
            ->
            attempted plan &run failure
        | RunEvent.TaskStrayed(visit, name), Phase.Running when visit = run.Visit ->
            stray plan run name
        | RunEvent.StepCompleted(visit, next, output), Phase.Running when visit = run.Visit ->
            complete plan &run next output null
        | RunEvent.StepCompleted(visit, next, output), Phase.Stopping cause when visit = run.Visit ->
            complete plan &run next output cause
        | (RunEvent.TaskSucceeded(visit, _) | RunEvent.TaskFailed(visit, _) | RunEvent.TaskStrayed(visit,
                                                                                                   _) | RunEvent.SplitEnded(visit,
                                                                                                                            _)),
          Phase.Stopping cause when visit = run.Visit -> fail plan run cause
        | RunEvent.DelayElapsed visit, Phase.Waiting when visit = run.Visit ->
            work plan { run with Attempt = run.Attempt + 1 }
        | RunEvent.BranchesStarted(visit, count), Phase.Splitting when visit = run.Visit ->
            tallied plan &run {
                Total = count
                Succeeded = 0
                Failed = 0
            }
        | RunEvent.BranchEnded(visit, succeeded), Phase.Splitting when visit = run.Visit ->
            tallied plan &run (ending run.Tally succeeded)
        | RunEvent.SplitTimedOut visit, Phase.Splitting when visit = run.Visit ->
            let verdict = Join.atDeadline (splitOf plan &run).Strategy run.Tally

            stop {
                run with
                    Phase = Phase.Joining(verdict, true)
            }
        | RunEvent.SplitEnded(visit, result), Phase.Joining(verdict, timedOut) when
            visit = run.Visit
            ->
            joined plan run verdict timedOut result
        | RunEvent.RowAppended, Phase.Recording(row, interrupt) -> written plan run row interrupt
        | RunEvent.AppendFailed error, Phase.Recording _ ->
            ended run (Outcome.Failed(placed plan &run error))
        | RunEvent.CompensationSucceeded, Phase.Undoing entry ->
            record plan run (rowOf plan &run entry.State (Fact.Compensated null)) null
        | RunEvent.CompensationFailed error, Phase.Undoing entry ->
            record plan run (rowOf plan &run entry.State (Fact.Compensated error)) null
        | RunEvent.CancelRequested, _ -> interrupt plan &run Fault.Cancelled
        | RunEvent.DeadlinePassed(elapsed, limit), _ ->
            interrupt plan &run (Fault.WorkflowTimeout(elapsed, limit))
        | RunEvent.Started journaled, Phase.Ready ->
            let run = { run with Journaled = journaled }
            enter plan &run run.State null
        | RunEvent.Resumed, Phase.Ready -> resume plan &run
        | _ -> go run Effect.Await

    /// What follows an event. An event that does not fit where the run is, a late answer for instance,
    /// changes nothing.
    [<CompiledName "Step">]
    let step (plan: Plan) (run: inref<Run>) (event: inref<RunEvent>) : Transition =
        match event with
        | RunEvent.TaskSucceeded(visit, next) when visit = run.Visit && run.Phase.IsRunning ->
            leave plan &run next
        | _ -> follow plan &run event
