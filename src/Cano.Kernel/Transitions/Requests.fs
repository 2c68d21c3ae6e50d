namespace Cano.Kernel

open Cano

/// What is asked of a run from outside: to stop, to go back for good, to rest.
[<RequireQualifiedAccess>]
module internal Requests =

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
                | Owed.FanOut
                | Owed.Compensation
                | Owed.Pause _
                | Owed.Failure _
                | Owed.Cancellation
                | Owed.Rework _
                | Owed.Exit -> run.State

        (plan.Node next).IsExit

    /// The run is asked to stop while it appends a row: it does once the row is written, unless it
    /// rolls back already.
    let private interruptAppend (plan: Plan) (run: Run) (row: Row) (cause: CanoError) =
        match OwedAfter.row run.Durable row with
        | Owed.Entry next when Advance.isLateButDone plan cause.Fault (plan.NumberOf next) ->
            Onward.unchanged run
        | Owed.Work
        | Owed.FurtherWork
        | Owed.Entry _
        | Owed.Wait _
        | Owed.FanOut ->
            Onward.unchanged {
                run with
                    Phase = Phase.Appending(row, Sequel.Fail cause)
            }
        | Owed.Compensation
        | Owed.Pause _
        | Owed.Failure _
        | Owed.Cancellation
        | Owed.Rework _
        | Owed.ExitAgain _
        | Owed.Exit -> Onward.unchanged run

    /// The run is asked to stop. A rollback or an ended run is past stopping.
    let interrupt (plan: Plan) (run: Run) (fault: Fault) : Transition =
        let cause = CanoError.Of fault

        match run.Phase with
        // A rollback goes on, and an outcome stands.
        | Phase.Ready when isSettling run.Durable -> Onward.unchanged run
        // An exit needs no time; only work can be late.
        | Phase.Ready when fault.IsWorkflowTimeout && leadsToExit plan &run -> Onward.unchanged run
        | Phase.Ready -> Advance.fail plan run cause
        | Phase.Waiting _
        | Phase.Awaiting -> {
            Advance.fail plan run cause with
                Stop = true
          }
        | Phase.Flushing(Phase.Ended _, _) -> Onward.unchanged run
        // What the flush is for has not begun.
        | Phase.Flushing _
        | Phase.Recalling(Recall.Unneeded _) -> Advance.fail plan run cause
        | Phase.Running
        | Phase.Splitting _
        | Phase.Joining _ ->
            Onward.stop {
                run with
                    Phase = Phase.Stopping cause
            }
        | Phase.Appending(row, (null | Sequel.Judge)) -> interruptAppend plan run row cause
        | Phase.Appending _
        | Phase.Recalling(Recall.Failing _)
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Onward.unchanged run

    /// The run is to be cancelled for good. What has begun to be undone, an end, and a cancel that
    /// was asked for before stay what they are.
    let private cancelForGood (plan: Plan) (run: Run) (request: CancelRequest) : Transition =
        match run.Phase with
        // The journal has failed it.
        | Phase.Stopping cause when cause.Fault.IsCheckpointStore -> Onward.unchanged run
        | Phase.Flushing(Phase.Ended _, _) -> Onward.unchanged run
        | Phase.Ready
        | Phase.Flushing _ -> Advance.cancel plan run request null
        | Phase.Waiting _
        | Phase.Awaiting
        | Phase.Recalling _ -> {
            Advance.cancel plan run request null with
                Stop = true
          }
        | Phase.Running
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Stopping _ -> Advance.cancelBeside plan run request
        | Phase.Appending(row, _) when Fact.isForward row.Fact && not row.Fact.IsFailed ->
            Onward.unchanged {
                run with
                    Phase = Phase.Appending(row, Sequel.Cancel request)
            }
        | Phase.Appending _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Onward.unchanged run

    let cancel (plan: Plan) (run: Run) (request: CancelRequest) : Transition =
        match run.Durable.Last with
        | _ when not run.Journaled -> interrupt plan run Fault.Cancelled
        | _ when not (isNull run.Durable.Cancel) -> Onward.unchanged run
        // Of one that has failed it changes nothing, unless it goes on already: its row is on its
        // way.
        | NonNull last when
            isSettling run.Durable
            || (last.Fact.IsFailed && run.Durable.Undo.IsEmpty && not run.Phase.IsAppending)
            ->
            Onward.unchanged run
        | null when run.Phase.IsReady -> interrupt plan run Fault.Cancelled
        | _ -> cancelForGood plan run request

    /// The run is to rest. What it cannot rest from, an end, is told.
    let suspend (plan: Plan) (run: Run) : Transition =
        let resting = {
            run with
                Mode = run.Mode ||| RunMode.Suspending
        }

        match run.Phase with
        | Phase.Ended _
        | Phase.Flushing(Phase.Ended _, _) -> Onward.unchanged run
        | _ when not run.Journaled -> interrupt plan run Fault.Cancelled
        | Phase.Ready when isAtEnd run.Durable -> Onward.unchanged resting
        | Phase.Ready
        | Phase.Flushing(Phase.Waiting _, _) -> Onward.ended resting Outcome.Suspended
        | Phase.Waiting _
        | Phase.Awaiting
        | Phase.Recalling _
        | Phase.Pausing _ -> {
            Onward.ended resting Outcome.Suspended with
                Stop = true
          }
        | Phase.Running
        | Phase.Splitting _ -> Onward.stop resting
        // Routers on the way are asked.
        | Phase.Flushing _
        | Phase.Appending _
        | Phase.Joining _
        | Phase.Stopping _
        | Phase.Undoing _ -> Onward.unchanged resting
