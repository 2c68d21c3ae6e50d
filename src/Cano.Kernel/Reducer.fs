namespace Cano.Kernel

open System.Runtime.CompilerServices
open Cano

/// Decides what a run does next. Pure: the same plan, run and event always give the same transition.
[<RequireQualifiedAccess>]
module Reducer =

    /// The newest row says that the run is past going forward.
    let private isSettling (memory: Memory) =
        match memory.Last with
        | null -> false
        | last -> not (Fact.isForward last.Fact)

    /// Whether a run that has not begun, or that is resumed, has no work before its exit.
    let private leadsToExit (plan: Plan) (run: inref<Run>) =
        match run.Memory.Last with
        | NonNull { Fact = Fact.StepCompleted(next, _) } -> (plan.Node(plan.NumberOf next)).IsExit
        | _ -> (plan.Node run.State).IsExit

    /// The run is asked to stop. A rollback or an ended run is past stopping.
    let private interrupt (plan: Plan) (run: inref<Run>) (fault: Fault) : Transition =
        let cause = CanoError.Of fault

        match run.Phase with
        // A rollback goes on, and an outcome stands.
        | Phase.Ready when isSettling run.Memory -> Owed.go run Effect.Await
        // An exit needs no time; only work can be late.
        | Phase.Ready when fault.IsWorkflowTimeout && leadsToExit plan &run ->
            Owed.go run Effect.Await
        | Phase.Ready -> Owed.fail plan run cause
        | Phase.Waiting
        | Phase.Sleeping -> {
            Owed.fail plan run cause with
                Stop = true
          }
        | Phase.Running
        | Phase.Splitting _
        | Phase.Joining _ ->
            Owed.stop {
                run with
                    Phase = Phase.Stopping cause
            }
        // The step under way was late, but it is done and ends the run.
        | Phase.Recording({ Fact = Fact.StepCompleted(next, _) }, null) when
            fault.IsWorkflowTimeout && plan.Node(plan.NumberOf next).IsExit
            ->
            Owed.go run Effect.Await
        | Phase.Recording(row, null) when Fact.isForward row.Fact ->
            let run = {
                run with
                    Phase = Phase.Recording(row, cause)
            }

            Owed.go run Effect.Await
        | Phase.Recording _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Ended _ -> Owed.go run Effect.Await

    /// A resumed run goes on where its rows end; work that was under way begins a fresh row of the same visit.
    let private resume (plan: Plan) (run: inref<Run>) : Transition =
        match run.Memory.Last with
        | null -> Owed.go run Effect.Await
        | last ->
            match last.Fact with
            | Fact.StateEntered _
            | Fact.CursorAdvanced _ ->
                let fact = Fact.StateEntered run.Memory.Split
                Owed.record plan run (Owed.rowOf plan &run last.State fact) null
            | _ -> Owed.after plan &run last

    /// A row is written, so the run may go on as it says.
    let private appended (plan: Plan) (run: inref<Run>) : Transition =
        match run.Phase with
        | Phase.Recording(row, interrupt) -> Owed.written plan &run row interrupt
        | _ -> Owed.go run Effect.Await

    /// The row under way was not written.
    let private recording (plan: Plan) (run: Run) (event: RunEvent) : Transition =
        match event with
        // The journal is in doubt: nothing is undone, nothing more is written, a resume settles it.
        | RunEvent.AppendFailed error ->
            Owed.ended run (Outcome.Failed(Owed.placed plan &run error))
        | _ -> Owed.go run Effect.Await

    let private undoing (plan: Plan) (run: Run) (entry: UndoEntry) (event: RunEvent) : Transition =
        match event with
        | RunEvent.CompensationSucceeded ->
            Owed.record plan run (Owed.rowOf plan &run entry.State (Fact.Compensated null)) null
        | RunEvent.CompensationFailed error ->
            Owed.record plan run (Owed.rowOf plan &run entry.State (Fact.Compensated error)) null
        | RunEvent.RollbackTimedOut overdue ->
            Owed.ended run (Outcome.Failed(Undo.outOfTime overdue run.Memory))
        | _ -> Owed.go run Effect.Await

    /// An answer of work that belongs to another visit.
    let private isLate (run: inref<Run>) (event: RunEvent) =
        match event with
        | RunEvent.TaskSucceeded(visit, _)
        | RunEvent.TaskStrayed(visit, _)
        | RunEvent.TaskFailed(visit, _)
        | RunEvent.TaskUnusable(visit, _)
        | RunEvent.StepCompleted(visit, _, _)
        | RunEvent.StepAdvanced(visit, _)
        | RunEvent.WaitRequested(visit, _)
        | RunEvent.DelayElapsed visit
        | RunEvent.BranchesStarted(visit, _)
        | RunEvent.BranchesEnded(visit, _, _)
        | RunEvent.SplitTimedOut visit
        | RunEvent.SplitEnded(visit, _) -> visit <> run.Visit
        | _ -> false

    /// A fresh run enters its first state.
    let private start (plan: Plan) (run: inref<Run>) (journaled: bool) : Transition =
        let run = { run with Journaled = journaled }
        Owed.enter plan &run run.State null

    /// Every event but the common ones, by what the run is doing.
    // The run comes by value: one whose address is taken would be kept in memory on the common path too.
    [<MethodImpl(MethodImplOptions.NoInlining)>]
    let private follow (plan: Plan) (run: Run) (event: RunEvent) : Transition =
        match run.Phase, event with
        | _ when isLate &run event -> Owed.go run Effect.Await
        | _, RunEvent.CancelRequested -> interrupt plan &run Fault.Cancelled
        | _, RunEvent.DeadlinePassed(elapsed, limit) ->
            interrupt plan &run (Fault.WorkflowTimeout(elapsed, limit))
        | Phase.Ready, RunEvent.Resumed -> resume plan &run
        | Phase.Ready, _
        | Phase.Ended _, _ -> Owed.go run Effect.Await
        | Phase.Recording _, _ -> recording plan run event
        | Phase.Running, _ -> Attempt.running plan run event
        | Phase.Stopping cause, _ -> Attempt.stopping plan run cause event
        | Phase.Waiting, _ -> Attempt.waiting plan run event
        | Phase.Sleeping, _ -> Attempt.sleeping plan run event
        | Phase.Splitting tally, _ -> Split.splitting plan run tally event
        | Phase.Joining(_, verdict, timedOut), _ -> Split.joining plan run verdict timedOut event
        | Phase.Undoing entry, _ -> undoing plan run entry event

    /// What follows when the visit's task has succeeded: the common event, which nobody needs to make.
    [<CompiledName "Succeeded">]
    let succeeded (plan: Plan) (run: inref<Run>) (next: int) : Transition =
        if run.Phase.IsRunning then
            Attempt.leave plan &run next
        else
            follow plan run (RunEvent.TaskSucceeded(run.Visit, next))

    /// What follows an event. An event that does not fit where the run is, a late answer for instance,
    /// changes nothing.
    [<CompiledName "Step">]
    let step (plan: Plan) (run: inref<Run>) (event: RunEvent) : Transition =
        match event with
        | RunEvent.TaskSucceeded(visit, next) when visit = run.Visit -> succeeded plan &run next
        | RunEvent.RowAppended -> appended plan &run
        | RunEvent.Started journaled when run.Phase.IsReady -> start plan &run journaled
        | _ -> follow plan run event
