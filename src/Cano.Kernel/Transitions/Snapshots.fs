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

    /// Whether a snapshot is to follow the newest row.
    let isDue (definition: Definition) (durable: DurableState) (row: Row) =
        durable.Sequence - durable.Since >= int64 definition.SnapshotEvery
        && fits row.Fact

    /// The row that says all that the rows up to the newest one say.
    let row (durable: DurableState) (last: Row) : Row = {
        last with
            Sequence = durable.Sequence
            Start = durable.Start
            Fact =
                Fact.Snapshot {
                    durable with
                        Path = List.truncate pathMax durable.Path
                        // The row says it.
                        Start = null
                }
    }
