namespace Cano

/// What a row of a journal says. The numbers are stored: changing one strands old journals.
type RowKind =
    | StateEntered = 1uy
    | StepCompleted = 2uy
    | CursorAdvanced = 3uy
    | WaitStarted = 4uy
    | RollbackStarted = 5uy
    | Compensated = 6uy
    | RollbackFinished = 7uy
    | Finished = 8uy
    | Snapshot = 9uy
    | SignalTaken = 16uy
    | ChildStarted = 17uy
    | ChildEnded = 18uy
    | BranchCompleted = 19uy
    | CancelRequested = 20uy
    | Failed = 21uy
    | BranchesListed = 22uy

/// What a run is after a row, as far as rows can tell: who works on it they do not know. The
/// numbers are stored.
type RowStatus =
    /// Its next work is a task.
    | OnItsWay = 1uy
    /// Its next work is a wait.
    | Waiting = 2uy
    | RollingBack = 3uy
    /// At an exit.
    | Completed = 4uy
    /// Failed with nothing undone.
    | Failed = 5uy
    /// Failed, and all that it completed was undone.
    | RolledBack = 6uy
    /// Asked to stop, and all that it completed was undone.
    | Cancelled = 7uy
    /// Something could not be undone.
    | RollbackFailed = 8uy

namespace Cano.Kernel

open Cano

[<RequireQualifiedAccess>]
module RowKinds =

    /// This build knows the kind; a newer one may have more.
    let isKnown (kind: RowKind) =
        match kind with
        | RowKind.StateEntered
        | RowKind.StepCompleted
        | RowKind.CursorAdvanced
        | RowKind.WaitStarted
        | RowKind.RollbackStarted
        | RowKind.Compensated
        | RowKind.RollbackFinished
        | RowKind.Finished
        | RowKind.Snapshot
        | RowKind.SignalTaken
        | RowKind.ChildStarted
        | RowKind.ChildEnded
        | RowKind.BranchCompleted
        | RowKind.CancelRequested
        | RowKind.Failed
        | RowKind.BranchesListed -> true
        | _ -> false

[<RequireQualifiedAccess>]
module RowStatuses =

    /// The run has come to an end: only a retry takes it further.
    [<CompiledName "IsEnd">]
    let isEnd (status: RowStatus) =
        match status with
        | RowStatus.Completed
        | RowStatus.Failed
        | RowStatus.RolledBack
        | RowStatus.Cancelled
        | RowStatus.RollbackFailed -> true
        | _ -> false

    /// The run has come to an end at which nothing is left to do or to look into, so that it may be
    /// forgotten.
    [<CompiledName "IsSettled">]
    let isSettled (status: RowStatus) =
        match status with
        | RowStatus.Completed
        | RowStatus.RolledBack
        | RowStatus.Cancelled -> true
        | _ -> false
