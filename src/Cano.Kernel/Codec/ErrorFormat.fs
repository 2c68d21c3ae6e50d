namespace Cano.Kernel

open System
open Cano

/// The bytes of an error. Every number here is stored: changing one strands old journals.
[<RequireQualifiedAccess>]
module ErrorFormat =

    let private writeSpan (writer: ByteWriter) (span: TimeSpan) = writer.Signed span.Ticks
    let private readSpan (reader: byref<ByteReader>) = TimeSpan.FromTicks(reader.Signed())

    let rec private writeAt depth (writer: ByteWriter) (error: CanoError) =
        writer.Text error.State
        writer.Signed(int64 error.Attempt)
        writer.Many(error.Path, writer.Text)

        let tagged (tag: uint64) (text: string) =
            writer.Unsigned tag
            writer.Text text

        match error.Fault with
        | Fault.TaskExecution text -> tagged 1UL text
        | Fault.Store text -> tagged 2UL text
        | Fault.Workflow text -> tagged 3UL text
        | Fault.Configuration reasons ->
            writer.Unsigned 4UL
            writer.Many(reasons, writer.Text)
        | Fault.RetryExhausted(attempts, last) when depth < RowLimits.ErrorDepth ->
            writer.Unsigned 5UL
            writer.Signed(int64 attempts)
            writeAt (depth + 1) writer last
        | Fault.Timeout text -> tagged 6UL text
        | Fault.WorkflowTimeout(elapsed, limit) ->
            writer.Unsigned 7UL
            writeSpan writer elapsed
            writeSpan writer limit
        | Fault.Cancelled -> writer.Unsigned 8UL
        | Fault.CircuitOpen -> writer.Unsigned 9UL
        | Fault.RateLimited(tier, retryAfter) ->
            tagged 10UL tier
            writeSpan writer retryAfter
        | Fault.CheckpointStore text -> tagged 11UL text
        | Fault.CompensationFailed failures when depth < RowLimits.ErrorDepth ->
            writer.Unsigned 12UL
            writer.Many(failures, writeAt (depth + 1) writer)
        // Deeper than is read: what lies there is told in its own words.
        | Fault.RetryExhausted _
        | Fault.CompensationFailed _ -> tagged 13UL error.Message
        | Fault.Generic text -> tagged 13UL text
        | Fault.ResourceNotFound key -> tagged 14UL key
        | Fault.ResourceTypeMismatch(key, wanted, stored) ->
            tagged 15UL key
            writer.Text wanted
            writer.Text stored
        | Fault.ResourceDuplicateKey key -> tagged 16UL key
        | Fault.WorkflowVersionMismatch(stored, expected) ->
            writer.Unsigned 17UL
            writer.Unsigned(uint64 stored)
            writer.Unsigned(uint64 expected)
        | Fault.OrphanedCompensation(task, output) ->
            tagged 18UL task
            writer.Bytes(ReadOnlySpan output)
        | Fault.Suspended text -> tagged 19UL text
        | Fault.RunNotFound text -> tagged 20UL text
        | Fault.RunEnded text -> tagged 21UL text
        | Fault.InputMissing text -> tagged 22UL text
        | Fault.InputTypeMismatch text -> tagged 23UL text
        | Fault.OutputMissing text -> tagged 24UL text

    /// An error that is longer is cut.
    let internal writeWithin (longest: int) (writer: ByteWriter) (error: CanoError) =
        let start = writer.Length
        writeAt 0 writer error

        if writer.Length - start > longest then
            writer.TakeBack start
            writeAt 0 writer (ShortError.within (longest / 4) error)

    let internal write (writer: ByteWriter) (error: CanoError) =
        writeWithin RowLimits.Error writer error

    /// Damaged bytes must not nest until the stack is full.
    let rec private readAt depth (reader: byref<ByteReader>) : CanoError =
        if depth > RowLimits.ErrorDepth then
            reader.Fail()

        let state = reader.OptionalText()
        let attempt = reader.Int()
        let path = reader.Many Reading.text

        let fault =
            match reader.Unsigned() with
            | 1UL -> Fault.TaskExecution(reader.Text())
            | 2UL -> Fault.Store(reader.Text())
            | 3UL -> Fault.Workflow(reader.Text())
            | 4UL -> Fault.Configuration(reader.Many Reading.text)
            | 5UL ->
                let attempts = reader.Int()
                Fault.RetryExhausted(attempts, readAt (depth + 1) &reader)
            | 6UL -> Fault.Timeout(reader.Text())
            | 7UL ->
                let elapsed = readSpan &reader
                Fault.WorkflowTimeout(elapsed, readSpan &reader)
            | 8UL -> Fault.Cancelled
            | 9UL -> Fault.CircuitOpen
            | 10UL ->
                let tier = reader.Text()
                Fault.RateLimited(tier, readSpan &reader)
            | 11UL -> Fault.CheckpointStore(reader.Text())
            | 12UL ->
                Fault.CompensationFailed(reader.Many(fun reader -> readAt (depth + 1) &reader))
            | 13UL -> Fault.Generic(reader.Text())
            | 14UL -> Fault.ResourceNotFound(reader.Text())
            | 15UL ->
                let key = reader.Text()
                let wanted = reader.Text()
                Fault.ResourceTypeMismatch(key, wanted, reader.Text())
            | 16UL -> Fault.ResourceDuplicateKey(reader.Text())
            | 17UL ->
                let stored = reader.UInt()
                Fault.WorkflowVersionMismatch(stored, reader.UInt())
            | 18UL ->
                let task = reader.Text()
                Fault.OrphanedCompensation(task, reader.Bytes())
            | 19UL -> Fault.Suspended(reader.Text())
            | 20UL -> Fault.RunNotFound(reader.Text())
            | 21UL -> Fault.RunEnded(reader.Text())
            | 22UL -> Fault.InputMissing(reader.Text())
            | 23UL -> Fault.InputTypeMismatch(reader.Text())
            | 24UL -> Fault.OutputMissing(reader.Text())
            | number ->
                reader.Refuse(Problem.newer (Words.sentence $"error {number}"))
                Fault.Generic ""

        {
            Fault = fault
            State = state
            Attempt = attempt
            Path = path
            Exception = null
        }

    let internal read (reader: byref<ByteReader>) : CanoError = readAt 0 &reader

    /// An error as bytes, for stores that keep one outside a row: all of it, but for what lies more
    /// than 256 errors deep.
    [<CompiledName "ToBytes">]
    let toBytes (error: CanoError) : byte[] =

        let writer = ByteWriter()
        writeAt 0 writer error
        writer.ToArray()

    /// The error that toBytes wrote; null when the bytes are damaged.
    [<CompiledName "OfBytes">]
    let ofBytes (bytes: byte[]) : CanoError | null =
        // The reader moves on as it reads.
        let mutable reader = ByteReader(ReadOnlySpan bytes)
        let error = read &reader
        if isNull reader.Problem then error else null
