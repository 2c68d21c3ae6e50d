namespace Cano.Kernel

open System
open Cano

/// What a row adds to a run's durable state.
[<RequireQualifiedAccess>]
type Fact =
    /// The state's task is about to run. Split: the result of the split it follows.
    | StateEntered of split: (SplitEnding | null)
    /// A compensatable step is done.
    | StepCompleted of next: string * output: byte[]
    | CursorAdvanced of cursor: byte[]
    | WaitStarted of Suspension
    | RollbackStarted of cause: CanoError
    /// The compensation of the row's state has ended; fault: its error, null when it succeeded.
    | Compensated of fault: (CanoError | null)
    | RollbackFinished of outcome: CanoError
    /// The row's state is the exit.
    | Finished
    /// The body for the signal is about to run.
    | SignalTaken of TakenSignal
    | ChildStarted of ChildStart
    | ChildEnded of ChildEnding
    /// The items that branches or children are for, before the first of them begins.
    | BranchesListed of Listing
    | BranchCompleted of BranchEnding
    | CancelRequested of CancelRequest
    /// The run failed, and nothing is undone. next: the exit that a completed step leads to, which
    /// is asked again by a retry; null when the row's state begins once more.
    | Failed of error: CanoError * next: (string | null)
    /// Everything the rows before this one say.
    | Snapshot of DurableState

/// A fact of a run as it is written down: names, never numbers.
and Row = {
    /// Dense from 0.
    Sequence: int64
    Visit: int64
    Version: uint32
    /// Only in row 0 and in snapshots.
    Start: RunStart | null
    State: string
    Task: string
    Fact: Fact
    /// Of a row that a visit or an exit begins with, and of a snapshot, what its state carries; of
    /// one that names a next state, what that carries.
    Data: StateData
}

/// What most rows leave as it is. It is kept apart, so that they copy none of it.
and CarriedState = {
    /// What the state of the newest visit carries.
    Data: StateData
    /// The result of the split that led to the newest visit.
    Split: SplitEnding | null
    /// The newest cursor of the newest visit; null when it has left none.
    Cursor: Cursor | null
    /// The row that the newest visit's wait has ended in; null when there is none.
    WokenBy: Row | null
    /// The children or journaled branches of the newest visit; null when it has none.
    FanOut: FanOut | null
    /// Completed steps, newest first.
    Undo: UndoEntry list
    /// Steps that a rollback failed to undo, newest first: a retry tries them again.
    NotUndone: UndoEntry list
    Rollback: Rollback | null
    /// Null when nobody has asked for a cancel.
    Cancel: CancelRequest | null
    /// The sequence after the newest snapshot's, or at which one was too large to write; 0 when
    /// there is none.
    Since: int64
    /// What is known of the run from its start on; null when it has no rows.
    Start: RunStart | null
    /// When the run was retried, from where its total time counts; null when it was not.
    RetriedAt: Nullable<DateTimeOffset>
}

/// The durable part of a run: all that its rows say. Equal rows give equal memories.
and DurableState = {
    /// The sequence of the next row.
    Sequence: int64
    /// The newest row that is not a snapshot; null before the first.
    Last: Row | null
    /// The states entered, newest first; at least the newest 64.
    Path: string list
    /// The visit of the newest state of the path; -1 when it is empty.
    Entered: int64
    Carried: CarriedState
} with

    member this.Split = this.Carried.Split
    member this.Cursor = this.Carried.Cursor
    member this.WokenBy = this.Carried.WokenBy
    member this.FanOut = this.Carried.FanOut
    member this.Undo = this.Carried.Undo
    member this.NotUndone = this.Carried.NotUndone
    member this.Rollback = this.Carried.Rollback
    member this.Cancel = this.Carried.Cancel
    member this.Since = this.Carried.Since
    member this.Start = this.Carried.Start
    member this.RetriedAt = this.Carried.RetriedAt

[<RequireQualifiedAccess>]
module Fact =

    /// The kind of the fact's row.
    [<CompiledName "Kind">]
    let kind (fact: Fact) : RowKind =
        match fact with
        | Fact.StateEntered _ -> RowKind.StateEntered
        | Fact.StepCompleted _ -> RowKind.StepCompleted
        | Fact.CursorAdvanced _ -> RowKind.CursorAdvanced
        | Fact.WaitStarted _ -> RowKind.WaitStarted
        | Fact.RollbackStarted _ -> RowKind.RollbackStarted
        | Fact.Compensated _ -> RowKind.Compensated
        | Fact.RollbackFinished _ -> RowKind.RollbackFinished
        | Fact.Finished -> RowKind.Finished
        | Fact.SignalTaken _ -> RowKind.SignalTaken
        | Fact.ChildStarted _ -> RowKind.ChildStarted
        | Fact.ChildEnded _ -> RowKind.ChildEnded
        | Fact.BranchesListed _ -> RowKind.BranchesListed
        | Fact.BranchCompleted _ -> RowKind.BranchCompleted
        | Fact.CancelRequested _ -> RowKind.CancelRequested
        | Fact.Failed _ -> RowKind.Failed
        | Fact.Snapshot _ -> RowKind.Snapshot

    /// The run was, or is when it is asked to, neither at an exit nor rolling back.
    let isForward (fact: Fact) =
        match fact with
        | Fact.StateEntered _
        | Fact.StepCompleted _
        | Fact.CursorAdvanced _
        | Fact.WaitStarted _
        | Fact.SignalTaken _
        | Fact.ChildStarted _
        | Fact.ChildEnded _
        | Fact.BranchesListed _
        | Fact.BranchCompleted _
        | Fact.Failed _
        | Fact.Snapshot _ -> true
        | Fact.RollbackStarted _
        | Fact.Compensated _
        | Fact.RollbackFinished _
        | Fact.CancelRequested _
        | Fact.Finished -> false
