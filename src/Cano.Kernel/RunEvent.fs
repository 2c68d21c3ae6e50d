namespace Cano.Kernel

open System
open Cano

/// A failed attempt with what the decision about it needs.
type Failure = {
    Error: CanoError
    /// A sample in [0, 1) for the jitter of a retry's delay.
    Chance: float
    /// When it failed, so that a journaled delay has a due time.
    Now: DateTimeOffset
}

/// What has happened. Answers of a task carry the visit they belong to; those of another visit change nothing.
[<RequireQualifiedAccess; NoComparison>]
type RunEvent =
    /// A fresh run. journaled: every row of the run is made durable.
    | Started of journaled: bool
    /// A run was recovered from its rows.
    | Resumed
    | RowAppended
    | AppendFailed of error: CanoError
    | TaskSucceeded of visit: int64 * next: int
    /// A task named a next state that the workflow does not have.
    | TaskStrayed of visit: int64 * name: string
    | TaskFailed of visit: int64 * failure: Failure
    /// The task's own circuit breaker refused the attempt: it was not made, and no other follows.
    | TaskRefused of visit: int64
    /// A compensatable task succeeded; output is what its compensation will get.
    | StepCompleted of visit: int64 * next: int * output: byte[]
    /// A task's answer cannot be used, so that asking again would not help.
    | TaskUnusable of visit: int64 * error: CanoError
    /// A stepped or stream task has come to a cursor, and is not done.
    | StepAdvanced of visit: int64 * cursor: byte[]
    /// A timer wants to wait.
    | WaitRequested of visit: int64 * due: DateTimeOffset
    | DelayElapsed of visit: int64
    /// A split's branches were listed and may start. None does when their number alone decides the join.
    | BranchesStarted of visit: int64 * count: int
    /// So many branches ended alike, one after another. Those behind the one that decides the join do not count.
    | BranchesEnded of visit: int64 * succeeded: bool * count: int
    /// The time of a split is up.
    | SplitTimedOut of visit: int64
    /// No branch of the split runs any more.
    | SplitEnded of visit: int64 * result: SplitResult
    | CompensationSucceeded
    | CompensationFailed of error: CanoError
    /// The time of the rollback is up. overdue: the compensation under way did not end in time.
    | RollbackTimedOut of overdue: bool
    | CancelRequested
    | DeadlinePassed of elapsed: TimeSpan * limit: TimeSpan
