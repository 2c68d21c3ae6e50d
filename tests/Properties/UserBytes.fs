namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What a user's codec does to rows.
type UserBytes(output: ITestOutputHelper) =
    inherit Laws(output)

    // A snapshot holds values of every kind.
    let rows =
        Arb.fromGen (Gen.frequency [ 3, RowValues.row; 1, RowValues.snapshotRow ])

    let flip = Func<byte[], byte[]>(Array.map (fun one -> one ^^^ 0xFFuy))

    let json (value: StoredValue | null) =
        match value with
        | null -> []
        | value -> [ value.Json ]

    let cursor (cursor: Cursor | null) =
        match cursor with
        | null -> []
        | cursor -> [ cursor.Value ]

    let split (ending: SplitEnding | null) =
        match ending with
        | null -> []
        | ending -> json ending.Values

    let data (data: StateData) = Option.toList (Option.ofObj data.Bytes)

    let outputs (entries: UndoEntry list) =
        entries |> List.collect (fun entry -> entry.Output :: data entry.Data)

    /// The user's values in a fact, but for those that lie in errors.
    let given (fact: Fact) =
        match fact with
        | Fact.StepCompleted(_, output) -> [ output ]
        | Fact.CursorAdvanced cursor -> [ cursor ]
        | Fact.SignalTaken signal -> json signal.Payload
        | Fact.ChildStarted child -> json child.Input
        | Fact.ChildEnded ending -> json ending.Output
        | Fact.BranchesListed listing -> listing.Items |> List.ofArray |> List.collect json
        | Fact.BranchCompleted ending -> json ending.Result
        | Fact.StateEntered ending -> split ending
        | Fact.Snapshot whole ->
            split whole.Split
            @ cursor whole.Cursor
            @ outputs whole.Undo
            @ outputs whole.NotUndone
        | Fact.WaitStarted _
        | Fact.RollbackStarted _
        | Fact.Compensated _
        | Fact.RollbackFinished _
        | Fact.Finished
        | Fact.CancelRequested _
        | Fact.Failed _ -> []

    [<Law(2_000)>]
    [<Trait("ID", "T10")>]
    member law.``every value that a user gave is encoded, and decoded it is what it was``() =
        law.Holds [ "snapshot"; "given"; "nothing given" ] rows (fun row ->
            let seen = Collections.Generic.List<byte[]>()

            let noted =
                Func<byte[], byte[]>(fun bytes ->
                    seen.Add bytes
                    flip.Invoke bytes)

            let encoded = UserValues.inFact noted row.Fact

            for value in given row.Fact do
                Assert.Contains(value, seen)

            Law.equal row.Fact (UserValues.inFact flip encoded)
            Law.equal row.Start (UserValues.inStart flip (UserValues.inStart flip row.Start))

            Law.met [
                "snapshot", row.Fact.IsSnapshot
                "given", not (given row.Fact).IsEmpty
                "nothing given", seen.Count = 0
            ])
