namespace Cano.Kernel

open System
open System.Collections.Generic
open Cano

/// The bytes of what is known of a run from its start on: numbered fields. Every number here is
/// stored.
[<RequireQualifiedAccess>]
module internal StartFormat =

    [<Literal>]
    let Name = 2

    [<Literal>]
    let StartedAt = 3

    [<Literal>]
    let Tags = 5

    [<Literal>]
    let Parent = 8

    let private writeTag (writer: ByteWriter) (tag: KeyValuePair<string, string>) =
        writer.Text tag.Key
        writer.Text tag.Value

    let private readTag (reader: byref<ByteReader>) =
        let name = reader.Text()
        KeyValuePair(name, reader.Text())

    let private writeTags (writer: ByteWriter) (tags: IReadOnlyList<KeyValuePair<string, string>>) =
        writer.Many(tags, writeTag writer)

    let private writeParent (writer: ByteWriter) (parent: RunParent) =
        writer.Text parent.RunId
        writer.Text parent.Key

    let private readParent (reader: byref<ByteReader>) : RunParent =
        let id = reader.Text()

        {
            RunId = id
            Key = reader.OptionalText()
        }

    let writeTrace (writer: ByteWriter) (trace: RunTrace) =
        writer.Text trace.Parent
        writer.Text trace.State

    let readTrace (reader: byref<ByteReader>) : RunTrace =
        let parent = reader.Text()

        {
            Parent = parent
            State = reader.OptionalText()
        }

    let write (writer: ByteWriter) (start: RunStart) =
        writer.Fields()
        writer.Field(1, start.InitialState)
        writer.Field(Name, start.WorkflowName)
        writer.Field(StartedAt, start.StartedAt)
        writer.Field(4, start.Key)
        writer.Field(Tags, writeTags, (if start.Tags.Count > 0 then start.Tags else null))
        writer.Field(6, start.NotBefore)
        writer.Field(7, writeTrace, start.Trace)
        writer.Field(Parent, writeParent, start.Parent)
        writer.Field(10, ValueFormat.write, start.Input)

    let readTags (reader: byref<ByteReader>) : KeyValuePair<string, string>[] =
        reader.Many(fun reader -> readTag &reader)

    let read (reader: byref<ByteReader>) : RunStart =
        reader.Fold(
            RunStart.Of null,
            FieldReading(fun start field value ->
                match field.Number with
                | 1 -> {
                    start with
                        InitialState = value.Rest()
                  }
                | Name -> {
                    start with
                        WorkflowName = value.Rest()
                  }
                | StartedAt -> {
                    start with
                        StartedAt = Nullable(value.Instant())
                  }
                | 4 -> { start with Key = value.Rest() }
                | Tags -> { start with Tags = readTags &value }
                | 6 -> {
                    start with
                        NotBefore = Nullable(value.Instant())
                  }
                | 7 -> { start with Trace = readTrace &value }
                | Parent -> {
                    start with
                        Parent = readParent &value
                  }
                | 10 -> {
                    start with
                        Input = ValueFormat.read &value
                  }
                | _ ->
                    value.Unknown field
                    start)
        )
