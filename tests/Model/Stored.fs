namespace Cano.Model

open System
open Cano
open Cano.Kernel

/// Rows as a store keeps them.
[<RequireQualifiedAccess>]
module Stored =

    let private bytes (value: byte[] | null) : Nullable<ReadOnlyMemory<byte>> =
        match value with
        | null -> Nullable()
        | value -> Nullable(ReadOnlyMemory value)

    /// The row a store would keep, given its parts.
    let from (row: StoredRow) = {
        new IStoredRow with
            member _.Sequence = row.Sequence
            member _.Kind = row.Kind
            member _.State = row.State
            member _.TaskName = row.TaskName
            member _.NextState = row.NextState
            member _.WorkflowName = row.WorkflowName
            member _.WorkflowVersion = row.WorkflowVersion
            member _.Visit = row.Visit
            member _.Data = bytes row.Data
            member _.Payload = bytes row.Payload
    }

    /// The parts of a kernel's row, as the runtime hands them to a store.
    let parts (row: Row) : StoredRow = {
        Sequence = row.Sequence
        Kind = RowFormat.kind row.Fact
        State = row.State
        TaskName = row.Task
        NextState = RowFormat.nextState row.Fact
        WorkflowName = row.Workflow
        WorkflowVersion = row.Version
        Visit = row.Visit
        Data = null
        Payload = RowFormat.payload row.Fact
    }

    /// The newest row that a row tells of: of a snapshot the one before it, else the row itself.
    let told (row: Row) : Row =
        match row.Fact with
        | Fact.Snapshot { Last = NonNull last } -> last
        | _ -> row

    let ofRow (row: Row) = from (parts row)
