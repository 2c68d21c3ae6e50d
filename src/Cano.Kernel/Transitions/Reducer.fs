namespace Cano.Kernel

open System.Runtime.CompilerServices
open Cano

/// Decides what a run does next. Pure: the same plan, run and event always give the same
/// transition.
[<RequireQualifiedAccess>]
module Reducer =

    /// A fresh run enters its first state. In a journal every run begins with a row, a router's
    /// too: what is known of its start stands there.
    let private start (plan: Plan) (run: inref<Run>) (journaled: bool) : Transition =
        if journaled then
            let run = { run with Mode = RunMode.Journaled }
            Advance.arrive plan run (run.Visit + 1L) (plan.Node run.State) null
        else
            let run = { run with Mode = RunMode.None }
            Advance.enter plan &run run.State null

    /// What follows the last row. Work that was under way begins with a fresh row of its visit.
    let private goOn (plan: Plan) (run: Run) (last: Row) : Transition =
        match OwedAfter.row run.Durable last with
        | Owed.Work
        | Owed.FurtherWork
        | Owed.Rework _ ->
            let fact = Fact.StateEntered run.Split
            Advance.record plan run (Advance.rowOf plan &run last.State fact) null
        | Owed.ExitAgain(_, next) -> Advance.leave plan &run next
        | Owed.Entry _
        | Owed.Wait _
        | Owed.Compensation
        | Owed.Pause _
        | Owed.Failure _
        | Owed.Cancellation
        | Owed.Exit
        | Owed.Unknown _ -> Advance.after plan &run last

    /// A resumed run goes on where its rows end.
    let private resume (plan: Plan) (run: Run) : Transition =
        match run.Durable.Last with
        | NonNull last when run.Phase.IsReady -> goOn plan run last
        | _ -> Advance.unchanged run

    /// As resume; and steps that could not be undone are tried again.
    let private retry (plan: Plan) (run: Run) : Transition =
        match run.Durable.Last with
        | NonNull last when run.Phase.IsReady && last.Fact.IsRollbackFinished ->
            match Undo.again run.Durable with
            | null -> goOn plan run last
            | fact ->
                Advance.record plan run (Advance.rowOf plan &run (plan.NameOf run.State) fact) null
        | _ -> resume plan run

    /// A row is written, so the run may go on as it says.
    let private appended (plan: Plan) (run: inref<Run>) : Transition =
        match run.Phase with
        | Phase.Appending(row, sequel) -> Advance.written plan &run row sequel
        | Phase.Ready
        | Phase.Running
        | Phase.Waiting _
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Advance.unchanged run

    /// The row under way was not written. The journal is in doubt: nothing is undone, nothing more
    /// is written, a resume settles it. Work beside the row answers before the run ends.
    let private notAppended (plan: Plan) (run: Run) (error: CanoError) : Transition =
        match run.Phase with
        | Phase.Appending({ Fact = Fact.CancelRequested _ }, NonNull _) ->
            Advance.stop {
                run with
                    Phase = Phase.Stopping(Advance.placed plan &run error)
            }
        | Phase.Appending _ -> Advance.ended run (Outcome.Failed(Advance.placed plan &run error))
        | Phase.Ready
        | Phase.Running
        | Phase.Waiting _
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Advance.unchanged run

    /// The exit asks for an output that the run has not given.
    let private exitRefused (plan: Plan) (run: Run) (error: CanoError) : Transition =
        match run.Phase with
        | Phase.Appending({ Fact = Fact.Finished } as exit, _) ->
            Advance.exitRefused plan run exit error
        | Phase.Appending _
        | Phase.Ready
        | Phase.Running
        | Phase.Waiting _
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Advance.unchanged run

    /// An answer of the visit's own work.
    let private answered (plan: Plan) (run: Run) (answer: Answer) : Transition =
        match run.Phase with
        | Phase.Running -> Attempt.running plan run answer
        | Phase.Waiting suspension -> Attempt.waiting plan run suspension answer
        | Phase.Pausing(_, suspension) -> Undoing.pausing plan run suspension answer
        | Phase.Splitting(split, tally) -> Branches.splitting plan run split tally answer
        | Phase.Joining(split, _, verdict, timedOut) ->
            Branches.ending plan run split verdict timedOut answer
        | Phase.Stopping cause -> Attempt.stopping plan run cause answer
        | Phase.Ready
        | Phase.Appending _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Advance.unchanged run

    /// The run is past going forward: its newest row says so, or belongs to a rollback.
    let private isSettling (durable: DurableState) =
        match durable.Last with
        | null -> false
        | last -> not (isNull durable.Rollback && Fact.isForward last.Fact)

    /// The newest row is an end that a resume only tells.
    let private isAtEnd (durable: DurableState) =
        match durable.Last with
        | null -> false
        | last -> last.Fact.IsFinished || last.Fact.IsRollbackFinished

    /// Whether a run that has not begun, or that is resumed, has no work before its exit.
    let private leadsToExit (plan: Plan) (run: inref<Run>) =
        let next =
            match run.Durable.Last with
            | null -> run.State
            | last ->
                match OwedAfter.row run.Durable last with
                | Owed.Entry next
                | Owed.ExitAgain(_, next) -> plan.NumberOf next
                | Owed.Work
                | Owed.FurtherWork
                | Owed.Wait _
                | Owed.Compensation
                | Owed.Pause _
                | Owed.Failure _
                | Owed.Cancellation
                | Owed.Rework _
                | Owed.Exit
                | Owed.Unknown _ -> run.State

        (plan.Node next).IsExit

    /// The run is asked to stop while it appends a row: it does once the row is written, unless it
    /// rolls back already.
    let private interruptAppend (plan: Plan) (run: Run) (row: Row) (cause: CanoError) =
        match OwedAfter.row run.Durable row with
        | Owed.Entry next when Advance.isLateButDone plan cause.Fault (plan.NumberOf next) ->
            Advance.unchanged run
        | Owed.Work
        | Owed.FurtherWork
        | Owed.Entry _
        | Owed.Wait _ ->
            Advance.unchanged {
                run with
                    Phase = Phase.Appending(row, Sequel.Fail cause)
            }
        | Owed.Compensation
        | Owed.Pause _
        | Owed.Failure _
        | Owed.Cancellation
        | Owed.Rework _
        | Owed.ExitAgain _
        | Owed.Exit
        | Owed.Unknown _ -> Advance.unchanged run

    /// The run is asked to stop. A rollback or an ended run is past stopping.
    let private interrupt (plan: Plan) (run: Run) (fault: Fault) : Transition =
        let cause = CanoError.Of fault

        match run.Phase with
        // A rollback goes on, and an outcome stands.
        | Phase.Ready when isSettling run.Durable -> Advance.unchanged run
        // An exit needs no time; only work can be late.
        | Phase.Ready when fault.IsWorkflowTimeout && leadsToExit plan &run -> Advance.unchanged run
        | Phase.Ready -> Advance.fail plan run cause
        | Phase.Waiting _ -> {
            Advance.fail plan run cause with
                Stop = true
          }
        | Phase.Running
        | Phase.Splitting _
        | Phase.Joining _ ->
            Advance.stop {
                run with
                    Phase = Phase.Stopping cause
            }
        | Phase.Appending(row, null) -> interruptAppend plan run row cause
        | Phase.Appending _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Advance.unchanged run

    /// The run is to be cancelled for good. What has begun to be undone, an end, and a cancel that
    /// was asked for before stay what they are.
    let private cancelForGood (plan: Plan) (run: Run) (request: CancelRequest) : Transition =
        let beside = Sequel.Fail(Advance.placed plan &run (CanoError.Of Fault.Cancelled))

        match run.Phase with
        // The journal has failed it.
        | Phase.Stopping cause when cause.Fault.IsCheckpointStore -> Advance.unchanged run
        | Phase.Ready -> Advance.cancel plan run request null
        | Phase.Waiting _ -> {
            Advance.cancel plan run request null with
                Stop = true
          }
        | Phase.Running
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Stopping _ -> {
            Advance.cancel plan run request beside with
                Stop = true
          }
        | Phase.Appending(row, _) when Fact.isForward row.Fact && not row.Fact.IsFailed ->
            Advance.unchanged {
                run with
                    Phase = Phase.Appending(row, Sequel.Cancel request)
            }
        | Phase.Appending _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Advance.unchanged run

    let private cancel (plan: Plan) (run: Run) (request: CancelRequest) : Transition =
        match run.Durable.Last with
        | _ when not run.Journaled -> interrupt plan run Fault.Cancelled
        | _ when not (isNull run.Durable.Cancel) -> Advance.unchanged run
        | NonNull last when
            isSettling run.Durable || (last.Fact.IsFailed && run.Durable.Undo.IsEmpty)
            ->
            Advance.unchanged run
        | null when run.Phase.IsReady -> interrupt plan run Fault.Cancelled
        | _ -> cancelForGood plan run request

    /// The run is to rest. What it cannot rest from, an end, is told.
    let private suspend (plan: Plan) (run: Run) : Transition =
        let resting = {
            run with
                Mode = run.Mode ||| RunMode.Suspending
        }

        match run.Phase with
        | Phase.Ended _ -> Advance.unchanged run
        | _ when not run.Journaled -> interrupt plan run Fault.Cancelled
        | Phase.Ready when isAtEnd run.Durable -> Advance.unchanged resting
        | Phase.Ready -> Advance.ended resting Outcome.Suspended
        | Phase.Waiting _
        | Phase.Pausing _ -> {
            Advance.ended resting Outcome.Suspended with
                Stop = true
          }
        | Phase.Running
        | Phase.Splitting _ -> Advance.stop resting
        | Phase.Appending _
        | Phase.Joining _
        | Phase.Stopping _
        | Phase.Undoing _ -> Advance.unchanged resting

    /// Every event but the common ones, by whom it comes from.
    // The run comes by value: one whose address is taken would be kept in memory on the common path
    // too.
    [<MethodImpl(MethodImplOptions.NoInlining)>]
    let private follow (plan: Plan) (run: Run) (event: RunEvent) : Transition =
        match event with
        | RunEvent.Answered(visit, _) when visit <> run.Visit -> Advance.unchanged run
        | RunEvent.Answered(_, answer) -> answered plan run answer
        | RunEvent.RowAppended -> appended plan &run
        | RunEvent.AppendFailed error -> notAppended plan run error
        | RunEvent.ExitRefused error -> exitRefused plan run error
        | RunEvent.CompensationSucceeded -> Undoing.succeeded plan run
        | RunEvent.CompensationFailed failure -> Undoing.failed plan run failure
        | RunEvent.RollbackTimedOut overdue -> Undoing.outOfTime plan run overdue
        | RunEvent.CallerCancelled -> interrupt plan run Fault.Cancelled
        | RunEvent.CancelRequested request -> cancel plan run request
        | RunEvent.SuspendRequested -> suspend plan run
        | RunEvent.DeadlinePassed(elapsed, limit) ->
            interrupt plan run (Fault.WorkflowTimeout(elapsed, limit))
        | RunEvent.Resumed -> resume plan run
        | RunEvent.Retried -> retry plan run
        | RunEvent.Started journaled when run.Phase.IsReady -> start plan &run journaled
        | RunEvent.Started _ -> Advance.unchanged run

    /// What follows when the visit's task has succeeded: the common event, which nobody needs to
    /// make.
    [<CompiledName "Succeeded">]
    let succeeded (plan: Plan) (run: inref<Run>) (next: int) : Transition =
        if run.Phase.IsRunning then
            Attempt.leave plan &run next
        else
            answered plan run (Answer.Succeeded next)

    /// What follows an event. An event that does not fit where the run is, a late answer for
    /// instance, changes nothing.
    [<CompiledName "Step">]
    let step (plan: Plan) (run: inref<Run>) (event: RunEvent) : Transition =
        if event.IsRowAppended then
            appended plan &run
        else
            follow plan run event
