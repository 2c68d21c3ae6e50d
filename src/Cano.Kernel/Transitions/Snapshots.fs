namespace Cano.Kernel

open Cano

/// When a run's history is summed up, so that neither its rows nor its path grow for ever.
[<RequireQualifiedAccess>]
module internal Snapshots =

    /// How many states of its path a run keeps.
    let private pathMax = 64

    /// After these rows the run's own work follows. A rollback has as many rows as steps to undo,
    /// and ends.
    let private fits (fact: Fact) =
        match fact with
        | Fact.StateEntered _
        | Fact.CursorAdvanced _
        | Fact.WaitStarted _ -> true
        | Fact.StepCompleted _
        | Fact.RollbackStarted _
        | Fact.Compensated _
        | Fact.RollbackFinished _
        | Fact.Finished
        | Fact.SignalTaken _
        | Fact.ChildStarted _
        | Fact.ChildEnded _
        | Fact.BranchesListed _
        | Fact.BranchCompleted _
        | Fact.CancelRequested _
        | Fact.Failed _
        | Fact.Snapshot _ -> false

    let private long (value: StoredValue | null) =
        match value with
        | null -> 0L
        | value -> int64 value.Json.Length

    let private names (names: string seq) =
        names |> Seq.sumBy (fun name -> 16L + 3L * int64 name.Length)

    let private splitSize (ending: SplitEnding | null) =
        match ending with
        | null -> 0L
        | ending ->
            let split = ending.Result

            long ending.Values
            + names (split.Successes |> Seq.map _.Name)
            + names (split.Cancelled |> Seq.map _.Name)
            + names (split.Errors |> Seq.map _.Name)
            + (if Seq.isEmpty split.Errors then
                   0L
               else
                   int64 RowLimits.SplitErrors)

    /// At most so many bytes are in the row that a snapshot repeats.
    let private rowSize (row: Row | null) =
        match row with
        | null -> 0L
        | row ->
            match row.Fact with
            | Fact.StateEntered split -> splitSize split
            | Fact.StepCompleted(_, output) -> int64 output.Length
            | Fact.CursorAdvanced cursor -> int64 cursor.Length
            | Fact.SignalTaken signal -> long signal.Payload
            | Fact.ChildStarted child -> long child.Input + child.Data.Length
            | Fact.ChildEnded child -> long child.Output + child.Data.Length
            | Fact.BranchesListed listing -> listing.Items |> Seq.sumBy long
            | Fact.BranchCompleted branch -> long branch.Result
            | Fact.WaitStarted _
            | Fact.RollbackStarted _
            | Fact.Compensated _
            | Fact.RollbackFinished _
            | Fact.Finished
            | Fact.CancelRequested _
            | Fact.Failed _
            | Fact.Snapshot _ -> int64 RowLimits.Error

    let private undoSize (undo: UndoEntry list) =
        undo
        |> Seq.sumBy (fun entry ->
            64L
            + 3L * int64 (entry.State.Length + entry.Task.Length)
            + int64 entry.Output.Length
            + entry.Data.Length)

    let private cursorSize (cursor: Cursor | null) =
        match cursor with
        | null -> 0L
        | cursor -> int64 cursor.Value.Length

    /// Whether a row has room for a snapshot. One for which there is none is not written: the rows
    /// stay that it would take the place of, and nothing fails for it.
    let isSmallEnough (durable: DurableState) =
        splitSize durable.Split
        + durable.Carried.Data.Length
        + rowSize durable.Last
        + rowSize durable.WokenBy
        + cursorSize durable.Cursor
        + undoSize durable.Undo
        + undoSize durable.NotUndone
        + names (List.truncate pathMax durable.Path)
            <
            int64 RowLimits.Payload

    /// Asks again after as many rows as lie between two snapshots.
    let putOff (durable: DurableState) = {
        durable with
            Carried.Since = durable.Sequence
    }

    /// Whether a snapshot is to follow the newest row.
    // Not within a visit of children or of branches, whose rows say what each of them began with.
    let isDue (definition: Definition) (durable: DurableState) (row: Row) =
        durable.Sequence - durable.Since >= int64 definition.SnapshotEvery
        && isNull durable.FanOut
        && fits row.Fact

    /// The row that says all that the rows up to the newest one say.
    let row (durable: DurableState) (last: Row) : Row = {
        last with
            Sequence = durable.Sequence
            Start = durable.Start
            Data = durable.Carried.Data
            Fact =
                Fact.Snapshot {
                    durable with
                        Path = List.truncate pathMax durable.Path
                        Last = { last with Data = StateData.None }
                        // The row says them.
                        Carried.Start = null
                        Carried.Data = StateData.None
                }
    }
