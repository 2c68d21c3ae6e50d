namespace Cano.Kernel

open System
open System.Collections.Generic
open Cano

/// A row as a store keeps it.
type IStoredRow =
    abstract Sequence: int64
    abstract Kind: RowKind
    abstract State: string
    abstract TaskName: string
    abstract NextState: string | null
    abstract WorkflowName: string | null
    abstract WorkflowVersion: uint32
    abstract Visit: int64
    /// What the run's durable store wrote since the row before; opaque to the kernel.
    abstract Data: Nullable<ReadOnlyMemory<byte>>
    abstract Payload: Nullable<ReadOnlyMemory<byte>>

/// The bytes of a row's payload. Every number here is stored: changing one strands old journals.
[<RequireQualifiedAccess>]
module RowFormat =

    let private writeSpan (writer: ByteWriter) (span: TimeSpan) = writer.Signed span.Ticks
    let private readSpan (reader: ByteReader) = TimeSpan.FromTicks(reader.Signed())
    let private readInt (reader: ByteReader) = int (reader.Signed())

    let rec private writeError (writer: ByteWriter) (error: CanoError) =
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
        | Fault.RetryExhausted(attempts, last) ->
            writer.Unsigned 5UL
            writer.Signed(int64 attempts)
            writeError writer last
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
        | Fault.CompensationFailed failures ->
            writer.Unsigned 12UL
            writer.Many(failures, writeError writer)
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

    let rec private readError (reader: ByteReader) : CanoError =
        let state = reader.OptionalText()
        let attempt = readInt reader
        let path = reader.Many reader.Text

        let fault =
            match reader.Unsigned() with
            | 1UL -> Fault.TaskExecution(reader.Text())
            | 2UL -> Fault.Store(reader.Text())
            | 3UL -> Fault.Workflow(reader.Text())
            | 4UL -> Fault.Configuration(reader.Many reader.Text)
            | 5UL ->
                let attempts = readInt reader
                Fault.RetryExhausted(attempts, readError reader)
            | 6UL -> Fault.Timeout(reader.Text())
            | 7UL ->
                let elapsed = readSpan reader
                Fault.WorkflowTimeout(elapsed, readSpan reader)
            | 8UL -> Fault.Cancelled
            | 9UL -> Fault.CircuitOpen
            | 10UL ->
                let tier = reader.Text()
                Fault.RateLimited(tier, readSpan reader)
            | 11UL -> Fault.CheckpointStore(reader.Text())
            | 12UL -> Fault.CompensationFailed(reader.Many(fun () -> readError reader))
            | 13UL -> Fault.Generic(reader.Text())
            | 14UL -> Fault.ResourceNotFound(reader.Text())
            | 15UL ->
                let key = reader.Text()
                let wanted = reader.Text()
                Fault.ResourceTypeMismatch(key, wanted, reader.Text())
            | 16UL -> Fault.ResourceDuplicateKey(reader.Text())
            | 17UL ->
                let stored = uint32 (reader.Unsigned())
                Fault.WorkflowVersionMismatch(stored, uint32 (reader.Unsigned()))
            | 18UL ->
                let task = reader.Text()
                Fault.OrphanedCompensation(task, reader.Bytes())
            | _ ->
                reader.Fail()
                Fault.Generic ""

        {
            Fault = fault
            State = state
            Attempt = attempt
            Path = path
        }

    let private writeSplit (writer: ByteWriter) (split: SplitResult) =
        writer.Many(
            split.Successes,
            fun branch ->
                writer.Unsigned(uint64 branch.Index)
                writer.Text branch.Name
        )

        writer.Many(
            split.Errors,
            fun branch ->
                writer.Unsigned(uint64 branch.Index)
                writer.Text branch.Name
                writeError writer branch.Error
        )

        writer.Many(
            split.Cancelled,
            fun branch ->
                writer.Unsigned(uint64 branch.Index)
                writer.Text branch.Name
        )

    let private readSplit (reader: ByteReader) : SplitResult =
        let branch () =
            let index = int (reader.Unsigned())
            struct (index, reader.Text())

        let success () : BranchSuccess =
            let struct (index, name) = branch ()
            { Index = index; Name = name }

        let error () : BranchError =
            let struct (index, name) = branch ()

            {
                Index = index
                Name = name
                Error = readError reader
            }

        let cancelled () : BranchCancelled =
            let struct (index, name) = branch ()
            { Index = index; Name = name }

        let successes = reader.Many success
        let errors = reader.Many error

        {
            Successes = successes
            Errors = errors
            Cancelled = reader.Many cancelled
        }

    /// Writes whether a value is there, then the value.
    let private writeOptional (writer: ByteWriter) (write: 'T -> unit) (value: 'T | null) =
        match value with
        | null -> writer.Unsigned 0UL
        | value ->
            writer.Unsigned 1UL
            write value

    let private readOptional (reader: ByteReader) (read: unit -> 'T) : 'T | null =
        match reader.Unsigned() with
        | 0UL -> null
        | 1UL -> read ()
        | _ ->
            reader.Fail()
            null

    [<CompiledName "Kind">]
    let kind (fact: Fact) : RowKind =
        match fact with
        | Fact.StateEntered _ -> RowKind.StateEntered
        | Fact.StepCompleted _ -> RowKind.StepCompleted
        | Fact.CursorAdvanced _ -> RowKind.CursorAdvanced
        | Fact.WaitStarted _ -> RowKind.WaitStarted
        | Fact.RollbackStarted _ -> RowKind.RollbackStarted
        | Fact.Compensated _ -> RowKind.Compensated
        | Fact.RollbackFinished _ -> RowKind.RollbackFinished
        | Fact.Finished -> RowKind.Finished
        | Fact.Snapshot _ -> RowKind.Snapshot

    [<CompiledName "NextState">]
    let nextState (fact: Fact) : string | null =
        match fact with
        | Fact.StepCompleted(next, _) -> next
        | _ -> null

    let private written (write: ByteWriter -> unit) =
        let writer = ByteWriter()
        write writer
        writer.ToArray()

    let private optional (write: ByteWriter -> 'T -> unit) (value: 'T | null) : byte[] | null =
        match value with
        | null -> null
        | value -> written (fun writer -> write writer value)

    let private writeRollback (writer: ByteWriter) (rollback: Rollback) =
        writeError writer rollback.Cause
        writer.Many(rollback.Faults, writeError writer)

    let rec private writeRow (writer: ByteWriter) (row: Row) =
        writer.Unsigned(uint64 (kind row.Fact))
        writer.Signed row.Sequence
        writer.Signed row.Visit
        writer.Unsigned(uint64 row.Version)
        writer.Text row.Workflow
        writer.Text row.State
        writer.Text row.Task
        writer.Text(nextState row.Fact)
        writer.OptionalBytes(payload row.Fact)

    and private writeMemory (writer: ByteWriter) (memory: Memory) =
        writer.Signed memory.Sequence
        writeOptional writer (writeRow writer) memory.Last
        writeOptional writer (writeSplit writer) memory.Split
        writer.OptionalBytes memory.Cursor

        writer.Many(
            memory.Undo,
            fun entry ->
                writer.Text entry.State
                writer.Text entry.Task
                writer.Signed entry.Visit
                writer.Bytes(ReadOnlySpan entry.Output)
        )

        writeOptional writer (writeRollback writer) memory.Rollback

    /// The payload of a row's fact; null when it has none.
    and [<CompiledName "Payload">] payload (fact: Fact) : byte[] | null =
        match fact with
        | Fact.Finished -> null
        | Fact.StateEntered split -> optional writeSplit split
        | Fact.Compensated fault -> optional writeError fault
        | Fact.StepCompleted(_, bytes)
        | Fact.CursorAdvanced bytes -> bytes
        | Fact.WaitStarted wait ->
            written (fun writer ->
                writer.Signed wait.Due.UtcTicks
                writer.Signed(int64 wait.FailedAttempt))
        | Fact.RollbackStarted error
        | Fact.RollbackFinished error -> written (fun writer -> writeError writer error)
        | Fact.Snapshot memory -> written (fun writer -> writeMemory writer memory)

    let private readWait (reader: ByteReader) =
        let ticks = reader.Signed()

        if ticks < 0L || ticks > DateTimeOffset.MaxValue.UtcTicks then
            reader.Fail()

            {
                Due = DateTimeOffset.MinValue
                FailedAttempt = 0
            }
        else
            {
                Due = DateTimeOffset(ticks, TimeSpan.Zero)
                FailedAttempt = readInt reader
            }

    /// An error as bytes, for stores that keep one outside a row.
    [<CompiledName "ErrorBytes">]
    let errorBytes (error: CanoError) : byte[] =
        written (fun writer -> writeError writer error)

    /// The error that errorBytes wrote; null when the bytes are damaged.
    [<CompiledName "ReadError">]
    let readErrorBytes (bytes: byte[]) : CanoError | null =
        let reader = ByteReader bytes
        let error = readError reader
        if reader.IsSound then error else null

    let private parse (bytes: byte[]) (read: ByteReader -> 'T) : Result<'T, string> =
        let reader = ByteReader bytes
        let value = read reader

        if reader.IsSound then
            Ok value
        else
            Error "its payload is damaged"

    let private readRollback (reader: ByteReader) : Rollback =
        let cause = readError reader

        {
            Cause = cause
            Faults = List.ofArray (reader.Many(fun () -> readError reader))
        }

    let rec private fact
        kind
        (next: string | null)
        (payload: byte[] | null)
        : Result<Fact, string> =
        let parsed read =
            match payload with
            | null -> Error "its payload is missing"
            | bytes -> parse bytes read

        match kind, payload with
        | RowKind.StateEntered, null -> Ok(Fact.StateEntered null)
        | RowKind.StateEntered, _ -> parsed (readSplit >> Fact.StateEntered)
        | RowKind.StepCompleted, (NonNull output) ->
            match next with
            | null -> Error "it names no next state"
            | next -> Ok(Fact.StepCompleted(next, output))
        | RowKind.CursorAdvanced, (NonNull cursor) -> Ok(Fact.CursorAdvanced cursor)
        | RowKind.WaitStarted, _ -> parsed (readWait >> Fact.WaitStarted)
        | RowKind.RollbackStarted, _ -> parsed (readError >> Fact.RollbackStarted)
        | RowKind.Compensated, null -> Ok(Fact.Compensated null)
        | RowKind.Compensated, _ -> parsed (readError >> Fact.Compensated)
        | RowKind.RollbackFinished, _ -> parsed (readError >> Fact.RollbackFinished)
        | RowKind.Finished, _ -> Ok Fact.Finished
        | RowKind.Snapshot, _ -> parsed (readMemory >> Fact.Snapshot)
        | (RowKind.StepCompleted | RowKind.CursorAdvanced), null -> Error "its payload is missing"
        | kind, _ -> Error $"its kind {uint8 kind} is unknown: a newer version of Cano wrote it"

    and private readRow (reader: ByteReader) : Row =
        let kind = LanguagePrimitives.EnumOfValue<byte, RowKind>(byte (reader.Unsigned()))
        let sequence = reader.Signed()
        let visit = reader.Signed()
        let version = uint32 (reader.Unsigned())
        let workflow = reader.OptionalText()
        let state = reader.Text()
        let task = reader.Text()
        let next = reader.OptionalText()

        let fact =
            match fact kind next (reader.OptionalBytes()) with
            | Ok fact -> fact
            | Error _ ->
                reader.Fail()
                Fact.Finished

        {
            Sequence = sequence
            Visit = visit
            Version = version
            Workflow = workflow
            State = state
            Task = task
            Fact = fact
        }

    and private readMemory (reader: ByteReader) : Memory =
        let sequence = reader.Signed()
        let last = readOptional reader (fun () -> readRow reader)
        let split = readOptional reader (fun () -> readSplit reader)
        let cursor = reader.OptionalBytes()

        let undo =
            reader.Many(fun () ->
                let state = reader.Text()
                let task = reader.Text()
                let visit = reader.Signed()

                {
                    State = state
                    Task = task
                    Visit = visit
                    Output = reader.Bytes()
                })

        let rollback = readOptional reader (fun () -> readRollback reader)

        {
            Sequence = sequence
            Last = last
            Split = split
            Cursor = cursor
            Undo = List.ofArray undo
            Rollback = rollback
        }

    /// The row that a store kept, or what is wrong with it.
    let read (stored: IStoredRow) : Result<Row, string> =
        let payload =
            if stored.Payload.HasValue then
                withNull (stored.Payload.Value.ToArray())
            else
                null

        fact stored.Kind stored.NextState payload
        |> Result.map (fun fact -> {
            Sequence = stored.Sequence
            Visit = stored.Visit
            Version = stored.WorkflowVersion
            Workflow = stored.WorkflowName
            State = stored.State
            Task = stored.TaskName
            Fact = fact
        })
