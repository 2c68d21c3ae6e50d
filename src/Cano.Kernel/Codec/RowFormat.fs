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

    let inline private optional
        (write: ByteWriter -> 'T -> unit)
        (value: 'T | null)
        : byte[] | null =
        match value with
        | null -> null
        | value -> written (fun writer -> write writer value)

    let private writeRollback (writer: ByteWriter) (rollback: Rollback) =
        ErrorFormat.write writer rollback.Cause
        writer.Many(rollback.Faults, ErrorFormat.write writer)

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
        writeOptional writer (SplitFormat.write writer) memory.Split
        writer.OptionalBytes memory.Cursor
        writer.Signed memory.CursorAt
        writer.Signed memory.Steps

        writer.Many(
            memory.Undo,
            fun entry ->
                writer.Text entry.State
                writer.Text entry.Task
                writer.Signed entry.Visit
                writer.Signed entry.Sequence
                writer.Bytes(ReadOnlySpan entry.Output)
        )

        writeOptional writer (writeRollback writer) memory.Rollback
        writer.Many(memory.Path, writer.Text)
        writer.Signed memory.Entered

    /// The payload of a row's fact; null when it has none.
    and [<CompiledName "Payload">] payload (fact: Fact) : byte[] | null =
        match fact with
        | Fact.Finished -> null
        | Fact.StateEntered split -> optional SplitFormat.write split
        | Fact.Compensated fault -> optional ErrorFormat.write fault
        | Fact.StepCompleted(_, bytes)
        | Fact.CursorAdvanced bytes -> bytes
        | Fact.WaitStarted wait ->
            written (fun writer ->
                writer.Signed wait.Due.UtcTicks
                writer.Signed(int64 wait.FailedAttempt))
        | Fact.RollbackStarted error
        | Fact.RollbackFinished error -> written (fun writer -> ErrorFormat.write writer error)
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
                FailedAttempt = int (reader.Signed())
            }

    let private parse (bytes: byte[]) (read: ByteReader -> 'T) : Result<'T, string> =
        let reader = ByteReader bytes
        let value = read reader

        if reader.IsSound then
            Ok value
        else
            Error "its payload is damaged"

    let private readRollback (reader: ByteReader) : Rollback =
        let cause = ErrorFormat.read reader

        {
            Cause = cause
            Faults = List.ofArray (reader.Many(fun () -> ErrorFormat.read reader))
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
        | RowKind.StateEntered, _ -> parsed (SplitFormat.read >> Fact.StateEntered)
        | RowKind.StepCompleted, (NonNull output) ->
            match next with
            | null -> Error "it names no next state"
            | next -> Ok(Fact.StepCompleted(next, output))
        | RowKind.CursorAdvanced, (NonNull cursor) -> Ok(Fact.CursorAdvanced cursor)
        | RowKind.WaitStarted, _ -> parsed (readWait >> Fact.WaitStarted)
        | RowKind.RollbackStarted, _ -> parsed (ErrorFormat.read >> Fact.RollbackStarted)
        | RowKind.Compensated, null -> Ok(Fact.Compensated null)
        | RowKind.Compensated, _ -> parsed (ErrorFormat.read >> Fact.Compensated)
        | RowKind.RollbackFinished, _ -> parsed (ErrorFormat.read >> Fact.RollbackFinished)
        | RowKind.Finished, _ -> Ok Fact.Finished
        | RowKind.Snapshot, _ -> parsed (readMemory >> Fact.Snapshot)
        | (RowKind.StepCompleted | RowKind.CursorAdvanced), null -> Error "its payload is missing"
        | kind, _ -> Error $"its kind {uint8 kind} is unknown: a newer version of Cano wrote it"

    and private readRow (reader: ByteReader) : Row =
        let kind = LanguagePrimitives.EnumOfValue<byte, RowKind>(reader.Byte())
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
        let split = readOptional reader (fun () -> SplitFormat.read reader)
        let cursor = reader.OptionalBytes()
        let cursorAt = reader.Signed()
        let steps = reader.Signed()

        let undo =
            reader.Many(fun () ->
                let state = reader.Text()
                let task = reader.Text()
                let visit = reader.Signed()
                let sequence = reader.Signed()

                {
                    State = state
                    Task = task
                    Visit = visit
                    Sequence = sequence
                    Output = reader.Bytes()
                })

        let rollback = readOptional reader (fun () -> readRollback reader)
        let path = reader.Many(fun () -> reader.Text())
        let entered = reader.Signed()

        {
            Sequence = sequence
            Last = last
            Split = split
            Cursor = cursor
            CursorAt = cursorAt
            Steps = steps
            Undo = List.ofArray undo
            Rollback = rollback
            Path = List.ofArray path
            Entered = entered
            Since = 0L
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
