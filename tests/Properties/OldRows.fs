namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Cano.Model
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// Rows of format 1 are read for ever.
type OldRows(output: ITestOutputHelper) =
    inherit Laws(output)

    let kind (row: Row) = string (Fact.kind row.Fact)

    /// Format 1 knows no more of a run's start than its workflow's name.
    let known (start: RunStart | null) : RunStart | null =
        match start with
        | NonNull { WorkflowName = NonNull name } -> RunStart.Of name
        | _ -> null

    let workflow (row: Row) : string | null =
        match row.Start with
        | null -> null
        | start -> start.WorkflowName

    let head (row: Row) =
        Encoded.unsigned (uint64 (Fact.kind row.Fact))
        @ Encoded.signed row.Sequence
        @ Encoded.signed row.Visit
        @ Encoded.unsigned (uint64 row.Version)
        @ Encoded.text (workflow row)
        @ Encoded.text row.State
        @ Encoded.text row.Task
        @ Encoded.text (RowFormat.NextState row.Fact)

    let error (error: CanoError) =
        List.ofArray (ErrorFormat.toBytes error)

    let entry (entry: UndoEntry) =
        Encoded.text entry.State
        @ Encoded.text entry.Task
        @ Encoded.signed entry.Visit
        @ Encoded.signed entry.Sequence
        @ Encoded.bytes entry.Output

    let cursor (cursor: Cursor | null) =
        match cursor with
        | null -> [ 0uy; 0uy; 0uy ]
        | cursor ->
            Encoded.bytes cursor.Value
            @ Encoded.signed cursor.Sequence
            @ Encoded.signed cursor.Steps

    /// The result of a split has been coded alike from the beginning.
    let split (ending: SplitEnding) =
        match RowFormat.Payload(Fact.StateEntered(SplitEnding.Of ending.Result)) with
        | null -> failwith "No payload."
        | payload -> List.ofArray payload

    let durable (durable: DurableState) =
        let last (row: Row) =
            head row @ Encoded.optional (RowFormat.Payload row.Fact)

        let rollback (rollback: Rollback) =
            error rollback.Cause @ Encoded.many rollback.Faults error

        Encoded.signed durable.Sequence
        @ Encoded.flagged durable.Last last
        @ Encoded.flagged durable.Split split
        @ cursor durable.Cursor
        @ Encoded.many durable.Undo entry
        @ Encoded.flagged durable.Rollback rollback
        @ Encoded.many durable.Path Encoded.text
        @ Encoded.signed durable.Entered

    /// All other payloads are as they were.
    let payload (fact: Fact) : byte[] | null =
        match fact with
        | Fact.Snapshot whole -> Array.ofList (durable whole)
        | fact -> RowFormat.Payload fact

    let body (row: Row) (data: byte[] | null) =
        Array.ofList (1uy :: head row @ Encoded.optional data @ Encoded.optional (payload row.Fact))

    /// What format 1 can say of a row.
    let sayable (row: Row) =
        let said (row: Row) = {
            row with
                Start = known row.Start
                Data = StateData.None
        }

        let bare (entry: UndoEntry) = { entry with Data = StateData.None }

        match row.Fact with
        | Fact.Snapshot whole ->
            let last =
                match whole.Last with
                | null -> null
                | last -> withNull (said last)

            {
                said row with
                    Fact =
                        Fact.Snapshot {
                            whole with
                                Last = last
                                Carried.Undo = List.map bare whole.Undo
                                Carried.WokenBy = null
                                Carried.NotUndone = []
                                Carried.Cancel = null
                                Carried.RetriedAt = Nullable()
                                Carried.FanOut = null
                                // A snapshot follows another row.
                                Sequence = max 1L whole.Sequence
                        }
            }
        | _ -> said row

    let isOld (fact: Fact) = Fact.kind fact <= RowKind.Snapshot

    /// Format 1 has no other kinds, within a snapshot neither.
    let isOldRow (row: Row) =
        match row.Fact with
        | Fact.Snapshot { Last = NonNull last } -> isOld last.Fact
        | fact -> isOld fact

    let oldRow = RowValues.row |> Gen.filter isOldRow |> Gen.map sayable

    let rows = Arb.fromGen (Gen.zip oldRow (Gen.optionOf Values.bytes))

    let kinds =
        Enum.GetValues<RowKind>()
        |> Seq.filter (fun kind -> kind <= RowKind.Snapshot)
        |> Seq.map string
        |> List.ofSeq

    [<Law(10_000)>]
    member law.``a row of format 1 of every kind says what it said``() =
        law.Holds kinds rows (fun (row, data) ->
            let bytes = body row (Option.toObj data)
            Law.equal (Ok row) (Stored.read bytes)
            let stored = CheckpointRow.FromBytes bytes

            Law.equal
                (Option.toObj data)
                (if stored.Data.HasValue then
                     stored.Data.Value.ToArray()
                 else
                     null)

            Law.equal (RowHead.after DurableState.empty row.Fact).Status stored.Status
            Law.equal (RowHead.after DurableState.empty row.Fact).WakesAt stored.WakesAt
            [ kind row ])

    [<Law(2_000)>]
    member law.``a row of format 1 that is written again is of the newest format and says the same``
        ()
        =
        law.Holds [] rows (fun (row, data) ->
            let stored = CheckpointRow.FromBytes(body row (Option.toObj data))
            let again = stored.ToBytes()
            Assert.Equal(2uy, again[0])
            Law.equal stored (CheckpointRow.FromBytes again)
            Law.equal (Ok row) (Stored.read again)
            [])

    [<Law(5_000)>]
    member law.``bytes of format 1 that were cut short or made longer are refused``() =
        let cases = Arb.fromGen (Gen.zip oldRow (Gen.choose (0, 10_000)))

        law.Holds [] cases (fun (row, place) ->
            let bytes = body row null
            Assert.True((Stored.read bytes[.. place % bytes.Length - 1]).IsError)
            Assert.True((Stored.read (Array.append bytes [| byte place |])).IsError)
            [])
