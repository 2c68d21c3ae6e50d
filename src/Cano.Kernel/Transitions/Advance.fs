namespace Cano.Kernel

open System.Runtime.CompilerServices
open Cano

/// How a run goes on: after a row, into a state, into failure. One path for live and resumed runs.
[<RequireQualifiedAccess>]
module internal Advance =

    /// What the newest row says.
    let private said (run: Run) =
        match run.Durable.Last with
        | null -> Fact.Finished
        | last -> last.Fact

    /// What most rows say.
    let private entered = Fact.StateEntered null

    /// Work that cannot be taken back and ends the run may end after the run's time: it was late,
    /// but it is done.
    let isLateButDone (plan: Plan) (cause: Fault) (next: int) =
        cause.IsWorkflowTimeout && (plan.Node next).IsExit

    /// Writes a row: durably in a journaled run, in memory alone otherwise.
    /// sequel: what follows the row in place of what it says; null when nothing does.
    let rec record (plan: Plan) (run: Run) (row: Row) (sequel: Sequel | null) =
        if run.Journaled then
            let run = {
                run with
                    Phase = Phase.Appending(row, sequel)
            }

            Onward.starting run (Effect.Append(row, Durability.Durable))
        else
            written plan &run row sequel

    and written (plan: Plan) (run: inref<Run>) (row: Row) (sequel: Sequel | null) =
        let durable = DurableState.remember row run.Durable

        match sequel, row.Fact with
        | null, Fact.StateEntered _ when
            isNull durable.FanOut
            && not (run.Suspending || Snapshots.isDue plan.Definition durable row)
            ->
            Onward.begun plan &run durable
        | _ -> follow plan { run with Durable = durable } row sequel

    /// What follows a row that is not the common one.
    and [<MethodImpl(MethodImplOptions.NoInlining)>] private follow
        (plan: Plan)
        (run: Run)
        (row: Row)
        (sequel: Sequel | null)
        =
        match sequel with
        | null when run.Journaled && Snapshots.isDue plan.Definition run.Durable row ->
            if Snapshots.isSmallEnough run.Durable then
                record plan run (Snapshots.row run.Durable row) null
            else
                let run = {
                    run with
                        Durable = Snapshots.putOff run.Durable
                }

                after plan &run row
        | null -> after plan &run row
        | Sequel.Fail cause when row.Fact.IsCancelRequested ->
            Onward.unchanged {
                run with
                    Phase = Phase.Stopping cause
            }
        // Other branches run still.
        | Sequel.Fail cause when row.Fact.IsBranchCompleted ->
            Onward.stop {
                run with
                    Phase = Phase.Stopping cause
            }
        | Sequel.Fail cause -> fail plan run cause
        | Sequel.Cancel request when row.Fact.IsBranchCompleted -> cancelBeside plan run request
        | Sequel.Cancel request -> cancel plan run request null
        | Sequel.Judge -> fanOut plan run true

    /// The row that says that the run was asked to go back. working: work is under way that answers
    /// first.
    and cancel (plan: Plan) (run: Run) (request: CancelRequest) (working: Sequel | null) =
        let fact = Fact.CancelRequested request
        record plan run (Onward.rowOf plan &run (plan.NameOf run.State) fact) working

    /// As cancel, while work is under way, which is told to stop and answers first.
    and cancelBeside (plan: Plan) (run: Run) (request: CancelRequest) =
        let cause = Onward.placed plan &run (CanoError.Of Fault.Cancelled)

        {
            cancel plan run request (Sequel.Fail cause) with
                Stop = true
        }

    /// What a run does after its newest row, be the run live or resumed. One that is to rest does
    /// no more than what ends it.
    and after (plan: Plan) (run: inref<Run>) (row: Row) : Transition =
        match OwedAfter.row run.Durable row with
        | Owed.Work
        | Owed.FurtherWork
        | Owed.Entry _
        | Owed.Wait _ when run.Suspending -> Onward.ended run Outcome.Suspended
        // Of branches others may run still.
        | Owed.FanOut when run.Suspending && not row.Fact.IsBranchCompleted ->
            Onward.ended run Outcome.Suspended
        | Owed.Work -> work plan &run
        | Owed.FanOut -> fanOut plan run false
        | Owed.FurtherWork ->
            let run = { run with Attempt = 1 }
            work plan &run
        | Owed.Entry next ->
            let next = {
                State = plan.NumberOf next
                Data = row.Data
            }

            leave plan &run next
        | Owed.Wait suspension -> Onward.wait run suspension (WaitEnd.Of suspension)
        | Owed.Compensation -> undo plan run 1
        | Owed.Pause _ when run.Suspending -> Onward.ended run Outcome.Suspended
        | Owed.Pause suspension -> pause plan run suspension (WaitEnd.Of suspension)
        | Owed.Failure outcome
        | Owed.Rework outcome
        | Owed.ExitAgain(outcome, _) -> Onward.ended run (Outcome.Failed outcome)
        | Owed.Cancellation -> fail plan run (CanoError.Of Fault.Cancelled)
        | Owed.Exit -> Onward.ended run (Outcome.Completed run.State)

    /// The work of a visit, which may have children or branches by now.
    and work (plan: Plan) (run: inref<Run>) : Transition =
        match DurableState.fanOutOf run.Visit run.Durable with
        | null -> Onward.begun plan &run run.Durable
        | _ -> fanOut plan run false

    /// What a visit with children or branches does next. isLate: the time of the children is up.
    and fanOut (plan: Plan) (run: Run) (isLate: bool) : Transition =
        match
            DurableState.fanOutOf run.Visit run.Durable,
            plan.ChildrenOf run.State,
            plan.JournaledOf run.State
        with
        | NonNull fan, NonNull children, _ -> parent plan run children fan isLate
        | NonNull fan, null, NonNull split -> Onward.branching run split fan
        | _ -> Onward.begun plan &run run.Durable

    and private parent (plan: Plan) (run: Run) (children: ChildrenDefinition) fan isLate =
        match children.Join with
        | _ when run.Suspending -> Onward.ended run Outcome.Suspended
        | NonNull join when FanOut.isToBeListed join fan -> Onward.begun plan &run run.Durable
        | _ ->
            let due = FanOut.due fan

            match Children.next children fan isLate with
            | ParentStep.Begin index -> Onward.working run (Effect.NameChild(run.State, index, due))
            | ParentStep.BeginAgain child ->
                let name = plan.NameOf run.State
                record plan run (Onward.rowOf plan &run name (Fact.ChildStarted child)) null
            | ParentStep.Await -> Onward.awaiting run fan
            | ParentStep.Recall -> Onward.recalling run (Recall.Unneeded isLate) fan
            | ParentStep.GoOn -> Onward.working run (Effect.Continue(run.State, said run))
            | ParentStep.GiveUp error -> fail plan run error

    /// The next state after a step that is done.
    and leave (plan: Plan) (run: inref<Run>) (next: Target) : Transition =
        match plan.Refusal(run.State, next.State) with
        | null -> enter plan &run next null
        | error -> fail plan run error

    /// attempt: of the next compensation.
    and undo (plan: Plan) (run: Run) (attempt: int) : Transition =
        match Undo.next run.Durable with
        | UndoStep.Compensate _ when run.Suspending -> Onward.ended run Outcome.Suspended
        | UndoStep.Compensate entry ->
            let run = {
                run with
                    Phase = Phase.Undoing(entry, attempt)
            }

            Onward.starting run (Effect.Compensate entry)
        | UndoStep.Done outcome ->
            record
                plan
                run
                (Onward.rowOf plan &run (plan.NameOf run.State) (Fact.RollbackFinished outcome))
                null

    /// Nothing runs until the newest step's compensation is tried again.
    and pause (plan: Plan) (run: Run) (suspension: Suspension) (until: WaitEnd) : Transition =
        match run.Durable.Undo with
        | entry :: _ ->
            Onward.starting
                {
                    run with
                        Phase = Phase.Pausing(entry, suspension)
                }
                (Effect.Wait until)
        | [] -> undo plan run 1

    /// The one way into failure: what must be undone is undone, then the run ends. A run that was
    /// cancelled for good ends as that, whatever else befalls it.
    and fail (plan: Plan) (run: Run) (error: CanoError) : Transition =
        let cause =
            Onward.placed
                plan
                &run
                (if isNull run.Durable.Cancel then
                     error
                 else
                     CanoError.Of Fault.Cancelled)

        match DurableState.fanOutOf run.Visit run.Durable with
        | NonNull children when FanOut.countUnderWay children > 0 ->
            if run.Suspending then
                Onward.ended run Outcome.Suspended
            else
                Onward.recalling run (Recall.Failing cause) children
        | _ -> failAlone plan run cause

    /// Nothing is under way that would have to end first.
    and private failAlone (plan: Plan) (run: Run) (cause: CanoError) : Transition =
        match Undo.failure cause run.Journaled run.Durable with
        | null -> Onward.ended run (Outcome.Failed cause)
        // A router left no row that holds what it was entered with.
        | Fact.Failed _ when
            not (isNull run.Split && run.Data.IsNone) && run.Durable.Entered <> run.Visit
            ->
            record plan run (Onward.entryOf plan &run) (Sequel.Fail cause)
        | fact -> record plan run (Onward.rowOf plan &run (plan.NameOf run.State) fact) null

    /// The row of a new visit.
    and entry (plan: Plan) (durable: DurableState) visit (at: Target) (split: SplitEnding | null) =
        let node = plan.Node at.State

        let fact =
            if node.IsExit then
                Fact.Finished
            else
                match split with
                | null -> entered
                | split -> Fact.StateEntered split

        {
            Onward.rowIn plan durable visit node.Name node.Task fact with
                Data = at.Data
        }

    /// A new visit that leaves a row before its work.
    // Not inlined: the JIT would zero-initialise the larger frame at every plain transition.
    and [<MethodImpl(MethodImplOptions.NoInlining)>] arrive
        (plan: Plan)
        (run: Run)
        (visit: int64)
        (at: Target)
        (split: SplitEnding | null)
        : Transition =
        let row = entry plan run.Durable visit at split

        {
            Run = {
                Durable = run.Durable
                Phase = Phase.Appending(row, null)
                Split = split
                Data = at.Data
                Visit = visit
                State = at.State
                Attempt = 1
                Mode = run.Mode
            }
            Start = Effect.Append(row, (plan.Node at.State).Durability)
            Stop = false
        }

    /// A new visit of a state. The common case, one without a row, is built in one go and allocates
    /// nothing.
    and enter (plan: Plan) (run: inref<Run>) (next: Target) (split: SplitEnding | null) =
        let node = plan.Node next.State

        let transition = {
            Run = {
                Durable = run.Durable
                Phase = node.During
                Split = split
                Data = next.Data
                Visit = run.Visit + 1L
                State = next.State
                Attempt = 1
                Mode = run.Mode
            }
            Start = node.Begin
            Stop = false
        }

        if run.Journaled && node.LeavesRow then
            arrive plan run (run.Visit + 1L) next split
        else
            transition
