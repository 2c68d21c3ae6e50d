namespace Cano.Kernel

open System
open Cano

/// Writes the body of a row in the newest format: its head, then its fields in the order of their
/// numbers.
[<Sealed>]
type RowWriter(kind: RowKind, status: RowStatus, sequence: int64, visit: int64, version: uint32) =
    let writer = ByteWriter()

    do
        writer.Unsigned(uint64 RowFormats.Newest)
        writer.Unsigned(uint64 kind)
        writer.Unsigned(uint64 status)
        writer.Signed sequence
        writer.Signed visit
        writer.Unsigned(uint64 version)

    /// The rest of the head.
    member _.Names(state: string, task: string) =
        writer.Text state
        writer.Text task
        writer.Fields()

    member _.Instant(field: RowField, value: Nullable<DateTimeOffset>) =
        writer.Field(int field, value)

    member _.Text(field: RowField, value: string | null) = writer.Field(int field, value)

    member _.Bytes(field: RowField, value: byte[] | null) = writer.Field(int field, value)

    member _.Bytes(field: RowField, value: Nullable<ReadOnlyMemory<byte>>) =
        if value.HasValue then
            writer.Field(int field, value.Value.Span)

    member _.Output(value: StoredValue | null) =
        writer.Field(int RowField.Output, ValueFormat.write, value)

    member _.Start(value: RunStart | null) =
        writer.Field(int RowField.Start, StartFormat.write, value)

    member _.Span(value: RunTrace | null) =
        writer.Field(int RowField.Span, StartFormat.writeTrace, value)

    member _.ToArray() : byte[] = writer.ToArray()
