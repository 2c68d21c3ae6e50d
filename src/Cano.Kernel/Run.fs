namespace Cano.Kernel

open System
open System.Runtime.CompilerServices
open Cano

/// What follows a row that is being made durable, in place of what the row says.
[<RequireQualifiedAccess>]
type Sequel =
    /// The run fails. Of a row that says that a cancel was asked for: its work is under way still,
    /// and its answer comes first.
    | Fail of Cause: CanoError
    /// A cancel was asked for, which is the next row.
    | Cancel of Request: CancelRequest
    /// The time of the children is up, and their join is judged as it stands.
    | Judge

/// Why children that are under way are cancelled.
[<RequireQualifiedAccess>]
type Recall =
    /// Their join is decided without them. isLate: their time was up.
    | Unneeded of IsLate: bool
    /// The run fails when they have ended.
    | Failing of Cause: CanoError

/// What a run is doing.
[<RequireQualifiedAccess>]
type Phase =
    | Ready
    /// A row is being made durable. Sequel: what else follows it; null when nothing does.
    | Appending of Row: Row * Sequel: (Sequel | null)
    /// Rows are being made durable. Next: what the run does then; Start: what starts it.
    | Flushing of Next: Phase * Start: Effect
    | Running
    /// Nothing runs; the run goes on when it is woken.
    | Waiting of Suspension: Suspension
    /// Branches run; those that have ended are counted.
    | Splitting of Split: SplitDefinition * Tally: Tally
    /// The join is decided; branches that still run are being stopped.
    | Joining of Split: SplitDefinition * Tally: Tally * Verdict: Verdict * TimedOut: bool
    /// Children are under way; the run goes on when one has ended.
    | Awaiting
    /// Children are cancelled; the run goes on when none is under way.
    | Recalling of Recall: Recall
    /// Work was told to stop and has not answered yet.
    | Stopping of Cause: CanoError
    /// A compensation runs. Attempt: from 1.
    | Undoing of Entry: UndoEntry * Attempt: int
    /// A compensation failed, and is tried again when the wait is over.
    | Pausing of Entry: UndoEntry * Suspension: Suspension
    | Ended of Outcome: Outcome

/// What counts for a run whatever it is doing.
[<System.Flags>]
type RunMode =
    | None = 0uy
    /// Every row of the run is made durable.
    | Journaled = 1uy
    /// No new work begins: what is under way may end, and then the run rests until it is resumed.
    | Suspending = 2uy
    /// The store has accepted rows that are not durable yet.
    | Unflushed = 4uy

/// Where a run is. Durable is its part that survives, changed by DurableState.remember alone; all
/// else belongs to the visit.
[<Struct; IsReadOnly; NoComparison>]
type Run = {
    Durable: DurableState
    Phase: Phase
    /// The result of the split that led to this visit.
    Split: SplitEnding | null
    /// What the visited state carries.
    Data: StateData
    /// Counts entries of states, from 0; -1 before the first.
    Visit: int64
    /// The number of the visited state.
    State: int
    /// From 1.
    Attempt: int
    Mode: RunMode
} with

    member this.Journaled: bool = this.Mode &&& RunMode.Journaled <> RunMode.None

    member this.Suspending: bool = this.Mode &&& RunMode.Suspending <> RunMode.None

    member this.Unflushed: bool = this.Mode &&& RunMode.Unflushed <> RunMode.None

    /// A run before its first event, that will begin in this state.
    static member Fresh(initial: Target) : Run = {
        Durable = DurableState.empty
        Phase = Phase.Ready
        Split = null
        Data = initial.Data
        Visit = -1L
        State = initial.State
        Attempt = 1
        Mode = RunMode.None
    }

    /// A run before its first event whose rows will tell this of its start.
    static member Begin(initial: Target, start: RunStart) : Run = {
        Run.Fresh initial with
            Durable = {
                DurableState.empty with
                    Carried.Start = start
            }
    }

    /// The branches of the split under way; none when there is no split.
    member this.Tally: Tally =
        match this.Phase with
        | Phase.Splitting(_, tally)
        | Phase.Joining(_, tally, _, _) -> tally
        | Phase.Ready
        | Phase.Appending _
        | Phase.Flushing _
        | Phase.Running
        | Phase.Waiting _
        | Phase.Awaiting
        | Phase.Recalling _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Tally.None

[<RequireQualifiedAccess>]
module Run =

    /// The same run, whose total time counts from this instant on, if any.
    [<CompiledName "RetriedAt">]
    let retriedAt (instant: Nullable<DateTimeOffset>) (run: Run) : Run = {
        run with
            Durable = {
                run.Durable with
                    Carried.RetriedAt = instant
            }
    }

    /// Whether an ended run left nothing to resume, so that its rows may be forgotten: it reached
    /// an exit, or everything was undone.
    [<CompiledName "IsSettled">]
    let isSettled (run: inref<Run>) : bool =
        match run.Phase with
        | Phase.Ended(Outcome.Completed _) -> true
        | Phase.Ended Outcome.Suspended -> false
        | Phase.Ended(Outcome.Failed _) ->
            match run.Durable.Last with
            | null -> false
            | last -> RowStatuses.isSettled (RowHead.after run.Durable last.Fact).Status
        | Phase.Ready
        | Phase.Appending _
        | Phase.Flushing _
        | Phase.Running
        | Phase.Waiting _
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Awaiting
        | Phase.Recalling _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _ -> false

    /// Whether an ended run waits for a person: it failed with nothing undone, or something could
    /// not be undone, and its rows say so.
    [<CompiledName "IsFailure">]
    let isFailure (run: inref<Run>) : bool =
        match run.Durable.Last with
        | null -> false
        | last ->
            let status = (RowHead.after run.Durable last.Fact).Status

            run.Phase.IsEnded
            && RowStatuses.isEnd status
            && not (RowStatuses.isSettled status)

/// What follows an event: the new run, whether work under way must stop, and what to start.
[<Struct; IsReadOnly; NoComparison>]
type Transition = { Run: Run; Start: Effect; Stop: bool }
