namespace Cano.Model

open System
open Cano.Kernel

/// Rows as a store keeps them.
[<RequireQualifiedAccess>]
module Stored =

    /// The row's body; what it says of the run after it is told by the row alone.
    let bytes (row: Row) : byte[] =
        RowFormat.Write(RowHead.after DurableState.empty row.Fact, row)

    /// The row of a body, or what is wrong with it.
    let read (bytes: byte[]) : Result<Row, string> =
        let mutable row = Unchecked.defaultof<Row>

        match RowFormat.TryRead(ReadOnlySpan bytes, &row) with
        | null -> Ok row
        | problem -> Error problem

    /// A row as bytes, and back.
    let copied (row: Row) : Row =
        match read (bytes row) with
        | Ok row -> row
        | Error problem -> failwith problem

    /// The newest row that a row tells of: of a snapshot the one before it, else the row itself.
    let told (row: Row) : Row =
        match row.Fact with
        | Fact.Snapshot { Last = NonNull last } -> last
        | _ -> row
