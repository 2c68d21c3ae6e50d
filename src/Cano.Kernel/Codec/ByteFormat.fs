namespace Cano.Kernel

open System
open System.Runtime.CompilerServices
open System.Text

/// Writes values one after the other. Integers as LEB128 (signed ones zigzag), text as UTF-8 behind its
/// length, absent things as length 0 with every present length raised by one.
[<Sealed>]
type internal ByteWriter() =
    // Lives and dies with one encoding call, as a ByteReader's cursor does. Most rows fit at once.
    let mutable buffer: byte[] = Array.zeroCreate 64
    let mutable length = 0

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

    member this.OptionalBytes(value: byte[] | null) =
        match value with
        | null -> varint 0UL
        | value -> this.Bytes(ReadOnlySpan value)

    member this.Many(values: 'T seq, write: 'T -> unit) =
        varint (uint64 (Seq.length values))
        Seq.iter write values

    member _.ToArray() = buffer[.. length - 1]

/// Reads what a ByteWriter wrote. It never throws: after the first byte that makes no sense it gives zeros,
/// and IsSound is false.
[<Sealed>]
type internal ByteReader(bytes: byte[]) =
    // A cursor over the bytes; both live and die with one decoding call.
    let mutable position = 0
    let mutable sound = true

    let fail () =
        sound <- false
        position <- bytes.Length

    let byte () =
        if position < bytes.Length then
            position <- position + 1
            bytes[position - 1]
        else
            fail ()
            0uy

    let rec varint shift (sum: uint64) =
        let next = byte ()

        if shift > 63 then
            fail ()
            0UL
        else
            let sum = sum ||| (uint64 (next &&& 0x7Fuy) <<< shift)
            if next < 0x80uy then sum else varint (shift + 7) sum

    /// Everything was read, and all of it made sense.
    member _.IsSound = sound && position = bytes.Length

    member _.Fail() = fail ()
    member _.Unsigned() = varint 0 0UL

    /// A number that fits a byte.
    member _.Byte() =
        let value = varint 0 0UL

        if value > 255UL then
            fail ()

        Operators.byte value

    member _.Signed() =
        let value = varint 0 0UL
        int64 (value >>> 1) ^^^ -(int64 (value &&& 1UL))

    member _.OptionalBytes() : byte[] | null =
        let length = varint 0 0UL

        if length = 0UL then
            null
        elif length - 1UL > uint64 (bytes.Length - position) then
            fail ()
            null
        else
            let taken = bytes.AsSpan(position, int (length - 1UL)).ToArray()
            position <- position + taken.Length
            taken

    member this.Bytes() : byte[] =
        match this.OptionalBytes() with
        | null ->
            fail ()
            [||]
        | value -> value

    member this.OptionalText() : string | null =
        match this.OptionalBytes() with
        | null -> null
        | value -> Encoding.UTF8.GetString value

    member this.Text() : string = Encoding.UTF8.GetString(this.Bytes())

    /// A list of at most as many values as there are bytes left, so that damage cannot ask for the moon.
    member this.Many(read: unit -> 'T) : 'T[] =
        let count = this.Unsigned()

        if count > uint64 (bytes.Length - position) then
            fail ()
            [||]
        else
            Array.init (int count) (fun _ -> read ())

/// Goes over what a ByteWriter wrote without taking any of it along: the same reading as a ByteReader's, of
/// bytes that stay where they are.
[<Struct; IsByRefLike; NoEquality; NoComparison>]
type internal ByteScan =
    val private bytes: ReadOnlySpan<byte>
    // A cursor over the bytes, as in ByteReader; a span cannot be caught in a closure, so it stands in fields.
    val mutable private position: int
    val mutable private isBroken: bool

    new(bytes: ReadOnlySpan<byte>) =
        {
            bytes = bytes
            position = 0
            isBroken = false
        }

    /// Everything was read, and all of it made sense.
    member this.IsSound = not this.isBroken && this.position = this.bytes.Length

    member this.Fail() =
        this.isBroken <- true
        this.position <- this.bytes.Length

    /// A number of several bytes.
    member private this.Long() : uint64 =
        // Locals of a loop: a method of a byref-like struct cannot hand itself to a recursive function.
        let mutable sum = 0UL
        let mutable shift = 0
        let mutable goesOn = true

        while goesOn do
            if shift > 63 then
                this.Fail()
                sum <- 0UL
                goesOn <- false
            elif this.position = this.bytes.Length then
                this.Fail()
                goesOn <- false
            else
                let next = this.bytes[this.position]
                this.position <- this.position + 1
                sum <- sum ||| (uint64 (next &&& 0x7Fuy) <<< shift)
                shift <- shift + 7
                goesOn <- next >= 0x80uy

        sum

    member this.Unsigned() : uint64 =
        // Nearly every number takes one byte, and a million rows are read by this at each opening.
        if this.position < this.bytes.Length && this.bytes[this.position] < 0x80uy then
            this.position <- this.position + 1
            uint64 this.bytes[this.position - 1]
        else
            this.Long()

    /// A number that fits a byte.
    member this.Byte() : byte =
        let value = this.Unsigned()

        if value > 255UL then
            this.Fail()

        byte value

    member this.Signed() : int64 =
        let value = this.Unsigned()
        int64 (value >>> 1) ^^^ -(int64 (value &&& 1UL))

    /// How many bytes come next; -1 when they are absent.
    member private this.Length() : int =
        let length = this.Unsigned()

        if length = 0UL then
            -1
        elif length - 1UL > uint64 (this.bytes.Length - this.position) then
            this.Fail()
            -1
        else
            int (length - 1UL)

    /// Bytes or text that may be absent, and then are empty.
    member this.Optional(isPresent: byref<bool>) : ReadOnlySpan<byte> =
        let length = this.Length()
        isPresent <- length >= 0
        let start = this.position
        this.position <- start + max 0 length
        this.bytes.Slice(start, max 0 length)

    /// Bytes or text that must be there.
    member this.Required() : ReadOnlySpan<byte> =
        // Filled in by the call: a span cannot be part of a tuple.
        let mutable isPresent = false
        let taken = this.Optional(&isPresent)

        if not isPresent then
            this.Fail()

        taken

    /// Goes past bytes or text that may be absent, as most are.
    member this.Skip() =
        if this.position < this.bytes.Length && this.bytes[this.position] = 0uy then
            this.position <- this.position + 1
        else
            let length = this.Length()
            this.position <- this.position + max 0 length
