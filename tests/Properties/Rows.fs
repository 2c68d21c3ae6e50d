namespace Cano.Properties

open System
open System.Text
open Cano
open Cano.Kernel
open Cano.Model
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// Rows come back from a store as they went in, and damage never goes unnoticed by an exception.
type Rows(output: ITestOutputHelper) =
    inherit Laws(output)

    let kind (row: Row) = string (Fact.kind row.Fact)

    let kinds = Enum.GetNames typeof<RowKind> |> List.ofArray

    let rows = Arb.fromGen RowValues.row

    let durable (bytes: byte[] option) =
        match bytes with
        | None -> Nullable()
        | Some bytes -> Nullable(ReadOnlyMemory bytes)

    /// Rows as stores keep them, with everything that a row may have.
    let stored = gen {
        let! row = RowValues.row
        let! status = Gen.elements (Enum.GetValues<RowStatus>())
        let! times = Gen.two (Gen.optionOf Values.instant)
        let! data = Gen.two (Gen.optionOf Values.bytes)
        let! delta = Gen.optionOf Values.bytes

        let! output =
            Gen.frequency [ 2, Gen.constant null; 1, Gen.map withNull Values.value ]

        let! names = Gen.two (Gen.optionOf Values.text)
        let! span = Gen.frequency [ 2, Gen.constant null; 1, Gen.map withNull Values.trace ]

        return
            CheckpointRow(
                Sequence = row.Sequence,
                Kind = Fact.kind row.Fact,
                Status = status,
                WrittenAt = Option.toNullable (fst times),
                WakesAt = Option.toNullable (snd times),
                Start = row.Start,
                WorkflowVersion = row.Version,
                Visit = row.Visit,
                State = row.State,
                StateData = durable (fst data),
                TaskName = row.Task,
                NextState = RowFormat.NextState row.Fact,
                NextStateData = durable (snd data),
                Category = Option.toObj (fst names),
                Data = durable delta,
                Payload = durable (Option.ofObj (RowFormat.Payload row.Fact)),
                Output = output,
                Codec = Option.toObj (snd names),
                Span = span
            )
    }

    let refused (result: Result<'T, string>) =
        match result with
        | Ok value -> Assert.Fail $"%A{value} was read from damaged bytes."
        | Error text -> Assert.NotEmpty text

    let isRaw (row: Row) =
        row.Fact.IsStepCompleted || row.Fact.IsCursorAdvanced || row.Fact.IsFinished

    /// The fact of a row of this kind with this payload.
    let fact kind next (payload: byte[] | null) : Result<Fact, string> =
        let mutable fact = Unchecked.defaultof<Fact>
        let payload = OptionalBytes.Of(durable (Option.ofObj payload))

        match RowFormat.TryReadFact(kind, next, payload, &fact) with
        | null -> Ok fact
        | problem -> Error problem

    [<Law(10_000)>]
    [<Trait("ID", "D1")>]
    member law.``every row comes back from its bytes as it was written``() =
        law.Holds kinds rows (fun row ->
            Law.equal (Ok row) (Stored.read (Stored.bytes row))
            [ kind row ])

    [<Law(10_000)>]
    [<Trait("ID", "D1")>]
    member law.``every fact comes back from its payload as it was written``() =
        law.Holds kinds rows (fun row ->
            let payload = RowFormat.Payload row.Fact

            Law.equal
                (Ok row.Fact)
                (fact (Fact.kind row.Fact) (RowFormat.NextState row.Fact) payload)

            [ kind row ])

    [<Law(10_000)>]
    member law.``a row as a store keeps it comes back from its bytes, which are always the same``
        ()
        =
        law.Holds kinds (Arb.fromGen stored) (fun row ->
            let bytes = row.ToBytes()
            let back = CheckpointRow.FromBytes bytes
            Law.equal row back
            Law.equal bytes (back.ToBytes())
            [ string row.Kind ])

    [<Law(10_000)>]
    member law.``the kernel and a store write the same bytes of a row``() =
        law.Holds kinds rows (fun row ->
            let bytes = Stored.bytes row
            Law.equal bytes ((CheckpointRow.FromBytes bytes).ToBytes())
            [ kind row ])

    [<Law(5_000)>]
    member law.``a row within a snapshot has the bytes that it has outside``() =
        let cases = Arb.fromGen (Gen.zip RowValues.simpleRow RowValues.durable)

        law.Holds [] cases (fun (row, durable) ->
            let whole = { durable with Last = row }
            let nested = RowFormat.Write(RowHead.after whole row.Fact, row)

            let isWithin (payload: byte[] | null) =
                MemoryExtensions.IndexOf(ReadOnlySpan(nonNull payload), ReadOnlySpan nested) > 0

            Assert.True(isWithin (RowFormat.Payload(Fact.Snapshot whole)))
            [])

    [<Law(10_000)>]
    member law.``a scan reads of a row where it lies what is read of all of it``() =
        law.Holds kinds (Arb.fromGen stored) (fun row ->
            let view = RowView.Of(ReadOnlySpan(row.ToBytes()))
            Assert.Null view.Problem
            Law.equal (row.Sequence, row.Kind, row.Status) (view.Sequence, view.Kind, view.Status)
            Law.equal (row.Visit, row.WorkflowVersion) (view.Visit, view.WorkflowVersion)
            Law.equal row.State (Encoding.UTF8.GetString view.State)
            Law.equal row.TaskName (Encoding.UTF8.GetString view.TaskName)
            Assert.Equal(row.WorkflowName, view.Start.WorkflowName.ToText())

            match row.Start with
            | null -> Assert.False view.Start.WorkflowName.IsPresent
            | start ->
                Law.equal start.StartedAt view.Start.StartedAt
                let parent = start.Parent |> Option.ofObj |> Option.map _.RunId |> Option.toObj
                Assert.Equal(parent, view.Start.ParentRunId.ToText())
                let tags = view.Start.Tags |> Option.ofObj |> Option.defaultValue Array.empty
                Law.equal (Seq.toList start.Tags) (Array.toList tags)

            Law.equal row.WrittenAt (view.Instant RowField.WrittenAt)
            Law.equal row.WakesAt (view.Instant RowField.WakesAt)
            Assert.Equal(row.Category, (view.Part RowField.Category).ToText())
            [ string row.Kind ])

    [<Law(10_000)>]
    [<Trait("ID", "C1")>]
    member law.``every kind of error comes back from its bytes``() =
        law.Holds [ "nested" ] (Arb.fromGen Values.anyError) (fun error ->
            match ErrorFormat.ofBytes (ErrorFormat.toBytes error) with
            | null -> Assert.Fail "An error was lost."
            | back -> Law.equal error back

            Law.met [ "nested", error.Fault.IsRetryExhausted || error.Errors.Count > 0 ])

    // There are too many kinds for each to have a share that a law could ask for.
    [<Fact>]
    member _.``every kind of error is among those that laws are held against``() =
        let kindOf (error: CanoError) =
            let case, _ = Reflection.FSharpValue.GetUnionFields(error.Fault, typeof<Fault>)
            case.Name

        let kinds =
            Reflection.FSharpType.GetUnionCases typeof<Fault>
            |> Array.map _.Name
            |> Array.sort

        let drawn = Values.anyError |> Gen.sample 10_000 |> Array.map kindOf
        Law.equal kinds (drawn |> Array.distinct |> Array.sort)

    [<Law(10_000)>]
    [<Trait("ID", "Y14")>]
    member law.``bytes that were cut short or made longer are refused``() =
        let cases = Arb.fromGen (Gen.zip RowValues.row (Gen.choose (0, 10_000)))

        law.Holds [ "payload" ] cases (fun (row, place) ->
            let bytes = Stored.bytes row
            refused (Stored.read bytes[.. place % bytes.Length - 1])
            refused (Stored.read (Array.append bytes [| byte place |]))

            match RowFormat.Payload row.Fact with
            | NonNull payload when not (isRaw row) ->
                let damaged bytes = fact (Fact.kind row.Fact) null bytes
                refused (damaged payload[.. place % payload.Length - 1])
                refused (damaged (Array.append payload [| byte place |]))
                [ "payload" ]
            | _ -> [])

    [<Fact>]
    [<Trait("ID", "Y14")>]
    member _.``a number that is too long is refused in the same words, be it cut off or not``() =
        for length in 8..12 do
            let bytes = Array.create length 0xFFuy
            Assert.True((Stored.read bytes).IsError)
            Assert.True((Stored.read (Array.append bytes [| 0x01uy |])).IsError)

    [<Law(10_000)>]
    [<Trait("ID", "Y14")>]
    member law.``damaged bytes never throw, whatever they are read as``() =
        let damage = gen {
            let! row = RowValues.row
            let! noise = Values.bytes
            let! place = Gen.choose (0, 10_000)
            let! value = Gen.choose (0, 255)
            return row, noise, place, byte value
        }

        law.Holds [ "refused"; "read" ] (Arb.fromGen damage) (fun (row, noise, place, value) ->
            let flipped (bytes: byte[]) =
                let i = place % max 1 bytes.Length

                bytes
                |> Array.mapi (fun at old -> if at = i then old ^^^ max 1uy value else old)

            let bytes = flipped (Stored.bytes row)
            let numbered version = Array.append [| version |] noise

            let everything = [
                bytes
                noise
                numbered 1uy
                numbered 2uy
                Array.append bytes[.. place % bytes.Length] noise
            ]

            let results = List.map Stored.read everything

            for bytes in everything do
                let view = RowView.Of(ReadOnlySpan bytes)
                view.Start.WorkflowName.ToText() |> ignore
                view.Start.ParentRunId.ToText() |> ignore
                view.Start.Tags |> ignore
                RowFormat.HeadOf &view |> ignore
                RowFormat.StatusOf &view |> ignore

            let payloads =
                match RowFormat.Payload row.Fact with
                | null -> [ noise ]
                | payload -> [ flipped payload; noise; Array.append [| 0uy |] noise ]

            for kind in 0..25 do
                for payload in payloads do
                    fact (LanguagePrimitives.EnumOfValue(byte kind)) "S" payload |> ignore

            for payload in payloads do
                ErrorFormat.ofBytes payload |> ignore

            Law.met [
                "refused", results |> List.exists Result.isError
                "read", results |> List.exists Result.isOk
            ])

    [<Fact>]
    [<Trait("ID", "Y14")>]
    member _.``a row without the payload or the next state that its kind needs is refused``() =
        let read kind (next: string | null) (payload: byte[] | null) =
            fact kind next payload |> Result.map ignore

        Law.equal (Error "it names no next state") (read RowKind.StepCompleted null [| 1uy |])

        for kind in
            [
                RowKind.StepCompleted
                RowKind.CursorAdvanced
                RowKind.WaitStarted
                RowKind.RollbackStarted
                RowKind.RollbackFinished
                RowKind.SignalTaken
                RowKind.ChildStarted
                RowKind.ChildEnded
                RowKind.BranchesListed
                RowKind.BranchCompleted
                RowKind.CancelRequested
                RowKind.Failed
                RowKind.Snapshot
            ] do
            Law.equal (Error "its payload is missing") (read kind "Next" null)

    [<Fact>]
    member _.``a snapshot within a snapshot is damage``() =
        let row = RowValues.row |> Gen.sample 1 |> Array.head

        let inner = {
            row with
                Fact = Fact.Snapshot DurableState.empty
        }

        let outer = {
            row with
                Fact = Fact.Snapshot { DurableState.empty with Last = inner }
        }

        Law.equal (Error "a snapshot stands within another one") (Stored.read (Stored.bytes outer))

    [<Fact>]
    [<Trait("ID", "Y14")>]
    member _.``errors nested deeper than any real one are refused, before the stack is full``() =
        let nested depth =
            (CanoError.Generic "disk", [ 1..depth ])
            ||> List.fold (fun last _ -> CanoError.Of(Fault.RetryExhausted(2, last)))

        // What none has written: an error's bytes end in those of the error within it.
        let outer =
            let bytes = ErrorFormat.toBytes (nested 2)
            bytes[.. bytes.Length - (ErrorFormat.toBytes (nested 1)).Length - 1]

        let back depth =
            Array.append
                (Array.concat (Array.replicate (depth - 1) outer))
                (ErrorFormat.toBytes (nested 1))
            |> ErrorFormat.ofBytes

        Law.equal (withNull (nested 256)) (back 256)
        Assert.Null(back 257)
        Assert.Null(back 20_000)
