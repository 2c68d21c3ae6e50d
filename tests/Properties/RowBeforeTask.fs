namespace Cano.Properties

open Cano
open Cano.Kernel
open Cano.Model
open global.Xunit
open global.Xunit.Abstractions

/// Write first, then act.
type RowBeforeTask(output: ITestOutputHelper) =
    inherit Laws(output)

    let begins (moment: Moment) =
        match moment.After.Start with
        | Effect.RunTask state
        | Effect.Continue(state, _)
        | Effect.RunSplit state -> Some(moment, state)
        | _ -> None

    /// The rows that were durable once the moment's event had happened, newest first.
    let durable (played: Played) (moment: Moment) =
        played.Rows
        |> List.filter (fun row -> row.Sequence < moment.After.Run.Durable.Sequence)
        |> List.rev

    /// A row from which a crash here would begin this very attempt.
    let owes (plan: Plan) (run: Run) (row: Row) =
        match (Stored.told row).Fact with
        | Fact.StateEntered _
        | Fact.SignalTaken _
        | Fact.CursorAdvanced _ -> row.Visit = run.Visit && row.State = plan.NameOf run.State
        // What follows children is owed when none of them is under way.
        | Fact.ChildEnded _
        | Fact.BranchesListed _ ->
            row.Visit = run.Visit && (DurableState.underWayOf run.Visit run.Durable).IsEmpty
        | Fact.WaitStarted wait -> row.Visit = run.Visit && wait.FailedAttempt < run.Attempt
        | _ -> false

    [<Law(10_000)>]
    [<Trait("ID", "D2")>]
    member law.``in a journaled run no task starts before the row that owes it is durable``() =
        law.Holds
            [
                "first attempt"
                "retry"
                "split"
                "cursor"
                "timer"
                "journaled retry"
                "after a crash"
            ]
            Scenarios.journaled
            (fun scenario ->
                let played = Play.scenario scenario
                let starts = List.choose begins played.Moments

                let leaveRows =
                    starts
                    |> List.filter (fun (moment, state) ->
                        played.Plan.Nodes[state].LeavesRow || moment.After.Run.Visit = 0L)

                for moment, state in leaveRows do
                    let owed =
                        match (played.Plan.Node state).Durability with
                        | Durability.Durable -> durable played moment |> List.tryHead
                        // Its row is in its place.
                        | Durability.Deferred -> Option.ofObj moment.After.Run.Durable.Last

                    Assert.True(owed |> Option.exists (owes played.Plan moment.After.Run))

                Law.met [
                    "first attempt",
                    leaveRows |> List.exists (fun (m, _) -> m.After.Run.Attempt = 1)
                    "retry", leaveRows |> List.exists (fun (m, _) -> m.After.Run.Attempt > 1)
                    "split", leaveRows |> List.exists (fun (m, _) -> m.After.Start.IsRunSplit)
                    "cursor", played.Rows |> List.exists _.Fact.IsCursorAdvanced
                    "timer", leaveRows |> List.exists (fun (m, _) -> m.After.Start.IsContinue)
                    "journaled retry",
                    played.Rows
                    |> List.exists (fun row ->
                        match row.Fact with
                        | Fact.WaitStarted wait -> wait.FailedAttempt > 0
                        | _ -> false)
                    "after a crash", played.Moments |> List.exists _.Event.IsResumed
                ])

    [<Law(10_000)>]
    [<Trait("ID", "D2")>]
    member law.``a first attempt starts as the answer to its own row or cursor and to nothing else``
        ()
        =
        law.Holds [ "entry" ] Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario

            let first =
                List.choose begins played.Moments
                |> List.filter (fun (moment, state) ->
                    played.Plan.Nodes[state].LeavesRow
                    && moment.After.Run.Attempt = 1
                    && not moment.After.Start.IsContinue)

            for moment, state in first do
                match moment.Event, moment.Before.Phase with
                | (RunEvent.RowAppended | RunEvent.RowAccepted), Phase.Appending(row, null) ->
                    if moment.Event.IsRowAccepted then
                        Assert.Equal(Durability.Deferred, (played.Plan.Node state).Durability)

                    let fact = (Stored.told row).Fact
                    Assert.True(fact.IsStateEntered || fact.IsCursorAdvanced)
                | event, phase -> Assert.Fail $"%A{event} in %A{phase} began a task."

            Law.met [ "entry", not first.IsEmpty ])

    [<Law(2_000)>]
    [<Trait("ID", "D3"); Trait("ID", "D10")>]
    member law.``rows are dense from 0, carry the version, and only row 0 and snapshots the workflow's name``
        ()
        =
        law.Holds [ "many rows" ] Scenarios.journaled (fun scenario ->
            let rows = (Play.scenario scenario).Rows
            Law.equal [ 0L .. int64 rows.Length - 1L ] (rows |> List.map _.Sequence)

            for row in rows do
                Law.equal 3u row.Version
                let isFirst = row.Sequence = 0L || row.Fact.IsSnapshot
                Law.equal (if isFirst then withNull (Play.startOf scenario) else null) row.Start

            Law.met [ "many rows", rows.Length > 5 ])

    [<Law(2_000)>]
    [<Trait("ID", "D4")>]
    member law.``a router leaves no row, takes no sequence number, and is a visit all the same``() =
        law.Holds [ "router" ] Scenarios.journaled (fun scenario ->
            // The first state of a run has its row, whatever it is.
            let played = Play.scenario scenario

            let isRouter (name: string) =
                played.Plan.Nodes
                |> Seq.exists (fun node -> node.Name = name && not node.LeavesRow)

            // A visit that is under way may have rows: its failure, with what a split before it
            // came to, and an entry when it is resumed behind those.
            for moment in played.Moments do
                match moment.After.Start, moment.Event with
                | Effect.Append(row, _), event when isRouter row.State && row.Visit > 0L ->
                    Law.equal moment.Before.Visit row.Visit

                    match event, moment.Before.Phase with
                    | RunEvent.Answered(_, Answer.Succeeded next), Phase.Running ->
                        match (played.Plan.Node moment.Before.State).Allowed with
                        | null -> Assert.Fail $"A choice that was free left %A{row}."
                        | allowed -> Assert.DoesNotContain(next.State, allowed)
                    | _ -> ()
                | _ -> ()

            let entered =
                List.choose begins played.Moments
                |> List.exists (fun (_, state) -> isRouter (played.Plan.NameOf state))

            Law.met [ "router", entered ])

    [<Law(2_000)>]
    [<Trait("ID", "T1")>]
    member law.``a run begins with the row of its first state, which tells of its start, a router's too``
        ()
        =
        law.Holds [ "router" ] Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario

            for moment, state in List.choose begins played.Moments do
                match played.Rows with
                | first :: _ when moment.After.Run.Visit = 0L ->
                    Law.equal (Fact.StateEntered null) first.Fact

                    Law.equal
                        (0L, 0L, played.Plan.NameOf state)
                        (first.Sequence, first.Visit, first.State)

                    Law.equal (withNull (Play.startOf scenario)) first.Start
                // It went with the process, or another work than that of the first state begins.
                | _ -> ()

            Law.met [
                "router",
                played.Rows
                |> List.exists (fun row ->
                    row.Sequence = 0L
                    && not played.Plan.Nodes[played.Plan.NumberOf row.State].LeavesRow)
            ])

    [<Law(1_000)>]
    [<Trait("ID", "D17")>]
    member law.``a run without a journal appends nothing``() =
        law.Holds [] Scenarios.any (fun scenario ->
            let played = Play.scenario { scenario with Journaled = false }
            Assert.DoesNotContain(played.Moments, fun moment -> moment.After.Start.IsAppend)
            [])
