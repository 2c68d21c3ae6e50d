namespace Cano.Kernel

open System
open System.Runtime.InteropServices
open Cano

/// Rows and their bytes. Those of C# are told in words what is wrong, or null.
[<AbstractClass; Sealed>]
type RowFormat private () =

    static let snapshot = Reading(fun reader -> Fact.Snapshot(DurableStateFormat.read &reader))

    static let facts =
        FactReading(fun kind next payload ->
            match kind with
            | RowKind.Snapshot -> FactFormat.parse payload snapshot
            | kind -> FactFormat.read kind next payload)

    /// The payload of a row's fact; null when it has none.
    static member Payload(fact: Fact) : byte[] | null =
        match fact with
        | Fact.Snapshot durable -> DurableStateFormat.write durable
        | simple -> FactFormat.payload simple

    /// The state that a row's fact names as the next one; null when it names none.
    static member NextState(fact: Fact) : string | null = FactFormat.nextState fact

    /// The body of a row, as a journal has it.
    static member Write(head: RowHead, row: Row) : byte[] =
        RowBody.write head row (RowFormat.Payload row.Fact)

    /// Null and the fact of a row with this payload, or what is wrong with it.
    static member TryReadFact
        (kind: RowKind, next: string | null, payload: OptionalBytes, [<Out>] result: byref<Fact>)
        : string | null =
        match facts.Invoke(kind, next, payload) with
        | Ok fact ->
            result <- fact
            null
        | Error problem -> problem

    /// Null and the row, or what is wrong with its body.
    static member TryRead(bytes: ReadOnlySpan<byte>, [<Out>] row: byref<Row>) : string | null =
        let view = RowView.Of bytes

        match RowBody.read facts &view with
        | Ok read ->
            row <- read
            null
        | Error problem -> problem

    /// What a row that does not say itself tells of the run after it.
    static member HeadOf(kind: RowKind, next: string | null, payload: OptionalBytes) : RowHead =
        match kind with
        | RowKind.WaitStarted
        | RowKind.RollbackFinished
        | RowKind.Failed
        | RowKind.Snapshot ->
            match facts.Invoke(kind, next, payload) with
            | Ok fact -> RowHead.after DurableState.empty fact
            | Error _ -> RowHead.ofKind kind
        | kind -> RowHead.ofKind kind

    /// What the head of a row says of the run after it.
    static member HeadOf(view: inref<RowView>) : RowHead =
        if view.Format = RowFormats.First then
            let next = (view.Part RowField.NextState).ToText()
            RowFormat.HeadOf(view.Kind, next, view.Part RowField.Payload)
        else
            {
                Status = view.Status
                WakesAt = view.Instant RowField.WakesAt
                Category = (view.Part RowField.Category).ToText()
            }

    /// As HeadOf, the status alone.
    static member StatusOf(view: inref<RowView>) : RowStatus =
        if view.Format = RowFormats.First then
            RowFormat.HeadOf(&view).Status
        else
            view.Status

    /// Null and what a row says of the run's start, or what is wrong with that.
    static member TryReadStart
        (view: inref<RowView>, [<Out>] start: byref<RunStart | null>)
        : string | null =
        match RowBody.start &view with
        | Ok read ->
            start <- read
            null
        | Error problem -> problem

    /// Null and what a row says of the run's output, or what is wrong with that.
    static member TryReadOutput
        (view: inref<RowView>, [<Out>] output: byref<StoredValue | null>)
        : string | null =
        let part = view.Part RowField.Output

        if part.IsPresent then
            let mutable reader = ByteReader part.Bytes
            output <- ValueFormat.read &reader
            reader.Problem
        else
            null

    /// What a row says of the run's span; null when it says nothing that can be read. No row is
    /// refused for it.
    static member SpanOf(view: inref<RowView>) : RunTrace | null =
        let part = view.Part RowField.Span

        if part.IsPresent then
            let mutable reader = ByteReader part.Bytes
            let span = StartFormat.readTrace &reader
            if isNull reader.Problem then span else null
        else
            null
