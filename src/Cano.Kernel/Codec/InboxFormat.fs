namespace Cano.Kernel

open System
open System.Runtime.InteropServices
open Cano

/// What an entry of an inbox says, without what its store keeps of it: number and instant.
type InboxContent = {
    Kind: InboxKind
    /// Of a signal its name; of a cancel what was said, null when nothing was.
    Name: string | null
    /// What tells it from others; null when it is never sent twice.
    Id: string | null
    /// Null when it carries nothing.
    Payload: StoredValue | null
    /// The name of what encoded the payload; null: it is JSON as it is.
    Codec: string | null
}

/// The bytes of an inbox's entries. Every number here is stored.
[<AbstractClass; Sealed>]
type InboxFormat private () =

    static let version = 1UL

    /// The bytes of an entry.
    static member Write(content: InboxContent) : byte[] =
        let writer = ByteWriter()
        writer.Unsigned version
        writer.Unsigned(uint64 content.Kind)
        writer.Fields()
        writer.Field(2, content.Name)
        writer.Field(4, content.Id)
        writer.Field(6, ValueFormat.write, content.Payload)
        writer.Field(8, content.Codec)
        writer.ToArray()

    /// Null and the entry, or what is wrong with its bytes.
    static member TryRead
        (bytes: ReadOnlySpan<byte>, [<Out>] content: byref<InboxContent>)
        : string | null =
        let mutable reader = ByteReader bytes

        if reader.Unsigned() <> version then
            reader.Refuse(Problem.newer "version")

        let kind = LanguagePrimitives.EnumOfValue<byte, InboxKind>(reader.Byte())

        match kind with
        | InboxKind.Signal
        | InboxKind.Cancel -> ()
        | other -> reader.Refuse(Problem.newer (Words.sentence $"kind {uint8 other}"))

        content <-
            reader.Fold(
                {
                    Kind = kind
                    Name = null
                    Id = null
                    Payload = null
                    Codec = null
                },
                FieldReading(fun read field value ->
                    match field.Number with
                    | 2 -> { read with Name = value.Rest() }
                    | 4 -> { read with Id = value.Rest() }
                    | 6 -> {
                        read with
                            Payload = ValueFormat.read &value
                      }
                    | 8 -> { read with Codec = value.Rest() }
                    | _ ->
                        value.Unknown field
                        read)
            )

        reader.Problem

    /// Which entry the row of a taken signal names; -1 where it cannot be read.
    static member NumberTaken(payload: OptionalBytes) : int64 =
        if payload.IsPresent then
            let mutable reader = ByteReader payload.Bytes
            let signal = SignalFormat.read &reader
            if isNull reader.Problem then signal.Number else -1L
        else
            -1L
