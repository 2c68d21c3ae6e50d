namespace Cano.Kernel

open System
open Cano

/// The payload of a snapshot: numbered fields, so that one may have more of them, or fewer. Every
/// number here is stored: changing one strands old journals.
[<RequireQualifiedAccess>]
module internal DurableStateFormat =

    /// Comes before the fields. A durable state of format 1 begins with the sequence of its row,
    /// which is never 0.
    [<Literal>]
    let private Mark = 0L

    let private writeCursor (writer: ByteWriter) (cursor: Cursor) =
        writer.Bytes(ReadOnlySpan cursor.Value)
        writer.Signed cursor.Sequence
        writer.Signed cursor.Steps
        writer.Fields()

    let private readCursor (reader: byref<ByteReader>) : Cursor =
        let value = reader.Bytes()
        let sequence = reader.Signed()
        let steps = reader.Signed()
        reader.Pass()

        {
            Value = value
            Sequence = sequence
            Steps = steps
        }

    let private writeEntry (writer: ByteWriter) (entry: UndoEntry) =
        writer.Text entry.State
        writer.Text entry.Task
        writer.Signed entry.Visit
        writer.Signed entry.Sequence
        writer.Bytes(ReadOnlySpan entry.Output)
        writer.Fields()
        writer.Field(2, entry.Data.Bytes)

    let private readEntry (reader: byref<ByteReader>) : UndoEntry =
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
            Data = StateData.None
        }

    let private readEntryFields (entry: UndoEntry) (reader: byref<ByteReader>) : UndoEntry =
        reader.Fold(
            entry,
            FieldReading(fun entry field value ->
                match field.Number with
                | 2 -> {
                    entry with
                        Data = StateData.Kept(value.All().ToArray())
                  }
                | _ ->
                    value.Unknown field
                    entry)
        )

    /// An entry in bytes of its own, so that it may grow.
    let private readGrown =
        Reading(fun reader ->
            let mutable bytes = ByteReader(reader.Required())
            let entry = readEntryFields (readEntry &bytes) &bytes
            reader.Join &bytes
            entry)

    let private writeEntries (writer: ByteWriter) (field: int) (entries: UndoEntry list) =
        if not entries.IsEmpty then
            writer.Field(
                field,
                (fun writer entries ->
                    writer.Many(entries, fun entry -> writer.Nested(writeEntry, entry))),
                entries
            )

    let private writeRollback (writer: ByteWriter) (rollback: Rollback) =
        ErrorFormat.write writer rollback.Cause
        writer.Many(rollback.Faults, ErrorFormat.write writer)

    let private readRollback (reader: byref<ByteReader>) : Rollback =
        let cause = ErrorFormat.read &reader

        {
            Cause = cause
            Faults = List.ofArray (reader.Many(fun reader -> ErrorFormat.read &reader))
        }

    /// A row as it stands in a journal; null when there is none.
    let private row (durable: DurableState) (row: Row | null) : byte[] | null =
        match row with
        | null -> null
        | row -> RowBody.write (RowHead.after durable row.Fact) row (FactFormat.payload row.Fact)

    let private writePath (writer: ByteWriter) (durable: DurableState) =
        writer.Signed durable.Entered
        writer.Many(durable.Path, writer.Text)

    let write (durable: DurableState) : byte[] =
        let writer = ByteWriter()
        writer.Signed Mark
        writer.Fields()
        writer.Field(2, durable.Sequence)

        writer.Field(4, row durable durable.Last)
        writer.Field(5, writePath, durable)
        writer.Field(6, SplitFormat.write, durable.Split)
        writer.Field(8, writeCursor, durable.Cursor)

        writeEntries writer 10 durable.Undo
        writer.Field(12, writeRollback, durable.Rollback)
        writer.Field(14, row durable durable.WokenBy)
        writer.Field(16, CancelFormat.write, durable.Cancel)
        writeEntries writer 18 durable.NotUndone
        writer.Field(20, durable.RetriedAt)
        writer.ToArray()

    let private simple =
        FactReading(fun kind next payload -> FactFormat.read kind next payload)

    let private readRow (reader: byref<ByteReader>) : Row | null =
        let view = RowView.Of reader.Left

        match RowBody.read simple &view with
        | Ok row ->
            reader.End()
            row
        | Error problem ->
            reader.Refuse problem
            null

    let private readFields (reader: byref<ByteReader>) : DurableState =
        reader.Fold(
            DurableState.empty,
            FieldReading(fun durable field value ->
                match field.Number with
                | 2 -> {
                    durable with
                        Sequence = value.Signed()
                  }
                | 4 -> { durable with Last = readRow &value }
                | 5 ->
                    let entered = value.Signed()
                    let path = value.Many Reading.text

                    {
                        durable with
                            Entered = entered
                            Path = List.ofArray path
                    }
                | 6 -> {
                    durable with
                        Carried.Split = SplitFormat.read &value
                  }
                | 8 -> {
                    durable with
                        Carried.Cursor = readCursor &value
                  }
                | 10 -> {
                    durable with
                        Carried.Undo = List.ofArray (value.Many readGrown)
                  }
                | 12 -> {
                    durable with
                        Carried.Rollback = readRollback &value
                  }
                | 14 -> {
                    durable with
                        Carried.WokenBy = readRow &value
                  }
                | 16 -> {
                    durable with
                        Carried.Cancel = CancelFormat.read &value
                  }
                | 18 -> {
                    durable with
                        Carried.NotUndone = List.ofArray (value.Many readGrown)
                  }
                | 20 -> {
                    durable with
                        Carried.RetriedAt = Nullable(value.Instant())
                  }
                | _ ->
                    value.Unknown field
                    durable)
        )

    /// A row within a durable state of format 1: as it stands in a journal, but without version and
    /// data.
    let private readFirstLast =
        Reading(fun reader ->
            let kind = LanguagePrimitives.EnumOfValue<byte, RowKind>(reader.Byte())
            let sequence = reader.Signed()
            let visit = reader.Signed()
            let version = reader.UInt()
            let workflow = reader.OptionalText()
            let state = reader.Text()
            let task = reader.Text()
            let next = reader.OptionalText()

            let fact =
                match FactFormat.read kind next (reader.Optional()) with
                | Ok fact -> fact
                | Error problem ->
                    reader.Refuse problem
                    Fact.Finished

            {
                Sequence = sequence
                Visit = visit
                Version = version
                Start = if isNull workflow then null else RunStart.Of workflow
                State = state
                Task = task
                Fact = fact
                Data = StateData.None
            })

    let private firstSplit =
        Reading(fun reader -> SplitEnding.Of(SplitFormat.readResult &reader))

    let private readFirst sequence (reader: byref<ByteReader>) : DurableState =
        let last = Reading.orNull readFirstLast &reader
        let split = Reading.orNull firstSplit &reader
        let cursor = reader.Optional().ToArray()
        let cursorAt = reader.Signed()
        let steps = reader.Signed()
        let undo = reader.Many(fun reader -> readEntry &reader)
        let rollback = Reading.orNull (Reading(fun reader -> readRollback &reader)) &reader
        let path = reader.Many Reading.text
        let entered = reader.Signed()

        {
            DurableState.empty with
                Sequence = sequence
                Last = last
                Carried.Split = split
                Carried.Cursor =
                    match cursor with
                    | null -> null
                    | value -> {
                        Value = value
                        Sequence = cursorAt
                        Steps = steps
                      }
                Carried.Undo = List.ofArray undo
                Carried.Rollback = rollback
                Path = List.ofArray path
                Entered = entered
        }

    /// Of both formats. The snapshot's row knows the run's start, and the sequence that follows.
    let read (reader: byref<ByteReader>) : DurableState =
        match reader.Signed() with
        | Mark -> readFields &reader
        | sequence -> readFirst sequence &reader
