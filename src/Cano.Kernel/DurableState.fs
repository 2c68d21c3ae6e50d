namespace Cano.Kernel

open System
open Cano

/// What rows say of a run, one after another.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module DurableState =

    let empty = {
        Sequence = 0L
        Last = null
        Path = []
        Entered = -1L
        Carried = {
            Data = StateData.None
            Split = null
            Cursor = null
            WokenBy = null
            FanOut = null
            Undo = []
            NotUndone = []
            Rollback = null
            Cancel = null
            Since = 0L
            Start = null
            RetriedAt = Nullable()
        }
    }

    let private isOf (visit: int64) (durable: DurableState) =
        match durable.Last with
        | null -> false
        | last -> last.Visit = visit

    /// From when on the total time of an engine's run counts: its start, or its newest retry; null
    /// when neither is known.
    [<CompiledName "TimedSince">]
    let timedSince (durable: DurableState) : Nullable<DateTimeOffset> =
        match durable.Start with
        | _ when durable.RetriedAt.HasValue -> durable.RetriedAt
        | null -> Nullable()
        | start when start.NotBefore.HasValue && start.StartedAt.HasValue ->
            Nullable(max start.NotBefore.Value start.StartedAt.Value)
        | start -> start.StartedAt

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

    /// What the state of a visit carries; nothing when the visit has no row of its own that says
    /// so, as a router's.
    [<CompiledName "DataOf">]
    let dataOf (visit: int64) (durable: DurableState) : StateData =
        match durable.Last with
        | NonNull last when last.Fact.IsFinished && last.Visit = visit -> last.Data
        | _ when durable.Entered = visit -> durable.Carried.Data
        | _ -> StateData.None

    /// A visit without a row of its own that says what its state carries, about to leave one.
    let carrying (visit: int64) (data: StateData) (durable: DurableState) : DurableState =
        if data.IsNone || not (dataOf visit durable).IsNone then
            durable
        else
            {
                durable with
                    Entered = visit
                    Carried.Data = data
            }

    /// The row that a visit's wait has ended in; null when it has not waited, or but for time.
    [<CompiledName "WokenBy">]
    let wokenBy (visit: int64) (durable: DurableState) : Row | null =
        match durable.WokenBy with
        | null -> null
        | row -> if row.Visit = visit then row else null

    /// The children or journaled branches of a visit; null when it has none.
    [<CompiledName "FanOutOf">]
    let fanOutOf (visit: int64) (durable: DurableState) : FanOut | null =
        match durable.FanOut with
        | null -> null
        | fan -> if fan.Visit = visit then fan else null

    /// The children of a visit that have begun and not ended, the oldest first.
    [<CompiledName "UnderWayOf">]
    let underWayOf (visit: int64) (durable: DurableState) : AwaitedChild list =
        match fanOutOf visit durable with
        | null -> []
        | fan -> FanOut.underWay fan

    /// A failed visit that is entered again is retried.
    let private fanOutIn (visit: int64) (durable: DurableState) : FanOut | null =
        match fanOutOf visit durable with
        | null -> null
        | fan ->
            match durable.Last with
            | null -> fan
            | last -> if last.Fact.IsFailed then FanOut.retried fan else fan

    /// A resumed run enters the state of its newest visit again, which is no step further.
    let private entered (row: Row) (durable: DurableState) =
        if durable.Entered = row.Visit then
            durable.Path
        else
            row.State :: durable.Path

    /// What a visit that is entered has of those before it.
    let private carriedInto (row: Row) (split: SplitEnding | null) (durable: DurableState) =
        let carried = durable.Carried

        // Of most visits nothing.
        if
            isNull split
            && row.Data.IsNone
            && carried.Data.IsNone
            && isNull carried.Split
            && isNull carried.Cursor
            && isNull carried.WokenBy
            && isNull carried.FanOut
        then
            carried
        else
            {
                carried with
                    Data = row.Data
                    Split = split
                    Cursor = cursorOf row.Visit durable
                    WokenBy = wokenBy row.Visit durable
                    FanOut = fanOutIn row.Visit durable
            }

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
                Carried.Undo = undo
                Carried.NotUndone = durable.NotUndone @ failed
                Carried.Rollback =
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

    let private fannedOut (row: Row) (change: (FanOut | null) -> FanOut) (durable: DurableState) = {
        durable with
            Sequence = row.Sequence + 1L
            Last = row
            Carried.FanOut = change durable.FanOut
    }

    /// A run that is under way knows its start already.
    let private started (row: Row) (durable: DurableState) =
        if isNull row.Start || obj.ReferenceEquals(row.Start, durable.Start) then
            durable
        else
            {
                durable with
                    Carried.Start = row.Start
            }

    /// The durable state after a row. The only function that changes what rows say of a run.
    [<CompiledName "Remember">]
    let remember (row: Row) (durable: DurableState) : DurableState =
        let next = row.Sequence + 1L
        let durable = started row durable

        match row.Fact with
        | Fact.StateEntered split -> {
            Sequence = next
            Last = row
            Path = entered row durable
            Entered = row.Visit
            Carried = carriedInto row split durable
          }
        | Fact.StepCompleted(_, output) ->
            let entry = {
                State = row.State
                Task = row.Task
                Visit = row.Visit
                Sequence = row.Sequence
                Output = output
                Data = dataOf row.Visit durable
            }

            {
                durable with
                    Sequence = next
                    Last = row
                    Carried.Undo = entry :: durable.Undo
            }
        | Fact.CursorAdvanced cursor -> {
            durable with
                Sequence = next
                Last = row
                Carried.Cursor = {
                    Value = cursor
                    Sequence = row.Sequence
                    Steps = stepsOf row.Visit durable + 1L
                }
          }
        | Fact.RollbackStarted cause -> {
            durable with
                Sequence = next
                Last = row
                Carried.Undo = leftToUndo durable
                Carried.NotUndone = []
                Carried.Rollback = { Cause = cause; Faults = [] }
          }
        | Fact.Compensated fault -> compensated row fault durable
        | Fact.CancelRequested request -> {
            durable with
                Sequence = next
                Last = row
                Carried.Cancel = request
          }
        | Fact.SignalTaken _ -> {
            durable with
                Sequence = next
                Last = row
                Carried.WokenBy = row
          }
        | Fact.ChildStarted child -> fannedOut row (FanOut.started row.Visit child) durable
        | Fact.ChildEnded ending -> fannedOut row (FanOut.ended row.Visit ending) durable
        | Fact.BranchesListed listing -> fannedOut row (FanOut.listed row.Visit listing) durable
        | Fact.BranchCompleted branch -> fannedOut row (FanOut.branched row.Visit branch) durable
        | Fact.WaitStarted _
        | Fact.RollbackFinished _
        | Fact.Finished
        | Fact.Failed _ -> {
            durable with
                Sequence = next
                Last = row
          }
        | Fact.Snapshot whole -> {
            whole with
                Sequence = next
                Carried.Since = next
                Carried.Start = durable.Start
                Carried.Data = row.Data
          }
