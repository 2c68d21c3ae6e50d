namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Cano.Model
open global.Xunit
open global.Xunit.Abstractions

/// What the head of a row says of the run after it.
type RowHeads(output: ITestOutputHelper) =
    inherit Laws(output)

    /// Each row with the memory before it, and the run after it.
    let rows (played: Played) =
        played.Moments
        |> List.choose (fun moment ->
            match moment.Event, moment.Before.Phase with
            | RunEvent.RowAppended, Phase.Appending(row, _) ->
                Some(row, moment.Before.Durable, moment.After.Run)
            | _ -> None)

    let isBackward status =
        status = RowStatus.RollingBack
        || status = RowStatus.RolledBack
        || status = RowStatus.Cancelled
        || status = RowStatus.RollbackFailed

    [<Law(20_000)>]
    member law.``only the end of a run is an end, and it says which``() =
        let cases = [ "Completed"; "Failed"; "RolledBack"; "Cancelled"; "RollbackFailed" ]

        law.Holds cases Scenarios.sagas (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = true
                        AppendFails = None
                        Crashes = []
                }

            [
                for row, before, after in rows played do
                    let head = RowHead.after before row.Fact

                    match after.Phase with
                    | Phase.Ended(Outcome.Completed _) -> Law.equal RowStatus.Completed head.Status
                    | Phase.Ended(Outcome.Failed error) when row.Fact.IsFailed ->
                        Law.equal RowStatus.Failed head.Status
                        Law.equal (withNull error.Category) head.Category
                        Assert.False(RowStatuses.isSettled head.Status)
                    | Phase.Ended(Outcome.Failed error) when row.Fact.IsRollbackFinished ->
                        let expected =
                            match error.Category with
                            | "compensation_failed" -> RowStatus.RollbackFailed
                            | "cancelled" -> RowStatus.Cancelled
                            | _ -> RowStatus.RolledBack

                        Law.equal expected head.Status
                        let isCancelled = expected = RowStatus.Cancelled

                        Law.equal
                            (if isCancelled then null else withNull error.Category)
                            head.Category

                        Law.equal
                            (expected <> RowStatus.RollbackFailed)
                            (RowStatuses.isSettled head.Status)
                    | _ -> Assert.False(RowStatuses.isEnd head.Status)

                    if RowStatuses.isEnd head.Status then
                        Assert.Same(played.End.Durable.Last, row)
                        string head.Status
                    else
                        Assert.Null head.Category
            ])

    [<Law(5_000)>]
    member law.``a run that turned back is never on its way again, and wakes only while it waits``
        ()
        =
        law.Holds [ "turned back"; "waits" ] Scenarios.any (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = true
                        Crashes = []
                }

            let heads =
                rows played
                |> List.map (fun (row, before, _) -> row, RowHead.after before row.Fact)

            let back = heads |> List.skipWhile (fun (_, head) -> not (isBackward head.Status))
            Assert.All(back, (fun (_, head) -> Assert.True(isBackward head.Status)))

            for row, head in heads do
                match (Stored.told row).Fact with
                | Fact.WaitStarted wait ->
                    Law.equal RowStatus.Waiting head.Status
                    Law.equal wait.Due head.WakesAt
                | Fact.ChildStarted _
                | Fact.ChildEnded _ ->
                    Assert.True(head.Status.Equals RowStatus.Waiting || not head.WakesAt.HasValue)
                | _ -> Law.equal (Nullable()) head.WakesAt

            Law.met [
                "turned back", not back.IsEmpty
                "waits", heads |> List.exists (fun (_, head) -> head.WakesAt.HasValue)
            ])

    [<Law(2_000)>]
    member law.``a snapshot says of the run what the row before it said``() =
        law.Holds [ "snapshot" ] Scenarios.any (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = true
                        Definition = {
                            scenario.Definition with
                                SnapshotEvery = 2
                        }
                }

            let snapshots = rows played |> List.filter (fun (row, _, _) -> row.Fact.IsSnapshot)

            for row, before, _ in snapshots do
                let last = nonNull before.Last
                Law.equal (RowHead.after before last.Fact) (RowHead.after before row.Fact)

            Law.met [ "snapshot", not snapshots.IsEmpty ])

    [<Fact>]
    member _.``a rollback that cannot be read is one that somebody has to look at``() =
        let status (payload: byte[] | null) =
            (RowFormat.HeadOf(
                RowKind.RollbackFinished,
                null,
                OptionalBytes.Of(
                    match payload with
                    | null -> Nullable()
                    | bytes -> Nullable(ReadOnlyMemory bytes)
                )
            ))
                .Status

        Law.equal RowStatus.RollbackFailed (status null)
        Law.equal RowStatus.RollbackFailed (status [| 255uy |])
        Law.equal RowStatus.Cancelled (status (ErrorFormat.toBytes (CanoError.Of Fault.Cancelled)))
        Law.equal RowStatus.RolledBack (status (ErrorFormat.toBytes (CanoError.Generic "disk")))
        Assert.False(RowStatuses.isSettled RowStatus.RollbackFailed)
