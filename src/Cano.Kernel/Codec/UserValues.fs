namespace Cano.Kernel

open System
open Cano

/// The user's values in what a run writes down, each changed alike: encoded on their way into a
/// store, decoded on their way out of it. The one place that knows where they are.
[<RequireQualifiedAccess>]
module UserValues =

    let private value (change: byte[] -> byte[]) (value: StoredValue | null) : StoredValue | null =
        match value with
        | null -> null
        | value -> { value with Json = change value.Json }

    /// An error may keep what a step gave a compensation that is gone.
    let rec private failure change (error: CanoError) : CanoError =
        match error.Fault with
        | Fault.OrphanedCompensation(task, output) -> {
            error with
                Fault = Fault.OrphanedCompensation(task, change output)
          }
        | Fault.RetryExhausted(attempts, last) -> {
            error with
                Fault = Fault.RetryExhausted(attempts, failure change last)
          }
        | Fault.CompensationFailed failures -> {
            error with
                Fault = Fault.CompensationFailed(Array.map (failure change) failures)
          }
        | Fault.TaskExecution _
        | Fault.Store _
        | Fault.Workflow _
        | Fault.Configuration _
        | Fault.Timeout _
        | Fault.WorkflowTimeout _
        | Fault.Cancelled
        | Fault.CircuitOpen
        | Fault.RateLimited _
        | Fault.CheckpointStore _
        | Fault.Generic _
        | Fault.ResourceNotFound _
        | Fault.ResourceTypeMismatch _
        | Fault.ResourceDuplicateKey _
        | Fault.WorkflowVersionMismatch _
        | Fault.Suspended _
        | Fault.RunNotFound _
        | Fault.RunEnded _
        | Fault.InputMissing _
        | Fault.InputTypeMismatch _
        | Fault.OutputMissing _ -> error

    let private optionalError change (fault: CanoError | null) : CanoError | null =
        match fault with
        | null -> null
        | fault -> failure change fault

    let private entry change (entry: UndoEntry) = {
        entry with
            Output = change entry.Output
            Data = entry.Data.With change
    }

    let private cursor change (cursor: Cursor | null) : Cursor | null =
        match cursor with
        | null -> null
        | cursor -> {
            cursor with
                Value = change cursor.Value
          }

    let private rollback change (rollback: Rollback | null) : Rollback | null =
        match rollback with
        | null -> null
        | rollback -> {
            Cause = failure change rollback.Cause
            Faults = List.map (failure change) rollback.Faults
          }

    let private split change (ending: SplitEnding | null) : SplitEnding | null =
        match ending with
        | null -> null
        | ending -> {
            ending with
                Values = value change ending.Values
          }

    let private childStart change (child: ChildStart) : ChildStart = {
        child with
            Input = value change child.Input
            Data = child.Data.With change
    }

    let private childEnding change (ending: ChildEnding) : ChildEnding = {
        ending with
            Output = value change ending.Output
            Error = optionalError change ending.Error
            Data = ending.Data.With change
    }

    let private branch change (ending: BranchEnding) : BranchEnding = {
        ending with
            Result = value change ending.Result
            Error = optionalError change ending.Error
    }

    let private listing change (listing: Listing) : Listing = {
        listing with
            Items = Array.map (value change) listing.Items
    }

    let private start change (start: RunStart | null) : RunStart | null =
        match start with
        | null -> null
        | start when isNull start.Input -> start
        | start -> start.WithInput(value change start.Input)

    let rec private fact change (said: Fact) : Fact =
        match said with
        | Fact.StateEntered ending -> Fact.StateEntered(split change ending)
        | Fact.StepCompleted(next, output) -> Fact.StepCompleted(next, change output)
        | Fact.CursorAdvanced cursor -> Fact.CursorAdvanced(change cursor)
        | Fact.RollbackStarted cause -> Fact.RollbackStarted(failure change cause)
        | Fact.Compensated fault -> Fact.Compensated(optionalError change fault)
        | Fact.RollbackFinished outcome -> Fact.RollbackFinished(failure change outcome)
        | Fact.Failed(cause, next) -> Fact.Failed(failure change cause, next)
        | Fact.SignalTaken signal ->
            Fact.SignalTaken {
                signal with
                    Payload = value change signal.Payload
            }
        | Fact.ChildStarted child -> Fact.ChildStarted(childStart change child)
        | Fact.ChildEnded ending -> Fact.ChildEnded(childEnding change ending)
        | Fact.BranchesListed items -> Fact.BranchesListed(listing change items)
        | Fact.BranchCompleted ending -> Fact.BranchCompleted(branch change ending)
        | Fact.Snapshot whole ->
            Fact.Snapshot {
                whole with
                    Last = row change whole.Last
                    Carried.WokenBy = row change whole.WokenBy
                    Carried.Split = split change whole.Split
                    Carried.Cursor = cursor change whole.Cursor
                    Carried.Undo = List.map (entry change) whole.Undo
                    Carried.NotUndone = List.map (entry change) whole.NotUndone
                    Carried.Rollback = rollback change whole.Rollback
            }
        | Fact.WaitStarted _
        | Fact.Finished
        | Fact.CancelRequested _ -> said

    and private row change (row: Row | null) : Row | null =
        match row with
        | null -> null
        | row -> {
            row with
                Start = start change row.Start
                Fact = fact change row.Fact
                Data = row.Data.With change
          }

    /// The fact with its values changed.
    [<CompiledName "InFact">]
    let inFact (change: Func<byte[], byte[]>) (said: Fact) : Fact = fact change.Invoke said

    /// What is known of a run from its start on, with its input changed.
    [<CompiledName "InStart">]
    let inStart (change: Func<byte[], byte[]>) (said: RunStart | null) : RunStart | null =
        start change.Invoke said
