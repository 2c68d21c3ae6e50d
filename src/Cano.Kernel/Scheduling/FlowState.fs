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
    /// An occurrence that passed during the run under way and is made up for after it.
    Missed: Nullable<DateTimeOffset>
    /// Why the newest run failed; null when it did not.
    LastError: CanoError | null
    /// The number of the newest timer; a ring of an older one means nothing.
    Timer: int64
    /// The run under way was told to stop.
    IsCancelling: bool
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
        Missed = Nullable()
        LastError = null
        Timer = 0L
        IsCancelling = false
        IsClosed = false
    }

/// What has happened to a flow. Time and chance come with what needs them.
[<RequireQualifiedAccess>]
type FlowEvent =
    /// The scheduler has started. Watermark: the last occurrence that is known to be over.
    /// Interrupted: the newest one of an earlier process that is not, and has to be taken to its
    /// end first.
    | Started of
        Now: DateTimeOffset *
        Watermark: Nullable<DateTimeOffset> *
        Interrupted: Nullable<DateTimeOffset>
    /// A timer has rung.
    | Rang of Timer: int64 * Now: DateTimeOffset
    | TriggerAsked of Now: DateTimeOffset
    | ResetAsked of Now: DateTimeOffset
    | CancelAsked
    | StopAsked
    /// The run under way has ended. Error: null when it ended well. Sample: drawn from [0, 1).
    | RunEnded of Error: (CanoError | null) * Now: DateTimeOffset * Sample: float
    /// The run that was to start turned out to be over already, or to be somebody else's: there was
    /// none.
    | RunPassedOver of Now: DateTimeOffset

/// Why an occurrence was passed over.
[<RequireQualifiedAccess>]
type SkipReason =
    /// The run before was still under way.
    | Overlap
    /// Its time had passed before anybody could start it.
    | Missed
    /// It was done already.
    | Done

/// What is to be done for a flow. Data: the scheduler does it.
[<RequireQualifiedAccess>]
type FlowEffect =
    /// Set a timer, in the place of the one that is set.
    | Sleep of Timer: int64 * Span: TimeSpan
    /// Take the timer away.
    | Rest
    /// Start the run of an occurrence.
    | Start of Occurrence: DateTimeOffset
    /// Tell the run under way to stop.
    | Cancel
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
        | Start occurrence -> handler.Start occurrence
        | Cancel -> handler.Cancel()
        | Skip(occurrence, reason) -> handler.Skip(occurrence, reason)
        | Refuse reason -> handler.Refuse reason
        | End -> handler.End()

/// One method for each effect.
and IFlowHandler =
    abstract Sleep: timer: int64 * span: TimeSpan -> unit
    abstract Rest: unit -> unit
    abstract Start: occurrence: DateTimeOffset -> unit
    abstract Cancel: unit -> unit
    abstract Skip: occurrence: DateTimeOffset * reason: SkipReason -> unit
    abstract Refuse: reason: string -> unit
    abstract End: unit -> unit

/// What follows an event. Effects: what is to be done, in this order.
type FlowTransition = {
    Flow: FlowState
    Effects: IReadOnlyList<FlowEffect>
}
