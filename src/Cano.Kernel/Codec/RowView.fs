namespace Cano.Kernel

open System
open System.Runtime.CompilerServices
open Cano

/// What a row need not have, where it lies among the bytes behind the row's head.
[<RequireQualifiedAccess>]
module internal RowParts =

    /// In format 1: each of three, absent or not.
    let ofFirst (bytes: ReadOnlySpan<byte>) (field: RowField) : OptionalBytes =
        let mutable reader = ByteReader bytes
        let nextState = reader.Optional()
        let data = reader.Optional()
        let payload = reader.Optional()

        match field with
        | RowField.NextState -> nextState
        | RowField.Data -> data
        | RowField.Payload -> payload
        | _ -> OptionalBytes.Absent

    let ofNewest (bytes: ReadOnlySpan<byte>) (field: RowField) : OptionalBytes =
        let mutable reader = ByteReader bytes
        let mutable part = OptionalBytes.Absent

        reader.Fields()

        while not part.IsPresent && reader.HasField do
            let next = reader.Field()

            if next.Number = int field then
                part <- { IsPresent = true; Bytes = next.Value }

        part

    let checkFirst (reader: byref<ByteReader>) =
        reader.Skip()
        reader.Skip()
        reader.Skip()

    /// Gives what a newer version wrote that may not be passed over; null when there is nothing.
    let checkNewest (reader: byref<ByteReader>) : string | null =
        let mutable newer: string | null = null

        reader.Fields()

        while reader.HasField do
            let field = reader.Field()

            match enum<RowField> field.Number with
            | RowField.WrittenAt
            | RowField.WakesAt ->
                let mutable value = ByteReader field.Value
                value.Instant() |> ignore
                reader.Join &value
            | RowField.Start
            | RowField.StateData
            | RowField.Category
            | RowField.NextState
            | RowField.Span
            | RowField.NextStateData
            | RowField.Data
            | RowField.Payload
            | RowField.Output
            | RowField.Codec -> ()
            // Only the first of them is told: each has a text of its own.
            | _ when isNull newer ->
                let mutable value = ByteReader field.Value
                value.Unknown field
                newer <- value.Problem
            | _ -> ()

        newer

/// The body of a row, without run id and fence, read where its bytes lie: all of it is checked, and
/// nothing copied. Texts are UTF-8 within those bytes.
[<Struct; IsByRefLike; NoEquality; NoComparison>]
type RowView = {
    /// What is wrong with the bytes, and then with all of this; null when nothing is.
    Damage: string | null
    /// What a newer version wrote that may not be passed over: what is here is right, but it is not
    /// all that the row says. Null when there is nothing.
    Newer: string | null
    /// The version of the format that the row is written in.
    Format: byte
    Kind: RowKind
    /// 0 in format 1, which does not say.
    Status: RowStatus
    Sequence: int64
    Visit: int64
    WorkflowVersion: uint32
    /// The workflow's name in format 1; later ones have it in the row's start.
    FirstName: OptionalBytes
    State: ReadOnlySpan<byte>
    TaskName: ReadOnlySpan<byte>
    /// The bytes behind the head.
    Rest: ReadOnlySpan<byte>
} with

    /// Why the row cannot be read as a whole; null when it can.
    member this.Problem: string | null =
        match this.Damage with
        | null -> this.Newer
        | damage -> damage

    /// What the row has of this.
    member this.Part(field: RowField) : OptionalBytes =
        if this.Format = RowFormats.First then
            RowParts.ofFirst this.Rest field
        else
            RowParts.ofNewest this.Rest field

    /// What the row says of the run's start; in format 1 the workflow's name alone, and nothing in
    /// most rows.
    member this.Start: StartView =
        let start = this.Part RowField.Start

        if start.IsPresent then
            StartView.Of start.Bytes
        else
            {
                StartView.Absent with
                    WorkflowName = this.FirstName
            }

    /// The instant that the row names; null when it names none.
    member this.Instant(field: RowField) : Nullable<DateTimeOffset> =
        let part = this.Part field

        if part.IsPresent then
            let mutable reader = ByteReader part.Bytes
            Nullable(reader.Instant())
        else
            Nullable()

    /// Reads a row's body.
    static member Of(bytes: ReadOnlySpan<byte>) : RowView =
        // The reader moves on as it reads; it lives and dies with this call.
        let mutable reader = ByteReader bytes
        let format = reader.Unsigned()
        let isFirst = (format = uint64 RowFormats.First)

        if not isFirst && format <> uint64 RowFormats.Newest then
            reader.Refuse(
                Words.sentence
                    $"its format version is {format}; this build of Cano reads versions {RowFormats.First} to {RowFormats.Newest}"
            )

        let kind = LanguagePrimitives.EnumOfValue<byte, RowKind>(reader.Byte())
        let status = if isFirst then 0uy else reader.Byte()
        let sequence = reader.Signed()
        let visit = reader.Signed()
        let version = reader.UInt()

        let name = if isFirst then reader.Optional() else OptionalBytes.Absent

        let state = reader.Required()
        let task = reader.Required()
        let rest = reader.Left

        let newer =
            if isFirst then
                RowParts.checkFirst &reader
                null
            else
                RowParts.checkNewest &reader

        {
            Damage = reader.Problem
            Newer =
                if RowKinds.isKnown kind then
                    newer
                else
                    Problem.newer (Words.sentence $"kind {uint8 kind}")
            Format = byte format
            Kind = kind
            Status = LanguagePrimitives.EnumOfValue status
            Sequence = sequence
            Visit = visit
            WorkflowVersion = version
            FirstName = name
            State = state
            TaskName = task
            Rest = rest
        }
