namespace Cano.Kernel

open System
open System.Buffers.Binary
open System.Runtime.CompilerServices
open System.Text

/// A value behind its number.
[<Struct; IsByRefLike; NoEquality; NoComparison>]
type internal Field = {
    Number: int
    Value: ReadOnlySpan<byte>
}

/// Reads one value with a reader that moves on.
type internal Reading<'T> = delegate of byref<ByteReader> -> 'T

/// What is known after a numbered field; the reader is at its value.
and internal FieldReading<'T> = delegate of 'T * Field * byref<ByteReader> -> 'T

/// Reads what a ByteWriter wrote, where it lies. It never throws: after the first byte that makes
/// no sense it gives zeros, and says what is wrong.
and [<Struct; IsByRefLike; NoEquality; NoComparison>] internal ByteReader =
    val private bytes: ReadOnlySpan<byte>
    // A cursor over the bytes; both live and die with one decoding call. A span cannot be caught in
    // a closure, so the cursor stands in fields.
    val mutable private position: int
    val mutable private problem: string | null
    // How many fields are left, and the number of the last one.
    val mutable private fields: uint64
    val mutable private field: int

    new(bytes: ReadOnlySpan<byte>) =
        {
            bytes = bytes
            position = 0
            problem = null
            fields = 0UL
            field = 0
        }

    /// Nothing is left to read, or nothing of it can be.
    member this.IsAtEnd = this.position = this.bytes.Length

    /// The rest was read elsewhere.
    member this.End() = this.position <- this.bytes.Length

    /// Null when everything was read and made sense; else what is wrong.
    member this.Problem: string | null =
        match this.problem with
        | null when not this.IsAtEnd -> Problem.damaged
        | problem -> problem

    /// What is left to read.
    member this.Left = this.bytes.Slice this.position

    /// The first thing that is wrong counts.
    member this.Refuse(problem: string) =
        if isNull this.problem then
            this.problem <- problem

        this.position <- this.bytes.Length

    member this.Fail() = this.Refuse Problem.damaged

    /// What is wrong with a part is wrong with the whole.
    member this.Join(part: byref<ByteReader>) =
        match part.Problem with
        | null -> ()
        | problem -> this.Refuse problem

    /// A number of several bytes.
    member private this.Long() : uint64 =
        // Locals of a loop: a method of a byref-like struct cannot hand itself to a recursive
        // function.
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
            0uy
        else
            byte value

    member this.Signed() : int64 =
        let value = this.Unsigned()
        int64 (value >>> 1) ^^^ -(int64 (value &&& 1UL))

    /// A number that fits 32 bits. What does not is no other number: it is damage.
    member this.Int() : int =
        let value = this.Signed()

        if value < int64 Int32.MinValue || value > int64 Int32.MaxValue then
            this.Fail()
            0
        else
            int value

    /// A number without a sign that fits 32 bits.
    member this.UInt() : uint32 =
        let value = this.Unsigned()

        if value > uint64 UInt32.MaxValue then
            this.Fail()
            0u
        else
            uint32 value

    /// A place in a list.
    member this.Index() : int =
        let value = this.Unsigned()

        if value > uint64 Int32.MaxValue then
            this.Fail()
            0
        else
            int value

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

    /// Bytes or text that may be absent.
    member this.Optional() : OptionalBytes =
        let length = this.Length()
        let start = this.position
        this.position <- start + max 0 length

        {
            IsPresent = length >= 0
            Bytes = this.bytes.Slice(start, max 0 length)
        }

    /// Goes past bytes or text that may be absent, as most are.
    member this.Skip() =
        if this.position < this.bytes.Length && this.bytes[this.position] = 0uy then
            this.position <- this.position + 1
        else
            let length = this.Length()
            this.position <- this.position + max 0 length

    /// Bytes or text that must be there.
    member this.Required() : ReadOnlySpan<byte> =
        let taken = this.Optional()

        if not taken.IsPresent then
            this.Fail()

        taken.Bytes

    member this.Bytes() : byte[] = this.Required().ToArray()

    member this.Text() : string =
        Encoding.UTF8.GetString(this.Required())

    member this.OptionalText() : string | null = this.Optional().ToText()

    /// The bytes that are left.
    member this.All() : ReadOnlySpan<byte> =
        let rest = this.Left
        this.End()
        rest

    /// The bytes that are left, as text.
    member this.Rest() : string = Encoding.UTF8.GetString(this.All())

    /// The bytes that are left, as an instant.
    member this.Instant() : DateTimeOffset =
        let rest = this.Left
        this.position <- this.bytes.Length

        let ticks =
            if rest.Length = sizeof<int64> then
                BinaryPrimitives.ReadInt64LittleEndian rest
            else
                -1L

        if ticks < 0L || ticks > DateTimeOffset.MaxValue.UtcTicks then
            this.Fail()
            DateTimeOffset.MinValue
        else
            DateTimeOffset(ticks, TimeSpan.Zero)

    /// A list of at most as many values as there are bytes left. It grows as they are read, and
    /// ends at the first that makes no sense: what the bytes claim takes no memory and no time.
    member this.Many(read: Reading<'T>) : 'T[] =
        // As in Long: a method of a byref-like struct loops, and does not recur.
        let mutable left = this.Unsigned()

        if left > uint64 (this.bytes.Length - this.position) then
            this.Fail()

        let values = ResizeArray<'T>()

        while left > 0UL && isNull this.problem do
            values.Add(read.Invoke &this)
            left <- left - 1UL

        values.ToArray()

    /// Numbered fields follow.
    member this.Fields() = this.fields <- this.Unsigned()

    member this.HasField = this.fields > 0UL && isNull this.problem

    /// The next numbered field. Their numbers rise, so that bytes mean one thing and a row has one
    /// form.
    member this.Field() : Field =
        let number = this.Unsigned()
        this.fields <- this.fields - 1UL

        if number <= uint64 this.field || number > uint64 Int32.MaxValue then
            this.Fail()
        else
            this.field <- int number

        {
            Number = this.field
            Value = this.Required()
        }

    /// These bytes are a field that this build does not know: one of an odd number is passed over.
    member this.Unknown(field: Field) =
        if field.Number % 2 = 0 then
            this.Refuse(Problem.newer (Words.sentence $"field {field.Number}"))
        else
            this.position <- this.bytes.Length

    /// Reads the numbered fields that follow, one after another.
    member this.Fold(empty: 'T, read: FieldReading<'T>) : 'T =
        // As in Long: a method of a byref-like struct loops, and does not recur.
        let mutable known = empty
        this.Fields()

        while this.HasField do
            let field = this.Field()
            // A reader is a cursor, so that reading it changes it.
            let mutable value = ByteReader field.Value
            known <- read.Invoke(known, field, &value)
            this.Join &value

        known

    /// Goes past the numbered fields that values end in, of which this build knows none.
    member this.Pass() =
        this.Fold((), FieldReading(fun () field value -> value.Unknown field))

[<RequireQualifiedAccess>]
module internal Reading =

    let text = Reading(fun reader -> reader.Text())

    /// A value behind 1, or 0 alone where there is none.
    let orNull (read: Reading<'T>) (reader: byref<ByteReader>) : 'T | null =
        match reader.Unsigned() with
        | 0UL -> null
        | 1UL -> read.Invoke &reader
        | _ ->
            reader.Fail()
            null
