namespace Cano.Kernel

open System.Runtime.CompilerServices
open Cano

/// Decides what a run does next. Pure: the same plan, run and event always give the same
/// transition.
[<RequireQualifiedAccess>]
module Reducer =

    let private initial (run: inref<Run>) : Target = { State = run.State; Data = run.Data }

    /// A fresh run enters its first state. In a journal every run begins with a row, a router's
    /// too: what is known of its start stands there.
    let private start (plan: Plan) (run: inref<Run>) (journaled: bool) : Transition =
        if journaled then
            let run = { run with Mode = RunMode.Journaled }
            Advance.arrive plan run (run.Visit + 1L) (initial &run) null
        else
            let run = { run with Mode = RunMode.None }
            Advance.enter plan &run (initial &run) null

    /// What follows the last row. Work that was under way begins with a fresh row of its visit.
    let private goOn (plan: Plan) (run: Run) (last: Row) : Transition =
        match OwedAfter.row run.Durable last with
        | Owed.Work
        | Owed.FurtherWork
        | Owed.Rework _ -> Advance.record plan run (Onward.entryOf plan &run) null
        | Owed.ExitAgain(_, next) ->
            let exit = {
                State = plan.NumberOf next
                Data = last.Data
            }

            Advance.leave plan &run exit
        | Owed.Entry _
        | Owed.Wait _
        | Owed.FanOut
        | Owed.Compensation
        | Owed.Pause _
        | Owed.Failure _
        | Owed.Cancellation
        | Owed.Exit -> Advance.after plan &run last

    /// A resumed run goes on where its rows end.
    let private resume (plan: Plan) (run: Run) : Transition =
        match run.Durable.Last with
        | NonNull last when run.Phase.IsReady -> goOn plan run last
        | _ -> Onward.unchanged run

    /// As resume; and steps that could not be undone are tried again.
    let private retry (plan: Plan) (run: Run) : Transition =
        match run.Durable.Last with
        | NonNull last when run.Phase.IsReady && last.Fact.IsRollbackFinished ->
            match Undo.again run.Durable with
            | null -> goOn plan run last
            | fact ->
                Advance.record plan run (Onward.rowOf plan &run (plan.NameOf run.State) fact) null
        | _ -> resume plan run

    /// A row is written, so the run may go on as it says.
    let private appended (plan: Plan) (run: inref<Run>) : Transition =
        match run.Phase with
        | Phase.Appending(row, sequel) -> Advance.written plan &run row sequel
        | Phase.Ready
        | Phase.Flushing _
        | Phase.Running
        | Phase.Waiting _
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Awaiting
        | Phase.Recalling _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Onward.unchanged run

    /// An answer of the visit's own work.
    let private answered (plan: Plan) (run: Run) (answer: Answer) : Transition =
        match run.Phase with
        | Phase.Running -> Attempt.running plan run answer
        | Phase.Waiting suspension -> Attempt.waiting plan run suspension answer
        | Phase.Pausing(_, suspension) -> Undoing.pausing plan run suspension answer
        | Phase.Splitting(split, tally) -> Branches.splitting plan run split tally answer
        | Phase.Joining(split, _, verdict, timedOut) ->
            Branches.ending plan run split verdict timedOut answer
        | Phase.Awaiting -> Parents.awaiting plan run answer
        | Phase.Recalling recall -> Parents.recalling plan run recall answer
        | Phase.Stopping cause -> Attempt.stopping plan run cause answer
        | Phase.Ready
        | Phase.Appending _
        | Phase.Flushing _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Onward.unchanged run

    /// Every event but the common ones, by whom it comes from.
    // The run comes by value: one whose address is taken would be kept in memory on the common path
    // too.
    [<MethodImpl(MethodImplOptions.NoInlining)>]
    let private follow (plan: Plan) (run: Run) (event: RunEvent) : Transition =
        match event with
        | RunEvent.Answered(visit, _) when visit <> run.Visit -> Onward.unchanged run
        | RunEvent.Answered(_, answer) -> answered plan run answer
        | RunEvent.RowAppended when run.Phase.IsAppending ->
            let run = Flushing.over run
            appended plan &run
        | RunEvent.RowAccepted when run.Phase.IsAppending ->
            let run = Flushing.begun run
            appended plan &run
        | RunEvent.RowAppended
        | RunEvent.RowAccepted -> Onward.unchanged run
        | RunEvent.Flushed -> Flushing.flushed run
        | RunEvent.AppendFailed error -> Unwritten.failed plan run error
        | RunEvent.ExitRefused error -> Unwritten.exitRefused plan run error
        | RunEvent.CompensationSucceeded -> Undoing.succeeded plan run
        | RunEvent.CompensationFailed failure -> Undoing.failed plan run failure
        | RunEvent.RollbackTimedOut overdue -> Undoing.outOfTime plan run overdue
        | RunEvent.CallerCancelled -> Requests.interrupt plan run Fault.Cancelled
        | RunEvent.CancelRequested request -> Requests.cancel plan run request
        | RunEvent.SuspendRequested -> Requests.suspend plan run
        | RunEvent.DeadlinePassed(elapsed, limit) ->
            Requests.interrupt plan run (Fault.WorkflowTimeout(elapsed, limit))
        | RunEvent.Resumed -> resume plan run
        | RunEvent.Retried -> retry plan run
        | RunEvent.Started journaled when run.Phase.IsReady -> start plan &run journaled
        | RunEvent.BegunCancelled request when run.Phase.IsReady && isNull run.Durable.Last ->
            let run = {
                run with
                    Mode = RunMode.Journaled
                    Visit = 0L
            }

            Advance.cancel plan run request null
        | RunEvent.BegunCancelled _
        | RunEvent.Started _ -> Onward.unchanged run

    /// What follows when the visit's task has succeeded: the common event, which nobody needs to
    /// make.
    [<CompiledName "Succeeded">]
    let succeeded (plan: Plan) (run: inref<Run>) (next: Target) : Transition =
        if run.Phase.IsRunning && not run.Unflushed then
            Attempt.leave plan &run next
        else
            Flushing.before plan (answered plan run (Answer.Succeeded next))

    /// Whether a success takes a run whose task is under way from this state to the next one's
    /// task at once. Nothing of it is new then but its state and its visit, with what begins anew
    /// there.
    [<CompiledName "Walks">]
    let walks (plan: Plan) (run: inref<Run>) (state: int) (next: int) : bool =
        let node = plan.Node next

        node.Begin.IsRunTask
        && not (node.LeavesRow && run.Journaled || run.Unflushed)
        && plan.Allows(state, next)

    /// The run after as many successes as lead to this visit, each of which `walks` to a state that
    /// carries nothing: as by `succeeded`, one after another.
    [<CompiledName "Walked">]
    let walked (plan: Plan) (run: inref<Run>) (state: int) (visit: int64) : Run = {
        Durable = run.Durable
        Phase = (plan.Node state).During
        Split = null
        Data = StateData.None
        Visit = visit
        State = state
        Attempt = 1
        Mode = run.Mode
    }

    /// The row by which a run whose task is under way arrives at the next one's, and behind it the
    /// run: as `succeeded` and `RowAppended` one after the other. Null where more is to be done.
    [<CompiledName "Arriving">]
    let arriving (plan: Plan) (run: inref<Run>) (next: Target) (behind: outref<Run>) : Row | null =
        let node = plan.Node next.State

        if
            run.Phase.IsRunning
            && run.Mode = RunMode.Journaled
            && node.LeavesRow
            && node.Durability.IsDurable
            && node.Begin.IsRunTask
            && plan.Allows(run.State, next.State)
        then
            let row = Advance.entry plan run.Durable (run.Visit + 1L) next null
            let durable = DurableState.remember row run.Durable

            if Snapshots.isDue plan.Definition durable row then
                behind <- run
                null
            else
                behind <- {
                    Durable = durable
                    Phase = node.During
                    Split = null
                    Data = next.Data
                    Visit = row.Visit
                    State = next.State
                    Attempt = 1
                    Mode = run.Mode
                }

                row
        else
            behind <- run
            null

    /// What follows an event. An event that does not fit where the run is, a late answer for
    /// instance, changes nothing.
    [<CompiledName "Step">]
    let step (plan: Plan) (run: inref<Run>) (event: RunEvent) : Transition =
        if event.IsRowAppended && not run.Unflushed then
            appended plan &run
        else
            Flushing.before plan (follow plan run event)
