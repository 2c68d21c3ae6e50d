namespace Cano.Properties

open System
open System.Collections.Generic
open System.Text
open Cano
open Cano.Kernel
open Cano.Model
open FsCheck.FSharp
open Xunit
open Xunit.Abstractions

/// Rows come back from a store as they went in, and damage never goes unnoticed by an exception.
type Rows(output: ITestOutputHelper) =

    let kind (row: Row) = string (RowFormat.kind row.Fact)

    let kinds = Enum.GetNames typeof<RowKind> |> List.ofArray

    let rows = Arb.fromGen Values.row

    /// The row and the data that a durable store added to it.
    let withData = Arb.fromGen (Gen.zip Values.row (Gen.optionOf Values.bytes))

    let stored (row: Row) (data: byte[] option) = {
        Stored.parts row with
            Data = Option.toObj data
    }

    /// What is read of a row where it lies is what is read of all of it, and refused in the same words.
    let sameHead (row: StoredRow) (problem: string | null) (bytes: byte[]) =
        let head = RowBytes.ReadHead(ReadOnlySpan bytes)

        if head.Problem <> problem then
            failwith "The head and the row are refused in different words."

        if isNull problem then
            let name: string | null =
                if head.HasWorkflowName then
                    Encoding.UTF8.GetString head.WorkflowName
                else
                    null

            let isSame =
                head.Sequence = row.Sequence
                && head.Kind = row.Kind
                && head.Visit = row.Visit
                && head.WorkflowVersion = row.WorkflowVersion
                && name = row.WorkflowName
                && Encoding.UTF8.GetString head.State = row.State

            if not isSame then
                failwith "The head says something else than the row."

    let read (bytes: byte[]) =
        let mutable row = Unchecked.defaultof<StoredRow>

        let problem = RowBytes.TryRead(bytes, &row)
        sameHead row problem bytes

        match problem with
        | null -> Ok row
        | problem -> Error problem

    let refused (result: Result<'T, string>) =
        match result with
        | Ok value -> Assert.Fail $"%A{value} was read from damaged bytes."
        | Error text -> Assert.NotEmpty text

    let isRaw (row: Row) =
        row.Fact.IsStepCompleted || row.Fact.IsCursorAdvanced || row.Fact.IsFinished

    [<Fact>]
    member _.``D1 every row comes back from its payload as it was written``() =
        Law.holds output 10_000 kinds rows (fun row ->
            Law.equal (Ok row) (RowFormat.read (Stored.ofRow row))
            [ kind row ])

    [<Fact>]
    member _.``D1 every row comes back from the journal's bytes as it was written``() =
        Law.holds output 10_000 kinds withData (fun (row, data) ->
            let stored = stored row data
            let back = read (RowBytes.Write(Stored.from stored))
            Law.equal (Ok stored) back
            Law.equal (Ok row) (back |> Result.bind (Stored.from >> RowFormat.read))
            [ kind row ])

    [<Fact>]
    member _.``C1 every kind of error comes back from its bytes``() =
        let faults =
            Reflection.FSharpType.GetUnionCases typeof<Fault>
            |> Array.map (fun case -> case.Name)

        let met = HashSet<string>()

        Law.holds output 10_000 [ "nested" ] (Arb.fromGen Values.anyError) (fun error ->
            match ErrorFormat.ofBytes (ErrorFormat.toBytes error) with
            | null -> Assert.Fail "An error was lost."
            | back -> Law.equal error back

            let case, _ = Reflection.FSharpValue.GetUnionFields(error.Fault, typeof<Fault>)
            met.Add case.Name |> ignore
            Law.met [ "nested", error.Fault.IsRetryExhausted || error.Errors.Count > 0 ])

        Law.equal (Array.sort faults) (Array.sort (Array.ofSeq met))

    [<Fact>]
    member _.``Y14 bytes that were cut short or made longer are refused``() =
        let cases = Arb.fromGen (Gen.zip Values.row (Gen.choose (0, 10_000)))

        Law.holds output 10_000 [ "payload" ] cases (fun (row, place) ->
            let bytes = RowBytes.Write(Stored.ofRow row)
            refused (read bytes[.. place % bytes.Length - 1])
            refused (read (Array.append bytes [| byte place |]))

            match RowFormat.payload row.Fact with
            | NonNull payload when not (isRaw row) ->
                let damaged bytes =
                    RowFormat.read (
                        Stored.from {
                            Stored.parts row with
                                Payload = bytes
                        }
                    )

                refused (damaged payload[.. place % payload.Length - 1])
                refused (damaged (Array.append payload [| byte place |]))
                [ "payload" ]
            | _ -> [])

    [<Fact>]
    member _.``Y14 a number that is too long is refused in the same words, be it cut off or not``
        ()
        =
        for length in 8..12 do
            let bytes = Array.create length 0xFFuy
            Assert.True((read bytes).IsError)
            Assert.True((read (Array.append bytes [| 0x01uy |])).IsError)

    [<Fact>]
    member _.``Y14 damaged bytes never throw, whatever they are read as``() =
        let damage = gen {
            let! row = Values.row
            let! noise = Values.bytes
            let! place = Gen.choose (0, 10_000)
            let! value = Gen.choose (0, 255)
            return row, noise, place, byte value
        }

        Law.holds
            output
            10_000
            [ "refused"; "read" ]
            (Arb.fromGen damage)
            (fun (row, noise, place, value) ->
                let flipped (bytes: byte[]) =
                    let i = place % max 1 bytes.Length

                    bytes
                    |> Array.mapi (fun at old -> if at = i then old ^^^ max 1uy value else old)

                let bytes = flipped (RowBytes.Write(Stored.ofRow row))

                let results =
                    List.map read [
                        bytes
                        noise
                        Array.append bytes[.. place % bytes.Length] noise
                    ]

                let payloads =
                    match RowFormat.payload row.Fact with
                    | null -> [ noise ]
                    | payload -> [ flipped payload; noise ]

                for kind in 0..11 do
                    for payload in payloads do
                        let parts = {
                            Stored.parts row with
                                Kind = LanguagePrimitives.EnumOfValue(byte kind)
                                Payload = payload
                        }

                        RowFormat.read (Stored.from parts) |> ignore

                for payload in payloads do
                    ErrorFormat.ofBytes payload |> ignore

                Law.met [
                    "refused", results |> List.exists Result.isError
                    "read", results |> List.exists Result.isOk
                ])

    [<Fact>]
    member _.``a row of an unknown kind or of another format version is refused in words``() =
        Law.holds output 1_000 [] (Arb.fromGen Values.row) (fun row ->
            for kind in [ 0uy; 10uy; 16uy; 19uy; 127uy; 128uy; 255uy ] do
                let parts = {
                    Stored.parts row with
                        Kind = LanguagePrimitives.EnumOfValue kind
                        Payload = [| 0uy |]
                }

                for result in
                    [
                        RowFormat.read (Stored.from parts) |> Result.map ignore
                        read (RowBytes.Write(Stored.from parts)) |> Result.map ignore
                    ] do
                    Law.equal
                        (Error $"its kind {kind} is unknown: a newer version of Cano wrote it")
                        result

            for version in [ 0uy; 2uy; 3uy; 127uy ] do
                let bytes = RowBytes.Write(Stored.ofRow row)
                bytes[0] <- version

                match read bytes with
                | Ok _ -> Assert.Fail "Another version was read."
                | Error text -> Assert.Contains($"version is {version}", text)

            [])

    [<Fact>]
    member _.``Y14 a row without the payload or the next state that its kind needs is refused``() =
        let row kind next (payload: byte[] | null) =
            Stored.from {
                Sequence = 1L
                Kind = kind
                State = "S"
                TaskName = "T"
                NextState = next
                WorkflowName = null
                WorkflowVersion = 1u
                Visit = 1L
                Data = null
                Payload = payload
            }
            |> RowFormat.read
            |> Result.map ignore

        Law.equal (Error "it names no next state") (row RowKind.StepCompleted null [| 1uy |])

        for kind in
            [
                RowKind.StepCompleted
                RowKind.CursorAdvanced
                RowKind.WaitStarted
                RowKind.RollbackStarted
                RowKind.RollbackFinished
                RowKind.Snapshot
            ] do
            Law.equal (Error "its payload is missing") (row kind "Next" null)

    [<Fact>]
    member _.``Y14 errors nested deeper than any real one are refused, before the stack is full``
        ()
        =
        let nested depth =
            (CanoError.Generic "disk", [ 1..depth ])
            ||> List.fold (fun last _ -> CanoError.Of(Fault.RetryExhausted(2, last)))

        let back depth =
            nested depth |> ErrorFormat.toBytes |> ErrorFormat.ofBytes

        Law.equal (withNull (nested 64)) (back 64)
        Assert.Null(back 65)
        Assert.Null(back 2_000)
