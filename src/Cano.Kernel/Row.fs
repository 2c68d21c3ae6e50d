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
    | BranchesListed of items: StoredValue list
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
}

/// The durable part of a run: all that its rows say. Equal rows give equal memories.
and DurableState = {
    /// The sequence of the next row.
    Sequence: int64
    /// The newest row that is not a snapshot; null before the first.
    Last: Row | null
    /// The result of the split that led to the newest visit.
    Split: SplitEnding | null
    /// The newest cursor of the newest visit; null when it has left none.
    Cursor: Cursor | null
    /// The row that the newest visit's wait has ended in; null when there is none.
    WokenBy: Row | null
    /// Completed steps, newest first.
    Undo: UndoEntry list
    /// Steps that a rollback failed to undo, newest first: a retry tries them again.
    NotUndone: UndoEntry list
    Rollback: Rollback | null
    /// Null when nobody has asked for a cancel.
    Cancel: CancelRequest | null
    /// The states entered, newest first; at least the newest 64.
    Path: string list
    /// The visit of the newest state of the path; -1 when it is empty.
    Entered: int64
    /// The sequence after the newest snapshot's, or at which one was too large to write; 0 when
    /// there is none.
    Since: int64
    /// What is known of the run from its start on; null when it has no rows.
    Start: RunStart | null
    /// When the run was retried, from where its total time counts; null when it was not.
    RetriedAt: Nullable<DateTimeOffset>
}

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

[<RequireQualifiedAccess>]
module DurableState =

    let empty = {
        Sequence = 0L
        Last = null
        Split = null
        Cursor = null
        WokenBy = null
        Undo = []
        NotUndone = []
        Rollback = null
        Cancel = null
        Path = []
        Entered = -1L
        Since = 0L
        Start = null
        RetriedAt = Nullable()
    }

    let private isOf (visit: int64) (durable: DurableState) =
        match durable.Last with
        | null -> false
        | last -> last.Visit = visit

    /// The cursor with which a visit goes on; null when it has none of its own.
    [<CompiledName "CursorOf">]
    let cursorOf (visit: int64) (durable: DurableState) : Cursor | null =
        if isOf visit durable then durable.Cursor else null

    /// How many cursors a visit has left.
    [<CompiledName "StepsOf">]
    let stepsOf (visit: int64) (durable: DurableState) : int64 =
        match cursorOf visit durable with
        | null -> 0L
        | cursor -> cursor.Steps

    /// What the split before a visit came to; null when the visit has no row of its own that says
    /// so, as a router's. One of another visit does not count.
    [<CompiledName "SplitOf">]
    let splitOf (visit: int64) (durable: DurableState) : SplitEnding | null =
        if durable.Entered = visit then durable.Split else null

    /// The row that a visit's wait has ended in; null when it has not waited, or but for time.
    [<CompiledName "WokenBy">]
    let wokenBy (visit: int64) (durable: DurableState) : Row | null =
        match durable.WokenBy with
        | NonNull row when row.Visit = visit -> row
        | _ -> null

    /// A resumed run enters the state of its newest visit again, which is no step further.
    let private entered (row: Row) (durable: DurableState) =
        if durable.Entered = row.Visit then
            durable.Path
        else
            row.State :: durable.Path

    /// The newest step has been undone, or that has failed.
    let private compensated (row: Row) (fault: CanoError | null) (durable: DurableState) =
        let undo, failed =
            match durable.Undo with
            | entry :: rest when entry.State = row.State ->
                rest, (if isNull fault then [] else [ entry ])
            | undo -> undo, []

        {
            durable with
                Sequence = row.Sequence + 1L
                Last = row
                Undo = undo
                NotUndone = durable.NotUndone @ failed
                Rollback =
                    match durable.Rollback, fault with
                    | null, _ -> null
                    | rollback, null -> rollback
                    | rollback, fault -> {
                        rollback with
                            Faults = fault :: rollback.Faults
                      }
        }

    /// A rollback undoes what is left: with those steps, in their order, that an earlier one failed
    /// to undo.
    let private leftToUndo (durable: DurableState) =
        if durable.NotUndone.IsEmpty then
            durable.Undo
        else
            durable.NotUndone @ durable.Undo |> List.sortByDescending _.Sequence

    /// A run that is under way knows its start already.
    let private started (row: Row) (durable: DurableState) =
        if isNull row.Start || obj.ReferenceEquals(row.Start, durable.Start) then
            durable
        else
            { durable with Start = row.Start }

    /// The durable state after a row. The only function that changes what rows say of a run.
    [<CompiledName "Remember">]
    let remember (row: Row) (durable: DurableState) : DurableState =
        let next = row.Sequence + 1L
        let durable = started row durable

        match row.Fact with
        | Fact.StateEntered split -> {
            durable with
                Sequence = next
                Last = row
                Split = split
                Cursor = cursorOf row.Visit durable
                WokenBy = wokenBy row.Visit durable
                Path = entered row durable
                Entered = row.Visit
          }
        | Fact.StepCompleted(_, output) ->
            let entry = {
                State = row.State
                Task = row.Task
                Visit = row.Visit
                Sequence = row.Sequence
                Output = output
            }

            {
                durable with
                    Sequence = next
                    Last = row
                    Undo = entry :: durable.Undo
            }
        | Fact.CursorAdvanced cursor -> {
            durable with
                Sequence = next
                Last = row
                Cursor = {
                    Value = cursor
                    Sequence = row.Sequence
                    Steps = stepsOf row.Visit durable + 1L
                }
          }
        | Fact.RollbackStarted cause -> {
            durable with
                Sequence = next
                Last = row
                Undo = leftToUndo durable
                NotUndone = []
                Rollback = { Cause = cause; Faults = [] }
          }
        | Fact.Compensated fault -> compensated row fault durable
        | Fact.CancelRequested request -> {
            durable with
                Sequence = next
                Last = row
                Cancel = request
          }
        | Fact.SignalTaken _
        | Fact.ChildEnded _ -> {
            durable with
                Sequence = next
                Last = row
                WokenBy = row
          }
        | Fact.WaitStarted _
        | Fact.RollbackFinished _
        | Fact.Finished
        | Fact.ChildStarted _
        | Fact.BranchesListed _
        | Fact.BranchCompleted _
        | Fact.Failed _ -> {
            durable with
                Sequence = next
                Last = row
          }
        | Fact.Snapshot whole -> {
            whole with
                Sequence = next
                Since = next
                Start = durable.Start
          }
