namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What format 2 added has the bytes that docs/row-payloads.md and docs/journal-format.md say.
type Payloads(output: ITestOutputHelper) =
    inherit Laws(output)

    let kinds =
        Enum.GetValues<RowKind>()
        |> Seq.filter (fun kind -> kind > RowKind.Snapshot)
        |> Seq.map string
        |> List.ofSeq

    let value (value: StoredValue) =
        Encoded.bytes value.Json @ Encoded.text value.TypeName

    let error (error: CanoError) =
        List.ofArray (ErrorFormat.toBytes error)

    let noFields = [ 0uy ]

    let index (value: int) = Encoded.unsigned (uint64 value)

    let signal (signal: TakenSignal) =
        Encoded.signed signal.Number
        @ Encoded.text signal.Name
        @ Encoded.text signal.Id
        @ Encoded.flagged signal.Payload value

    let childStart (child: ChildStart) =
        Encoded.text child.RunId
        @ Encoded.text child.WorkflowName
        @ Encoded.unsigned (uint64 child.WorkflowVersion)
        @ Encoded.text child.InitialState
        @ Encoded.flagged child.Input value
        @ index child.Index

    let childEnding (child: ChildEnding) =
        Encoded.text child.RunId
        @ Encoded.unsigned (uint64 child.Status)
        @ Encoded.text child.Exit
        @ Encoded.flagged child.Output value
        @ Encoded.flagged child.Error error
        @ index child.Index
        @ Encoded.signed child.Sequence

    let branchEnding (branch: BranchEnding) =
        index branch.Index
        @ Encoded.text branch.Name
        @ Encoded.flagged branch.Result value
        @ Encoded.flagged branch.Error error

    let listing (listing: Listing) =
        Encoded.many listing.Items (fun item -> Encoded.flagged item value)
        @ (if listing.Due.HasValue then
               1uy :: Encoded.field 2 (BitConverter.GetBytes listing.Due.Value.UtcTicks)
           else
               noFields)

    let cancelRequest (request: CancelRequest) =
        Encoded.text request.Reason @ Encoded.signed request.RequestedAt.UtcTicks

    let carried (data: StateData) =
        match data.Bytes with
        | null -> noFields
        | bytes -> 1uy :: Encoded.field 2 bytes

    let payload (fact: Fact) =
        match fact with
        | Fact.SignalTaken it -> signal it @ noFields
        | Fact.ChildStarted it -> childStart it @ carried it.Data
        | Fact.ChildEnded it -> childEnding it @ carried it.Data
        | Fact.BranchesListed it -> listing it
        | Fact.BranchCompleted it -> branchEnding it @ noFields
        | Fact.CancelRequested it -> cancelRequest it @ noFields
        | Fact.Failed(it, _) -> error it
        | Fact.StateEntered _
        | Fact.StepCompleted _
        | Fact.CursorAdvanced _
        | Fact.WaitStarted _
        | Fact.RollbackStarted _
        | Fact.Compensated _
        | Fact.RollbackFinished _
        | Fact.Finished
        | Fact.Snapshot _ -> failwith "Format 1 has it."

    let read (row: Row) (payload: byte[]) : Result<Fact, string> =
        let mutable fact = Unchecked.defaultof<Fact>
        let bytes = OptionalBytes.Of(Nullable(ReadOnlyMemory payload))

        match RowFormat.TryReadFact(Fact.kind row.Fact, null, bytes, &fact) with
        | null -> Ok fact
        | problem -> Error problem

    /// Numbers that no field has.
    let numbers = Gen.choose (50, 20_000)

    let bytesOf (part: OptionalBytes) = List.ofArray (part.Bytes.ToArray())

    let plain =
        CheckpointRow(
            Sequence = 0L,
            Visit = 0L,
            WorkflowVersion = 0u,
            Kind = RowKind.StateEntered,
            State = "S",
            TaskName = ""
        )

    /// A row that carries these.
    let carrying (input: StoredValue) (output: StoredValue) =
        CheckpointRow(
            Sequence = 0L,
            Visit = 0L,
            WorkflowVersion = 0u,
            Kind = RowKind.StateEntered,
            State = "S",
            TaskName = "",
            Start = { RunStart.Of null with Input = input },
            Output = output
        )

    [<Law(5_000)>]
    member law.``a payload of each kind that format 2 added has the documented bytes``() =
        law.Holds kinds (Arb.fromGen RowValues.addedRow) (fun row ->
            Law.equal (Array.ofList (payload row.Fact)) (nonNull (RowFormat.Payload row.Fact))
            [ string (Fact.kind row.Fact) ])

    [<Law(5_000)>]
    member law.``a field at the end of a payload that this build does not know is passed over when its number is odd, and refused when even``
        ()
        =
        let endsWithoutFields (row: Row) =
            match row.Fact with
            | Fact.Failed _ -> false
            | Fact.BranchesListed listing -> not listing.Due.HasValue
            | Fact.ChildStarted child -> child.Data.IsNone
            | Fact.ChildEnded child -> child.Data.IsNone
            | _ -> true

        let row = RowValues.addedRow |> Gen.filter endsWithoutFields

        let cases = Arb.fromGen (Gen.zip3 row numbers Values.bytes)

        law.Holds [ "odd"; "even" ] cases (fun (row, number, value) ->
            let payload = nonNull (RowFormat.Payload row.Fact)
            let field = Encoded.field number value
            let grown = Encoded.withFields 1 field (payload.Length - 1) payload

            let newer = Error $"its field {number} is unknown: a newer version of Cano wrote it"

            Law.equal (if number % 2 = 1 then Ok row.Fact else newer) (read row grown)
            Law.met [ "odd", number % 2 = 1; "even", number % 2 = 0 ])

    [<Law(5_000)>]
    member law.``a run's input and output have the documented bytes and come back``() =
        let cases = Arb.fromGen (Gen.two Values.value)

        law.Holds [ "named"; "nameless" ] cases (fun (given, gave) ->
            let row = carrying given gave
            let bytes = row.ToBytes()
            let view = RowView.Of(ReadOnlySpan bytes)
            Law.equal (value gave) (bytesOf (view.Part RowField.Output))
            let input = 1uy :: Encoded.field 10 (value given)
            Law.equal input (bytesOf (view.Part RowField.Start))
            let back = CheckpointRow.FromBytes bytes
            Law.equal (withNull gave) back.Output
            Law.equal (withNull given) (nonNull back.Start).Input

            Law.met [ "named", not (isNull gave.TypeName); "nameless", isNull gave.TypeName ])

    [<Law(2_000)>]
    member law.``an input or output that was cut short or made longer is refused``() =
        let damage = gen {
            let! value = Values.value
            let! place = Gen.choose (0, 10_000)
            let! isCut = Gen.elements [ false; true ]
            let! isInput = Gen.elements [ false; true ]
            return value, place, isCut, isInput
        }

        law.Holds [] (Arb.fromGen damage) (fun (it, place, isCut, isInput) ->
            let whole = value it

            let damaged =
                if isCut then
                    List.take (place % whole.Length) whole
                else
                    whole @ [ byte place ]

            let field =
                if isInput then
                    let start = 1uy :: Encoded.field 10 damaged
                    Encoded.field (int RowField.Start) start
                else
                    Encoded.field (int RowField.Output) damaged

            let bytes = plain.ToBytes()

            let thrown =
                Assert.Throws<CanoException>(fun () ->
                    CheckpointRow.FromBytes(Encoded.withFields 1 field (bytes.Length - 1) bytes)
                    |> ignore)

            Law.equal "checkpoint_store" thrown.Error.Category
            [])
