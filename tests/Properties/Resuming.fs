namespace Cano.Properties

open Cano
open Cano.Kernel
open Cano.Model
open global.Xunit
open global.Xunit.Abstractions

/// A crash anywhere loses nothing that was written.
type Resuming(output: ITestOutputHelper) =
    inherit Laws(output)

    /// The moments at which a row had just become durable, with all rows up to it.
    let cuts (played: Played) =
        played.Moments
        |> List.choose (fun moment ->
            match moment.Event, moment.Before.Phase with
            | RunEvent.RowAppended, Phase.Appending(row, _) -> Some(moment, row)
            | _ -> None)
        |> List.map (fun (moment, row) ->
            moment, row, played.Rows |> List.filter (fun other -> other.Sequence <= row.Sequence))

    let appended (effect: Effect) =
        match effect with
        | Effect.Append(row, _) -> row
        | effect -> failwith $"A row is owed, not %A{effect}."

    /// What a state's work is once its row is durable.
    let begins (plan: Plan) (run: Run) =
        match DurableState.wokenBy run.Visit run.Durable, Answers.stepOf plan run.State with
        | null, Some(StepKind.Split _) -> Effect.RunSplit run.State
        | null, _ -> Effect.RunTask run.State
        | row, _ -> Effect.Continue(run.State, row.Fact)

    /// After a snapshot, if one is due.
    let summed (plan: Plan) (after: Transition) =
        match after.Start with
        | Effect.Append(row, _) when row.Fact.IsSnapshot ->
            Play.step plan after.Run RunEvent.RowAppended
        | _ -> after

    let underWay (run: Run) =
        DurableState.underWayOf run.Visit run.Durable

    let fanOut (run: Run) =
        match DurableState.fanOutOf run.Visit run.Durable with
        | null -> failwith "A visit with children remembers none."
        | fan -> fan

    let owesEnd (run: Run) (after: Transition) =
        match underWay run with
        | [] when run.Durable.Undo.IsEmpty ->
            Assert.True((appended after.Start).Fact.IsRollbackFinished)
        | [] -> Assert.True((appended after.Start).Fact.IsRollbackStarted)
        | _ -> Law.equal (Effect.RecallChildren(fanOut run)) after.Start

    /// What its children or branches are given is listed anew.
    let isToBeListed (plan: Plan) (run: Run) =
        let join =
            match Answers.stepOf plan run.State with
            | Some(StepKind.Children children) -> children.Join
            | _ -> null

        match join, DurableState.fanOutOf run.Visit run.Durable with
        | NonNull join, NonNull { Listing = NonNull listing } ->
            join.Timeout.HasValue && not listing.Due.HasValue
        | NonNull _, NonNull _ -> true
        | _ -> false

    /// Journaled branches run, or none of them any more where their join is decided.
    let owesBranches (run: Run) (after: Transition) =
        if isNull run.Durable.Cancel then
            Assert.True after.Start.IsRunBranches
            Law.equal after.Run.Phase.IsJoining after.Stop
        else
            owesEnd run after

    /// A visit with children begins another one, waits for those that are under way, does without
    /// them, or goes on when none is.
    let owesChildren (run: Run) (after: Transition) =
        match after.Start, underWay run with
        | _ when not (isNull run.Durable.Cancel) -> owesEnd run after
        | Effect.NameChild(_, index, _), underWay ->
            Assert.DoesNotContain(index, underWay |> List.map _.Child.Index)
        | (Effect.AwaitChildren children | Effect.RecallChildren children), underWay ->
            Assert.NotEmpty underWay
            Law.equal (fanOut run) children
        | Effect.Continue _, underWay -> Assert.Empty underWay
        | Effect.Append(row, _), _ when row.Fact.IsChildStarted -> ()
        | Effect.Append(row, _), underWay ->
            Assert.Empty underWay
            Assert.True(row.Fact.IsFailed || row.Fact.IsRollbackStarted)
        | effect, _ -> Assert.Fail $"%A{effect} after the rows of children."

    let owesFanOut (plan: Plan) (run: Run) (after: Transition) =
        match Answers.stepOf plan run.State with
        | Some(StepKind.Split _) -> owesBranches run after
        | _ -> owesChildren run after

    let owesEntry (plan: Plan) (row: Row) (split: SplitEnding | null) (after: Transition) =
        let entry = appended after.Start
        Law.equal (Fact.StateEntered split) entry.Fact

        Law.equal
            (row.State, row.Visit, row.Sequence + 1L)
            (entry.State, entry.Visit, entry.Sequence)

        let work = summed plan (Play.step plan after.Run RunEvent.RowAppended)

        match DurableState.fanOutOf row.Visit work.Run.Durable with
        | NonNull _ when not (isToBeListed plan work.Run) -> owesFanOut plan work.Run work
        | _ -> Law.equal (begins plan work.Run) work.Start

        Law.equal (row.State, 1) (plan.NameOf work.Run.State, work.Run.Attempt)

    let owesEntryOf (plan: Plan) (row: Row) next (after: Transition) =
        let node = plan.Nodes[plan.NumberOf next]

        Law.equal
            (next, row.Visit + 1L, 1)
            (plan.NameOf after.Run.State, after.Run.Visit, after.Run.Attempt)

        if node.LeavesRow then
            let entry = appended after.Start
            Law.equal (next, row.Visit + 1L) (entry.State, entry.Visit)

            Law.equal
                (if node.IsExit then
                     Fact.Finished
                 else
                     Fact.StateEntered null)
                entry.Fact
        else
            Law.equal (begins plan after.Run) after.Start

    /// The step's next state, or its undoing when declared edges do not allow it.
    let owesNext (plan: Plan) (row: Row) next (after: Transition) =
        match plan.Nodes[plan.NumberOf row.State].Allowed with
        | NonNull ways when not (Array.contains (plan.NumberOf next) ways) ->
            Assert.True((appended after.Start).Fact.IsRollbackStarted)
        | _ -> owesEntryOf plan row next after

    let owesWait (plan: Plan) (wait: Suspension) (after: Transition) =
        let until =
            if wait.Due.HasValue then
                WaitEnd.At wait.Due.Value
            else
                WaitEnd.Open

        Law.equal (Effect.Wait until) after.Start

        let work =
            Play.step plan after.Run (RunEvent.Answered(after.Run.Visit, Answer.Woken))

        if not wait.Due.HasValue then
            Law.equal after.Run work.Run
        elif wait.FailedAttempt = 0 then
            Law.equal
                (Effect.Continue(work.Run.State, Fact.WaitStarted wait), wait.Attempt)
                (work.Start, work.Run.Attempt)
        else
            Law.equal (begins plan work.Run, wait.FailedAttempt + 1) (work.Start, work.Run.Attempt)

    let owesUndo (undo: UndoEntry list) (after: Transition) =
        match undo with
        | newest :: _ -> Law.equal (Effect.Compensate newest) after.Start
        | [] -> Assert.True((appended after.Start).Fact.IsRollbackFinished)

    /// The table: what a run owes, by its last row.
    let rec owes (plan: Plan) (run: Run) (row: Row) (after: Transition) =
        match row.Fact with
        | Fact.StateEntered _
        | Fact.CursorAdvanced _
        | Fact.SignalTaken _
        | Fact.Failed(_, null) ->
            owesEntry plan row (DurableState.splitOf row.Visit run.Durable) after
        | Fact.StepCompleted(next, _) -> owesNext plan row next after
        | Fact.Failed(_, next) -> owesNext plan row (nonNull next) after
        | Fact.WaitStarted wait -> owesWait plan wait after
        | Fact.RollbackStarted _
        | Fact.Compensated _ -> owesUndo run.Durable.Undo after
        | Fact.Finished ->
            let exit = Outcome.Completed(plan.NumberOf row.State)
            Law.equal (Effect.Finish exit) after.Start
        | Fact.RollbackFinished outcome ->
            Law.equal (Effect.Finish(Outcome.Failed outcome)) after.Start
        | Fact.CancelRequested _ -> owesEnd run after
        | Fact.ChildStarted _
        | Fact.ChildEnded _
        | Fact.BranchesListed _
        | Fact.BranchCompleted _ -> owesFanOut plan run after
        | Fact.Snapshot whole ->
            match whole.Last with
            | null -> Assert.Fail "A snapshot follows a row."
            // The fresh entry comes after the snapshot.
            | last -> owes plan run { last with Sequence = row.Sequence } after

    /// What a store must keep of a run's rows.
    let sinceSnapshot (rows: Row list) =
        match rows |> List.tryFindIndexBack _.Fact.IsSnapshot with
        | Some newest -> List.skip newest rows
        | None -> rows

    let kind (row: Row) = string (Fact.kind row.Fact)

    let kinds = [
        "StateEntered"
        "StepCompleted"
        "CursorAdvanced"
        "WaitStarted"
        "RollbackStarted"
        "Compensated"
        "RollbackFinished"
        "Finished"
        "Failed"
        "ChildStarted"
        "ChildEnded"
        "BranchesListed"
        "BranchCompleted"
        "Snapshot"
    ]

    [<Law(10_000)>]
    member law.``a run cut after any row remembers what it lived, and owes what its last row says``
        ()
        =
        law.Holds kinds Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario

            for moment, row, rows in cuts played do
                let recovered = Play.recover played.Plan rows
                Law.equal moment.After.Run.Durable recovered.Durable
                owes played.Plan recovered row (Play.step played.Plan recovered RunEvent.Resumed)

            played.Rows |> List.map kind)

    [<Law(10_000)>]
    member law.``a resumed run that was not asked to stop owes what the live one started``() =
        let same = [ "StepCompleted"; "WaitStarted"; "RollbackStarted"; "Compensated"; "Finished" ]

        law.Holds same Scenarios.undisturbed (fun scenario ->
            let played = Play.scenario { scenario with Journaled = true }

            // After an entry, a cursor or a signal a resumed run first writes a fresh row.
            let cuts =
                cuts played
                |> List.filter (fun (_, row, _) ->
                    let fact = (Stored.told row).Fact

                    not (
                        fact.IsStateEntered
                        || fact.IsCursorAdvanced
                        || fact.IsSignalTaken
                        || fact.IsFailed
                    ))

            // A refused edge is a failure in the live run; that is a law of its own.
            let unrefused =
                cuts
                |> List.filter (fun (moment, _, _) ->
                    match moment.Before.Phase with
                    | Phase.Appending(_, null) -> true
                    | _ -> false)

            for moment, _, rows in unrefused do
                let live = summed played.Plan moment.After

                let resumed =
                    Play.step played.Plan (Play.recover played.Plan rows) RunEvent.Resumed

                match live.Start, resumed.Start with
                // The task of a rollback's rows is told only while its state is the visited one.
                | Effect.Append(live, _), Effect.Append(resumed, _) ->
                    Law.equal { live with Task = "" } { resumed with Task = "" }
                | live, resumed -> Law.equal live resumed

            unrefused |> List.map (fun (_, row, _) -> kind row))

    [<Law(5_000)>]
    [<Trait("ID", "Y15")>]
    member law.``without the rows before its newest snapshot a run is the same``() =
        law.Holds [ "Snapshot"; "rows after it" ] Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario

            for _, _, rows in cuts played do
                let kept = sinceSnapshot rows
                Law.equal (Play.recover played.Plan rows) (Play.recover played.Plan kept)

            let kept = sinceSnapshot played.Rows

            Law.met [
                "Snapshot", kept.Length < played.Rows.Length
                "rows after it", kept.Length > 1 && kept.Head.Fact.IsSnapshot
            ])

    [<Law(5_000)>]
    [<Trait("ID", "Y15")>]
    member law.``a run leaves a snapshot as soon as so many rows have gathered``() =
        law.Holds [ "Snapshot" ] Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario
            let every = scenario.Definition.SnapshotEvery

            let beforeFailures =
                played.Rows
                |> List.pairwise
                |> List.filter (fun (_, next) -> next.Fact.IsFailed)
                |> List.map (fun (row, _) -> row.Sequence)

            let isSplitFromNext (row: Row) =
                scenario.Interrupt.IsSome
                || List.contains (int row.Sequence) scenario.Crashes
                || List.contains row.Sequence beforeFailures

            let gathered (count: int, isDue: bool) (row: Row) =
                let fits =
                    row.Fact.IsStateEntered || row.Fact.IsCursorAdvanced || row.Fact.IsWaitStarted

                if row.Fact.IsSnapshot then
                    Assert.True(count >= every, $"A snapshot after only {count} rows.")
                    Law.equal (withNull (Play.startOf scenario)) row.Start
                    0, false
                else
                    Assert.False(isDue, $"No snapshot after {count} rows.")
                    count + 1, fits && count + 1 >= every && not (isSplitFromNext row)

            played.Rows |> List.fold gathered (0, false) |> ignore
            played.Rows |> List.map kind)

    [<Law(5_000)>]
    [<Trait("ID", "Y15")>]
    member law.``a snapshot keeps the newest 64 states of the path``() =
        law.Holds [ "Snapshot" ] Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario

            for row in played.Rows do
                match row.Fact with
                | Fact.Snapshot whole ->
                    let entered =
                        played.Rows
                        |> List.filter (fun before ->
                            before.Fact.IsStateEntered && before.Sequence < row.Sequence)
                        |> List.distinctBy _.Visit
                        |> List.map _.State
                        |> List.rev

                    Law.equal (List.truncate 64 entered) whole.Path
                | _ -> ()

            played.Rows |> List.map kind)

    [<Law(2_000)>]
    [<Trait("ID", "Y14"); Trait("ID", "Y21")>]
    member law.``a hole, a duplicate, and no rows at all are refused and never skipped``() =
        law.Holds [ "hole"; "duplicate" ] Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario
            // Rows before the newest snapshot are not needed.
            let rows = sinceSnapshot played.Rows |> List.map Stored.copied

            let isSummed =
                (List.tryHead played.Rows) <> None && rows.Length < played.Rows.Length

            let first = if isSummed then 1 else 0

            let refused rows =
                match Recovery.recover played.Plan "run-7" (Array.ofList rows) with
                | Recovered.Found _ -> Assert.Fail "Damage was skipped."
                | Recovered.Refused error ->
                    Assert.Equal("checkpoint_store", error.Category)
                    Assert.Contains("run-7", error.Message)

            refused []

            for i in first .. rows.Length - 2 do
                refused (List.removeAt i rows)

            for i in first .. rows.Length - 1 do
                refused (List.insertAt i rows[i] rows)

            Law.met [ "hole", rows.Length > 1; "duplicate", rows.Length > 0 ])

    [<Law(1_000)>]
    [<Trait("ID", "E12")>]
    member law.``the order in which a store gives the rows does not matter``() =
        law.Holds [ "several" ] Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario

            if not played.Rows.IsEmpty then
                Law.equal
                    (Play.recover played.Plan played.Rows)
                    (Play.recover played.Plan (List.rev played.Rows))

            Law.met [ "several", played.Rows.Length > 1 ])
