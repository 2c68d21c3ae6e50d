namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Cano.Model
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What a newer version adds to rows is passed over where that does no harm, and refused in words
/// where it would.
type NewerRows(output: ITestOutputHelper) =
    inherit Laws(output)

    let plain: Row = {
        Sequence = 5L
        Visit = 3L
        Version = 1u
        Start = null
        State = "S"
        Task = "T"
        Fact = Fact.Finished
        Data = StateData.None
    }

    let newer number =
        $"its field {number} is unknown: a newer version of Cano wrote it"

    /// Numbers that no field has.
    let numbers = Gen.choose (50, 20_000)

    /// The row's bytes with more fields at their end.
    let withFields count more (row: Row) =
        let bytes = Stored.bytes row
        let view = RowView.Of(ReadOnlySpan bytes)
        Encoded.withFields count more (bytes.Length - view.Rest.Length) bytes

    /// The row's bytes with more fields at the end of those of one field, which stand at this place
    /// in it.
    let grown (number: RowField) (at: int) (bytes: byte[]) (more: byte list) (row: Row) =
        let whole = Stored.bytes row
        let old = Array.ofList (Encoded.field (int number) bytes)
        let place = MemoryExtensions.IndexOf(ReadOnlySpan whole, ReadOnlySpan old)
        Assert.True(place > 0)

        Array.concat [
            whole[.. place - 1]
            Array.ofList (Encoded.field (int number) (Encoded.withFields 1 more at bytes))
            whole[place + old.Length ..]
        ]

    let cases = Arb.fromGen (Gen.zip3 RowValues.row numbers Values.bytes)

    [<Law(5_000)>]
    member law.``a field that this build does not know is passed over when its number is odd, and refused when even``
        ()
        =
        law.Holds [ "odd"; "even" ] cases (fun (row, number, value) ->
            let bytes = withFields 1 (Encoded.field number value) row
            let read = Stored.read bytes
            let view = RowView.Of(ReadOnlySpan bytes)
            Assert.Null view.Damage

            if number % 2 = 1 then
                Law.equal (Ok row) read
                Assert.Null view.Newer
            else
                Law.equal (Error(newer number)) read
                Law.equal (withNull (newer number)) view.Newer
                // A scan goes by the head all the same.
                Law.equal (row.Sequence, row.Visit) (view.Sequence, view.Visit)

            Law.met [ "odd", number % 2 = 1; "even", number % 2 = 0 ])

    [<Law(2_000)>]
    member law.``so is a field of what is known from the run's start on``() =
        let cases = Arb.fromGen (Gen.zip3 Values.start numbers Values.bytes)

        law.Holds [] cases (fun (start, number, value) ->
            let row = { plain with Start = start }
            let view = RowView.Of(ReadOnlySpan(Stored.bytes row))
            let block = (view.Part RowField.Start).Bytes.ToArray()

            let read =
                Stored.read (grown RowField.Start 0 block (Encoded.field number value) row)

            Law.equal (if number % 2 = 1 then Ok row else Error(newer number)) read
            [])

    [<Law(2_000)>]
    member law.``so is a field of a snapshot's memory``() =
        let cases = Arb.fromGen (Gen.zip3 RowValues.durable numbers Values.bytes)

        law.Holds [] cases (fun (durable, number, value) ->
            let row = {
                plain with
                    Fact = Fact.Snapshot durable
            }

            let payload = nonNull (RowFormat.Payload row.Fact)

            let read =
                Stored.read (grown RowField.Payload 1 payload (Encoded.field number value) row)

            Law.equal (if number % 2 = 1 then Ok row else Error(newer number)) read
            [])

    [<Fact>]
    member _.``a memory without any field is that of a run of which nothing is known``() =
        let row = {
            plain with
                Fact = Fact.Snapshot DurableState.empty
        }

        let bare = withFields 1 (Encoded.field (int RowField.Payload) [ 0uy; 0uy ]) plain
        bare[1] <- byte RowKind.Snapshot
        Law.equal (Ok row) (Stored.read bare)

    [<Fact>]
    member _.``fields out of order, and one that is there twice, are damage``() =
        let after count fields =
            Stored.read (withFields count fields plain)

        let field number = Encoded.field number [ 1uy ]
        let damaged = Error "its bytes are damaged"
        Law.equal (Ok plain) (after 2 (field 51 @ field 53))
        Law.equal damaged (after 2 (field 53 @ field 51))
        Law.equal damaged (after 2 (field 51 @ field 51))
        Law.equal damaged (after 1 (field 0))
        Law.equal damaged (after 1 (field 51 @ field 53))
        Law.equal damaged (after 3 (field 51 @ field 53))

    [<Fact>]
    member _.``a row of an unknown kind is refused in words, and its head can be read``() =
        for kind in [ 0uy; 10uy; 77uy; 127uy ] do
            let bytes = Stored.bytes plain
            bytes[1] <- kind
            let view = RowView.Of(ReadOnlySpan bytes)
            Assert.Null view.Damage
            Law.equal 5L view.Sequence

            Law.equal
                (Error $"its kind {kind} is unknown: a newer version of Cano wrote it")
                (Stored.read bytes)

    [<Law(1_000)>]
    member law.``a row of another format version is refused with the versions that are read``() =
        law.Holds [] (Arb.fromGen RowValues.row) (fun row ->
            for version in [ 0uy; 3uy; 127uy ] do
                let bytes = Stored.bytes row
                bytes[0] <- version

                Law.equal
                    (Error
                        $"its format version is {version}; this build of Cano reads versions 1 to 2")
                    (Stored.read bytes)

            [])
