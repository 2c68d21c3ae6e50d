namespace Cano.Kernel

open System
open Cano

/// What the head of a row says of the run after it, so that a list of runs need not read more.
[<Struct>]
type RowHead = {
    Status: RowStatus
    /// When the run goes on by itself; null when it does not wait, or not for an instant.
    WakesAt: Nullable<DateTimeOffset>
    /// Of a run that failed its error's category, else null.
    Category: string | null
}

[<RequireQualifiedAccess>]
module RowHead =

    let private being status = {
        Status = status
        WakesAt = Nullable()
        Category = null
    }

    /// What a row's kind tells of the run after it, where no more is known.
    [<CompiledName "OfKind">]
    let ofKind (kind: RowKind) : RowHead =
        match kind with
        | RowKind.StateEntered
        | RowKind.StepCompleted
        | RowKind.CursorAdvanced
        | RowKind.Snapshot -> being RowStatus.OnItsWay
        | RowKind.WaitStarted -> being RowStatus.Waiting
        | RowKind.RollbackStarted
        | RowKind.Compensated -> being RowStatus.RollingBack
        | RowKind.Finished -> being RowStatus.Completed
        // Somebody has to look.
        | RowKind.RollbackFinished -> being RowStatus.RollbackFailed
        // Of a newer version.
        | _ -> being RowStatus.OnItsWay

    let private waiting (memory: Memory) (wait: Suspension) =
        let status =
            if isNull memory.Rollback then
                RowStatus.Waiting
            else
                RowStatus.RollingBack

        {
            being status with
                WakesAt = Nullable wait.Due
        }

    let private undone (outcome: CanoError) =
        let failed status = {
            being status with
                Category = outcome.Category
        }

        match outcome.Fault with
        | Fault.CompensationFailed _ -> failed RowStatus.RollbackFailed
        | Fault.Cancelled -> being RowStatus.Cancelled
        | _ -> failed RowStatus.RolledBack

    /// What a run with this memory is after a row with this fact.
    [<CompiledName "After">]
    let rec after (memory: Memory) (fact: Fact) : RowHead =
        match fact with
        | Fact.StateEntered _
        | Fact.StepCompleted _
        | Fact.CursorAdvanced _
        | Fact.RollbackStarted _
        | Fact.Compensated _
        | Fact.Finished -> ofKind (Fact.kind fact)
        | Fact.WaitStarted wait -> waiting memory wait
        | Fact.RollbackFinished outcome -> undone outcome
        | Fact.Snapshot whole ->
            match whole.Last with
            | null -> being RowStatus.OnItsWay
            | last -> after whole last.Fact
