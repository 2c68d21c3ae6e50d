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
        | RowKind.SignalTaken
        | RowKind.ChildEnded
        | RowKind.BranchesListed
        | RowKind.BranchCompleted
        | RowKind.Snapshot -> being RowStatus.OnItsWay
        | RowKind.WaitStarted
        | RowKind.ChildStarted -> being RowStatus.Waiting
        | RowKind.CancelRequested
        | RowKind.RollbackStarted
        | RowKind.Compensated -> being RowStatus.RollingBack
        | RowKind.Finished -> being RowStatus.Completed
        | RowKind.Failed -> being RowStatus.Failed
        // Somebody has to look.
        | RowKind.RollbackFinished -> being RowStatus.RollbackFailed
        // Of a newer version.
        | _ -> being RowStatus.OnItsWay

    /// Other children are under way, or this one is.
    let private parenting (durable: DurableState) (ended: int) =
        match durable.FanOut with
        | null -> being RowStatus.OnItsWay
        | fan when FanOut.areOthersUnderWay ended fan -> {
            being RowStatus.Waiting with
                WakesAt = FanOut.due fan
          }
        | _ -> being RowStatus.OnItsWay

    let private begun (durable: DurableState) =
        match durable.FanOut with
        | null -> being RowStatus.Waiting
        | fan -> {
            being RowStatus.Waiting with
                WakesAt = FanOut.due fan
          }

    /// The earlier of two instants; null when there is neither.
    let private earlier (one: Nullable<DateTimeOffset>) (other: Nullable<DateTimeOffset>) =
        if not one.HasValue || (other.HasValue && other.Value < one.Value) then
            other
        else
            one

    let private waiting (durable: DurableState) (wait: Suspension) =
        let status =
            if isNull durable.Rollback then
                RowStatus.Waiting
            else
                RowStatus.RollingBack

        {
            being status with
                WakesAt = earlier wait.Due wait.Until
        }

    let private failed status (error: CanoError) = {
        being status with
            Category = error.Category
    }

    let private undone (outcome: CanoError) =
        match outcome.Fault with
        | Fault.CompensationFailed _ -> failed RowStatus.RollbackFailed outcome
        | Fault.Cancelled -> being RowStatus.Cancelled
        | _ -> failed RowStatus.RolledBack outcome

    /// What a run with this durable state is after a row with this fact.
    [<CompiledName "After">]
    let rec after (durable: DurableState) (fact: Fact) : RowHead =
        match fact with
        // What was under way when the cancel was asked for still answers.
        | Fact.StepCompleted _
        | Fact.CursorAdvanced _
        | Fact.ChildEnded _ when not (isNull durable.Cancel) -> being RowStatus.RollingBack
        | Fact.StateEntered _
        | Fact.StepCompleted _
        | Fact.CursorAdvanced _
        | Fact.RollbackStarted _
        | Fact.Compensated _
        | Fact.SignalTaken _
        | Fact.BranchesListed _
        | Fact.BranchCompleted _
        | Fact.CancelRequested _
        | Fact.Finished -> ofKind (Fact.kind fact)
        | Fact.ChildStarted _ -> begun durable
        | Fact.ChildEnded ending -> parenting durable ending.Index
        | Fact.Failed(error, _) -> failed RowStatus.Failed error
        | Fact.WaitStarted wait -> waiting durable wait
        | Fact.RollbackFinished outcome -> undone outcome
        | Fact.Snapshot whole ->
            match whole.Last with
            | null -> being RowStatus.OnItsWay
            | last -> after whole last.Fact

    /// The same head of a run that is woken when its total time is over, too: a run of an engine,
    /// for which nobody else counts it while it waits.
    [<CompiledName "Within">]
    let within (total: Nullable<TimeSpan>) (durable: DurableState) (head: RowHead) : RowHead =
        let since = DurableState.timedSince durable

        if head.Status = RowStatus.Waiting && total.HasValue && since.HasValue then
            let left = DateTimeOffset.MaxValue - since.Value

            {
                head with
                    WakesAt = earlier head.WakesAt (Nullable(since.Value + min left total.Value))
            }
        else
            head
