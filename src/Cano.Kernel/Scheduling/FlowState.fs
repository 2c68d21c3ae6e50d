namespace Cano.Kernel

open System
open System.Collections.Generic
open Cano

/// A flow as it was registered.
type FlowPlan = {
    /// Its name in its scheduler.
    Id: string
    Schedule: FlowSchedule
    Backoff: BackoffRule
}

/// What a journal keeps of a flow, and what it has found besides.
type FlowMemory = {
    /// The last occurrence that is known to be over.
    Over: Nullable<DateTimeOffset>
    /// Of an interval, the next occurrence that all who share the journal have agreed on.
    Next: Nullable<DateTimeOffset>
    /// The newest occurrence that was begun and is not over: it is taken to its end first.
    Interrupted: Nullable<DateTimeOffset>
    /// The schedule starts nothing until somebody lets it go on.
    IsPaused: bool
} with

    /// Nothing is known.
    static member None = {
        Over = Nullable()
        Next = Nullable()
        Interrupted = Nullable()
        IsPaused = false
    }

/// Where a flow is. All instants are UTC, of the scheduler's clock.
type FlowState = {
    Status: FlowStatus
    /// Failures in a row.
    Streak: int
    /// Runs that were started.
    RunCount: int64
    /// Occurrences that were passed over.
    SkipCount: int64
    /// When the newest run was started.
    LastRun: Nullable<DateTimeOffset>
    /// When the newest run ended.
    LastEnd: Nullable<DateTimeOffset>
    /// In a back-off, the instant from which the schedule may start a run again.
    Eligible: Nullable<DateTimeOffset>
    /// What the timer waits for; null when none is set.
    Due: Nullable<DateTimeOffset>
    /// The newest occurrence that was started or passed over. No occurrence up to it is started any
    /// more, so a clock that is set back fires nothing twice.
    Watermark: Nullable<DateTimeOffset>
    /// Of a journaled interval, the occurrence that all who share the journal have agreed on.
    Next: Nullable<DateTimeOffset>
    /// An occurrence that passed during the run under way and is made up for after it.
    Missed: Nullable<DateTimeOffset>
    /// Why the newest run failed; null when it did not.
    LastError: CanoError | null
    /// The number of the newest timer; a ring of an older one means nothing.
    Timer: int64
    /// The run under way was told to stop.
    IsCancelling: bool
    /// The schedule starts nothing until somebody lets it go on; who asks may.
    IsPaused: bool
    /// Whoever works on its runs does not for now: nothing is started.
    IsHeld: bool
    /// The scheduler stops: nothing is started any more.
    IsClosed: bool
} with

    /// A flow that nothing has happened to.
    static member Fresh = {
        Status = FlowStatus.Idle
        Streak = 0
        RunCount = 0L
        SkipCount = 0L
        LastRun = Nullable()
        LastEnd = Nullable()
        Eligible = Nullable()
        Due = Nullable()
        Watermark = Nullable()
        Next = Nullable()
        Missed = Nullable()
        LastError = null
        Timer = 0L
        IsCancelling = false
        IsPaused = false
        IsHeld = false
        IsClosed = false
    }

/// What has happened to a flow. Time and chance come with what needs them.
[<RequireQualifiedAccess>]
type FlowEvent =
    /// The scheduler has started, or goes on after it was held.
    | Started of Now: DateTimeOffset * Memory: FlowMemory
    /// A timer has rung.
    | Rang of Timer: int64 * Now: DateTimeOffset
    | TriggerAsked of Now: DateTimeOffset
    | ResetAsked of Now: DateTimeOffset
    | CancelAsked
    | PauseAsked
    | ContinueAsked of Now: DateTimeOffset
    /// Whoever works on its runs rests; Started says that it works again.
    | HoldAsked
    | StopAsked
    /// All who share the journal have agreed on the next occurrence of an interval.
    | Agreed of Next: DateTimeOffset
    /// The run under way has ended. Error: null when it ended well. Sample: drawn from [0, 1).
    | RunEnded of Error: (CanoError | null) * Now: DateTimeOffset * Sample: float
    /// The run that was to start turned out to be over already, or to be somebody else's: there was
    /// none.
    | RunPassedOver of Now: DateTimeOffset
    /// The run under way rests. It has not ended, and is gone on with by who works on it next.
    | RunSuspended of Now: DateTimeOffset

/// Why an occurrence was passed over.
[<RequireQualifiedAccess>]
type SkipReason =
    /// The run before was still under way.
    | Overlap
    /// Its time had passed before anybody could start it.
    | Missed
    /// It was done already.
    | Done

    /// As logs tell it.
    override this.ToString() =
        match this with
        | Overlap -> "Overlap"
        | Missed -> "Missed"
        | Done -> "Done"

/// What is to be done for a flow. Data: the scheduler does it.
[<RequireQualifiedAccess>]
type FlowEffect =
    /// Set a timer, in the place of the one that is set.
    | Sleep of Timer: int64 * Span: TimeSpan
    /// Take the timer away.
    | Rest
    /// Start the run of an occurrence. IsAsked: by somebody, and not by the schedule.
    | Start of Occurrence: DateTimeOffset * IsAsked: bool
    /// Cancel the run under way, for good.
    | Cancel
    /// Tell the run under way to rest.
    | Suspend
    /// An occurrence has no run; nobody failed.
    | Skip of Occurrence: DateTimeOffset * Reason: SkipReason
    /// Say no to who asked.
    | Refuse of Reason: string
    /// The flow is over: nothing of it is under way, and nothing will be.
    | End

    /// Calls the handler's method for this effect. A new effect fails to compile until every
    /// handler has it.
    member this.Accept(handler: IFlowHandler) : unit =
        match this with
        | Sleep(timer, span) -> handler.Sleep(timer, span)
        | Rest -> handler.Rest()
        | Start(occurrence, isAsked) -> handler.Start(occurrence, isAsked)
        | Cancel -> handler.Cancel()
        | Suspend -> handler.Suspend()
        | Skip(occurrence, reason) -> handler.Skip(occurrence, reason)
        | Refuse reason -> handler.Refuse reason
        | End -> handler.End()

/// One method for each effect.
and IFlowHandler =
    abstract Sleep: timer: int64 * span: TimeSpan -> unit
    abstract Rest: unit -> unit
    abstract Start: occurrence: DateTimeOffset * isAsked: bool -> unit
    abstract Cancel: unit -> unit
    abstract Suspend: unit -> unit
    abstract Skip: occurrence: DateTimeOffset * reason: SkipReason -> unit
    abstract Refuse: reason: string -> unit
    abstract End: unit -> unit

/// What follows an event. Effects: what is to be done, in this order.
type FlowTransition = {
    Flow: FlowState
    Effects: IReadOnlyList<FlowEffect>
}
