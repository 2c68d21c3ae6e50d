namespace Cano.Kernel

open System
open System.Collections.Generic
open System.Runtime.CompilerServices

/// What a list of runs takes of a run's start, where it lies in the row's bytes; what is damaged
/// there is absent.
[<Struct; IsByRefLike; NoEquality; NoComparison>]
type StartView = {
    WorkflowName: OptionalBytes
    /// Null when the row does not say it.
    StartedAt: Nullable<DateTimeOffset>
    /// The bytes that name the parent.
    Parent: OptionalBytes
    /// The bytes of the tags.
    TagBytes: OptionalBytes
} with

    static member Absent: StartView = {
        WorkflowName = OptionalBytes.Absent
        StartedAt = Nullable()
        Parent = OptionalBytes.Absent
        TagBytes = OptionalBytes.Absent
    }

    /// The id of the run that this one is a child of.
    member this.ParentRunId: OptionalBytes =
        // The reader moves on as it reads.
        let mutable reader = ByteReader this.Parent.Bytes

        if this.Parent.IsPresent then
            let id = reader.Required()
            // The parent's key part, which no list needs.
            reader.Skip()

            {
                IsPresent = isNull reader.Problem
                Bytes = id
            }
        else
            OptionalBytes.Absent

    /// In the order of their names; null when there are none.
    member this.Tags: KeyValuePair<string, string>[] | null =
        if this.TagBytes.IsPresent then
            // The reader moves on as it reads.
            let mutable reader = ByteReader this.TagBytes.Bytes
            let tags = StartFormat.readTags &reader
            if isNull reader.Problem then tags else null
        else
            null

    /// Reads the bytes of a start.
    static member Of(bytes: ReadOnlySpan<byte>) : StartView =
        // The reader moves on as it reads, and no byref-like struct can be handed to a fold.
        let mutable reader = ByteReader bytes
        let mutable view = StartView.Absent

        reader.Fields()

        while reader.HasField do
            let field = reader.Field()

            let bytes = {
                IsPresent = true
                Bytes = field.Value
            }

            match field.Number with
            | StartFormat.Name -> view <- { view with WorkflowName = bytes }
            | StartFormat.StartedAt ->
                // It moves on as well.
                let mutable value = ByteReader field.Value
                let startedAt = value.Instant()

                if isNull value.Problem then
                    view <- {
                        view with
                            StartedAt = Nullable startedAt
                    }
            | StartFormat.Tags -> view <- { view with TagBytes = bytes }
            | StartFormat.Parent -> view <- { view with Parent = bytes }
            | _ -> ()

        view
