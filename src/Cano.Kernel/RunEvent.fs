namespace Cano.Kernel

open System
open Cano

/// A failed attempt with what the decision about it needs.
type Failure = {
    Error: CanoError
    /// A sample in [0, 1) for the jitter of a retry's delay.
    Sample: float
    /// When it failed, so that a journaled delay has a due time.
    Now: DateTimeOffset
    /// When the time of all attempts is up, as of a rollback's; null for all there is.
    Until: Nullable<DateTimeOffset>
}

/// What the results of a split choose when its join is met.
type SplitChoice = {
    Next: Target
    /// As of a SplitEnding.
    Values: StoredValue | null
}

/// What the work of a visit has answered: its task, its branches, or the wait it is in.
[<RequireQualifiedAccess; NoComparison>]
type Answer =
    | Succeeded of Next: Target
    /// A task named a next state that the workflow does not have.
    | UnknownNextState of Name: string
    | Failed of Failure: Failure
    /// The task's own circuit breaker refused the attempt: it was not made, and no other follows.
    | Refused
    /// A compensatable task succeeded; Output is what its compensation will get.
    | Completed of Next: Target * Output: byte[]
    /// A task's answer cannot be used, so that asking again would not help.
    | FailedForGood of Error: CanoError
    /// A stepped or stream task has come to a cursor, and is not done.
    | Advanced of Cursor: byte[]
    /// A task wants to wait, and to go on then.
    | WaitRequested of Request: WaitRequest
    /// The wait's time has come.
    | Woken
    /// A wait of the step's own has ended in this fact, whatever its time: one for children, or for
    /// journaled branches, in the end of one of them.
    | WokenBy of Fact: Fact
    /// What the state's children or journaled branches are for was listed.
    | ItemsListed of Listing: Listing
    /// The child that begins next.
    | ChildNamed of Child: ChildStart
    /// A split's branches were listed and may start. None does when their number alone decides the
    /// join.
    | BranchesStarted of Count: int
    /// So many branches ended alike, one after another. Those behind the one that decides the join
    /// do not count.
    | BranchesEnded of Succeeded: bool * Count: int
    /// The time of a split, or of children, is up.
    | SplitTimedOut
    /// No branch of the split runs any more. Choice: what follows a join that is met, where the
    /// definition does not say all of it; else null.
    | SplitEnded of Result: SplitResult * Choice: (SplitChoice | null)

    override this.ToString() =
        match this with
        | Succeeded next -> Words.sentence $"Succeeded {next.State}"
        | UnknownNextState name -> $"UnknownNextState {name}"
        | Failed failure -> Words.sentence $"Failed: {failure.Error}"
        | Refused -> "Refused"
        | Completed(next, _) -> Words.sentence $"Completed {next.State}"
        | FailedForGood error -> Words.sentence $"FailedForGood: {error}"
        | Advanced _ -> "Advanced"
        | WaitRequested _ -> "WaitRequested"
        | Woken -> "Woken"
        | WokenBy _ -> "WokenBy"
        | ItemsListed _ -> "ItemsListed"
        | ChildNamed _ -> "ChildNamed"
        | BranchesStarted count -> Words.sentence $"BranchesStarted {count}"
        | BranchesEnded(succeeded, count) -> Words.sentence $"BranchesEnded {succeeded} {count}"
        | SplitTimedOut -> "SplitTimedOut"
        | SplitEnded(result, _) -> Words.sentence $"SplitEnded: {result}"

/// What has happened. This union is the one place where events are told apart by whom they come
/// from: the journal, the work of a visit, a compensation, or a demand from outside.
[<RequireQualifiedAccess; NoComparison>]
type RunEvent =
    /// A fresh run. Journaled: every row of the run is made durable.
    | Started of Journaled: bool
    /// A fresh run, whose first row says that it was asked to stop.
    | BegunCancelled of Request: CancelRequest
    /// A run was recovered from its rows.
    | Resumed
    /// A run was recovered from its rows to go on although it had failed, or could not be undone.
    | Retried
    /// The row under way is durable, and with it every row before it.
    | RowAppended
    /// The row under way is in its place and may still be lost, with those behind it.
    | RowAccepted
    /// Every row is durable.
    | Flushed
    | AppendFailed of Error: CanoError
    /// The row of the exit was not appended: the workflow returns an output there, and the run has
    /// none.
    | ExitRefused of Error: CanoError
    /// An answer of the work of a visit. One of another visit changes nothing.
    | Answered of Visit: int64 * Answer: Answer
    | CompensationSucceeded
    | CompensationFailed of Failure: Failure
    /// The time of the rollback is up. Overdue: the compensation under way did not end in time.
    | RollbackTimedOut of Overdue: bool
    /// Whoever called the run gives it up.
    | CallerCancelled
    | DeadlinePassed of Elapsed: TimeSpan * Limit: TimeSpan
    /// The run is to be cancelled for good: from the row that says so on it only goes backward.
    | CancelRequested of Request: CancelRequest
    /// The run is to rest: no new work begins, nothing is undone, and it can be resumed.
    | SuspendRequested

    override this.ToString() =
        match this with
        | Started journaled -> Words.sentence $"Started {journaled}"
        | BegunCancelled _ -> "BegunCancelled"
        | Resumed -> "Resumed"
        | Retried -> "Retried"
        | RowAppended -> "RowAppended"
        | RowAccepted -> "RowAccepted"
        | Flushed -> "Flushed"
        | AppendFailed error -> Words.sentence $"AppendFailed: {error}"
        | ExitRefused error -> Words.sentence $"ExitRefused: {error}"
        | Answered(visit, answer) -> Words.sentence $"Answered {visit}: {answer}"
        | CompensationSucceeded -> "CompensationSucceeded"
        | CompensationFailed failure -> Words.sentence $"CompensationFailed: {failure.Error}"
        | RollbackTimedOut overdue -> Words.sentence $"RollbackTimedOut {overdue}"
        | CallerCancelled -> "CallerCancelled"
        | DeadlinePassed(elapsed, _) -> $"DeadlinePassed {Words.measured elapsed}"
        | CancelRequested _ -> "CancelRequested"
        | SuspendRequested -> "SuspendRequested"
