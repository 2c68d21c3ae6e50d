namespace Cano.Kernel

open System
open Cano

/// How far a poll has come that pauses.
type PollState = {
    /// How many of its polls have failed in a row.
    Errors: int
    /// How long it waits after a poll that fails.
    Pause: TimeSpan
}

/// What a step that wants to wait waits for.
type WaitRequest = {
    /// When the wait is over; null when it does not end by itself.
    Due: Nullable<DateTimeOffset>
    /// When the attempt that waits has lasted too long; null when it may last for ever.
    Until: Nullable<DateTimeOffset>
    /// Null of what is no poll.
    Poll: PollState | null
} with

    /// Of an attempt that may last for ever.
    static member For(due: Nullable<DateTimeOffset>) : WaitRequest = {
        Due = due
        Until = Nullable()
        Poll = null
    }

/// What a run that suspends waits for; it survives a crash.
type Suspension = {
    /// When the wait is over; null when it does not end by itself.
    Due: Nullable<DateTimeOffset>
    /// The attempt that a retry's delay follows; 0 for a wait of the step's own.
    FailedAttempt: int
    /// The attempt that goes on after a wait of the step's own, from 1; 0 before another one.
    Attempt: int
    /// When the time is up that the wait is a part of, an attempt's or a rollback's; null for all
    /// there is.
    Until: Nullable<DateTimeOffset>
    /// Of a poll that pauses, else null.
    Poll: PollState | null
} with

    /// A pause of at least this long is journaled, so that a crash does not stretch it.
    static member internal JournaledMin = TimeSpan.FromSeconds 1.0

    /// So long after an attempt's journaled pause its next ones are not: a run that looks every
    /// other second leaves a row a minute.
    static member internal JournaledAgain = TimeSpan.FromMinutes 1.0

    /// A step's own wait.
    static member internal Of(request: WaitRequest, attempt: int) : Suspension = {
        Due = request.Due
        FailedAttempt = 0
        Attempt = attempt
        Until = request.Until
        Poll = request.Poll
    }

    /// The delay after a failed attempt; the end of all time at the latest. until: when the time of
    /// all attempts is up; null for all there is.
    static member internal After(now: DateTimeOffset, delay: TimeSpan, failedAttempt, until) = {
        Due = Nullable(now + min delay (DateTimeOffset.MaxValue - now))
        FailedAttempt = failedAttempt
        Attempt = 0
        Until = until
        Poll = null
    }

/// A completed step that a rollback must undo. Output: what the step gave its compensation.
type UndoEntry = {
    State: string
    Task: string
    Visit: int64
    /// The row that holds the output.
    Sequence: int64
    Output: byte[]
    /// What the state carried when the step completed.
    Data: StateData
}

/// A rollback under way. Faults: errors of compensations, newest first.
type Rollback = {
    Cause: CanoError
    Faults: CanoError list
}

/// What a split came to, for the state behind it.
type SplitEnding = {
    Result: SplitResult
    /// The items of the split and what its branches gave, as one value; null where branches give
    /// nothing, or nothing is journaled.
    Values: StoredValue | null
} with

    /// Of branches that give nothing.
    static member Of(result: SplitResult) : SplitEnding = { Result = result; Values = null }

/// How far a stepped or stream state has come.
type Cursor = {
    Value: byte[]
    /// The row that left it.
    Sequence: int64
    /// How many cursors the visit has left.
    Steps: int64
}

/// A signal that a run has taken from its inbox.
type TakenSignal = {
    /// The inbox's own number of the entry.
    Number: int64
    Name: string
    /// What its sender gave it, so that sending it twice is sending it once; null when it gave
    /// nothing.
    Id: string | null
    /// Null when the signal carries nothing.
    Payload: StoredValue | null
}

/// A run that a run starts, and then waits for.
type ChildStart = {
    RunId: string
    WorkflowName: string
    WorkflowVersion: uint32
    InitialState: string
    /// Null when the child is given nothing.
    Input: StoredValue | null
    /// Its place among the children of the visit, from 0.
    Index: int
    /// What its initial state carries.
    Data: StateData
}

/// The end of a child.
type ChildEnding = {
    RunId: string
    /// Which end it is.
    Status: RowStatus
    /// The exit of a child that completed, else null.
    Exit: string | null
    /// Null when it gave none.
    Output: StoredValue | null
    /// Why it failed; null when it did not.
    Error: CanoError | null
    /// Its place among the children of the visit, from 0.
    Index: int
    /// The child's row that says so: a retried child ends once more, in a later one.
    Sequence: int64
    /// What its exit carries.
    Data: StateData
}

/// What branches or children are for.
type Listing = {
    /// A null for a child that is given nothing.
    Items: (StoredValue | null)[]
    /// When children are to have ended; null when they have all the time there is. Branches are
    /// given their time anew by each resume.
    Due: Nullable<DateTimeOffset>
} with

    /// Of these items, in their order.
    static member Of(items: (StoredValue | null) seq, due: Nullable<DateTimeOffset>) : Listing = {
        Items = Array.ofSeq items
        Due = due
    }

/// The end of one branch of a split whose branches are journaled.
type BranchEnding = {
    Index: int
    Name: string
    /// What a branch that succeeded gave; null when it gave nothing.
    Result: StoredValue | null
    /// Why it failed; null when it succeeded.
    Error: CanoError | null
}

/// Somebody asked the run to stop.
type CancelRequest = {
    /// What they said; null when they said nothing.
    Reason: string | null
    /// When they asked: the run may take the request up later.
    RequestedAt: DateTimeOffset
}
