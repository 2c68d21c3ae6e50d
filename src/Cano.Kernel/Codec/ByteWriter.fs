namespace Cano.Kernel

open System
open System.Buffers.Binary
open System.Text

/// Writes values one after the other. Integers as LEB128 (signed ones zigzag), text as UTF-8 behind
/// its length, absent things as length 0 with every present length raised by one.
[<Sealed>]
type internal ByteWriter() =
    // Lives and dies with one encoding call, as a ByteReader's cursor does. Most rows fit at once.
    let mutable buffer: byte[] = Array.zeroCreate 64
    let mutable length = 0
    // Where the number of fields stands, of which there are never as many as a byte can count.
    let mutable fields = 0

    /// Takes the next bytes of the buffer, to be filled in.
    let take count =
        if count > buffer.Length - length then
            Array.Resize(&buffer, max (length + count) (2 * buffer.Length))

        length <- length + count
        Span(buffer, length - count, count)

    let rec varint (value: uint64) =
        if value < 0x80UL then
            (take 1)[0] <- byte value
        else
            (take 1)[0] <- byte (value ||| 0x80UL)
            varint (value >>> 7)

    member _.Unsigned(value: uint64) = varint value

    member _.Signed(value: int64) =
        varint (uint64 ((value <<< 1) ^^^ (value >>> 63)))

    member _.Bytes(value: ReadOnlySpan<byte>) =
        varint (uint64 value.Length + 1UL)
        value.CopyTo(take value.Length)

    member _.Text(value: string | null) =
        match value with
        | null -> varint 0UL
        | value ->
            let count = Encoding.UTF8.GetByteCount value
            varint (uint64 count + 1UL)
            Encoding.UTF8.GetBytes(value, take count) |> ignore

    /// The ticks of an instant in UTC, as bytes of their own.
    member _.Instant(value: DateTimeOffset) =
        varint (uint64 sizeof<int64> + 1UL)
        BinaryPrimitives.WriteInt64LittleEndian(take sizeof<int64>, value.UtcTicks)

    /// What a writer of its own writes, as bytes.
    member this.Nested(write: ByteWriter -> 'T -> unit, value: 'T) =
        let nested = ByteWriter()
        write nested value
        this.Bytes nested.Written

    /// Numbered fields follow: how many, then each its number and its bytes, in the order of the
    /// numbers. What is absent takes no space. A reader passes over an odd number that it does not
    /// know; an even one it needs to know.
    member _.Fields() =
        fields <- length
        (take 1)[0] <- 0uy

    member private _.Number(number: int) =
        buffer[fields] <- buffer[fields] + 1uy
        varint (uint64 number)

    member this.Field(number: int, value: string | null) =
        match value with
        | null -> ()
        | value ->
            this.Number number
            this.Text value

    member this.Field(number: int, value: ReadOnlySpan<byte>) =
        this.Number number
        this.Bytes value

    member this.Field(number: int, value: byte[] | null) =
        match value with
        | null -> ()
        | value -> this.Field(number, ReadOnlySpan value)

    member this.Field(number: int, value: Nullable<DateTimeOffset>) =
        if value.HasValue then
            this.Number number
            this.Instant value.Value

    member this.Field(number: int, value: int64) =
        this.Number number
        this.Nested((fun nested value -> nested.Signed value), value)

    /// A field made of several values.
    member this.Field(number: int, write: ByteWriter -> 'T -> unit, value: 'T | null) =
        match value with
        | null -> ()
        | value ->
            this.Number number
            this.Nested(write, value)

    /// A value behind 1, or 0 alone where there is none.
    member this.Optional(write: ByteWriter -> 'T -> unit, value: 'T | null) =
        match value with
        | null -> varint 0UL
        | value ->
            varint 1UL
            write this value

    member _.Many(values: 'T seq, write: 'T -> unit) =
        varint (uint64 (Seq.length values))
        Seq.iter write values

    /// How many bytes were written.
    member _.Length = length

    /// Goes back to so many bytes: what came after them is not written.
    member _.TakeBack(count: int) = length <- count

    /// What was written, until more is.
    member _.Written = ReadOnlySpan(buffer, 0, length)

    member _.ToArray() = buffer[.. length - 1]
