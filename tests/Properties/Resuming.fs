namespace Cano.Properties

open Cano
open Cano.Kernel
open Cano.Model
open Xunit
open Xunit.Abstractions

/// A crash anywhere loses nothing that was written.
type Resuming(output: ITestOutputHelper) =

    /// The moments at which a row had just become durable, with all rows up to it.
    let cuts (played: Played) =
        played.Moments
        |> List.choose (fun moment ->
            match moment.Event, moment.Before.Phase with
            | RunEvent.RowAppended, Phase.Recording(row, _) -> Some(moment, row)
            | _ -> None)
        |> List.map (fun (moment, row) ->
            moment, row, played.Rows |> List.filter (fun other -> other.Sequence <= row.Sequence))

    let appended (effect: Effect) =
        match effect with
        | Effect.Append row -> row
        | effect -> failwith $"A row is owed, not %A{effect}."

    /// What a state's work is once its row is durable.
    let begins (plan: Plan) (run: Run) =
        match plan.Nodes[run.State].Step with
        | NonNull(Step.Split _) -> Effect.RunSplit run.State
        | _ -> Effect.RunTask run.State

    let owesEntry (plan: Plan) (row: Row) (split: SplitResult | null) (after: Transition) =
        let entry = appended after.Start
        Law.equal (Fact.StateEntered split) entry.Fact

        Law.equal
            (row.State, row.Visit, row.Sequence + 1L)
            (entry.State, entry.Visit, entry.Sequence)

        let work = Play.step plan after.Run RunEvent.RowAppended
        Law.equal (begins plan work.Run) work.Start
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
        match plan.Nodes[plan.NumberOf row.State].Ways with
        | NonNull ways when not ways[plan.NumberOf next] ->
            Assert.True((appended after.Start).Fact.IsRollbackStarted)
        | _ -> owesEntryOf plan row next after

    let owesWait (plan: Plan) (wait: Wait) (after: Transition) =
        Law.equal (Effect.WaitUntil wait.Due) after.Start
        let work = Play.step plan after.Run (RunEvent.DelayElapsed after.Run.Visit)

        if wait.FailedAttempt = 0 then
            Law.equal (Effect.RunAfterWait work.Run.State, 1) (work.Start, work.Run.Attempt)
        else
            Law.equal (begins plan work.Run, wait.FailedAttempt + 1) (work.Start, work.Run.Attempt)

    let owesUndo (undo: UndoEntry list) (after: Transition) =
        match undo with
        | newest :: _ -> Law.equal (Effect.Compensate newest) after.Start
        | [] -> Assert.True((appended after.Start).Fact.IsRollbackFinished)

    /// The table: what a run owes, by its last row.
    let owes (plan: Plan) (run: Run) (row: Row) (after: Transition) =
        match row.Fact with
        | Fact.StateEntered _
        | Fact.CursorAdvanced _ -> owesEntry plan row run.Memory.Split after
        | Fact.StepCompleted(next, _) -> owesNext plan row next after
        | Fact.WaitStarted wait -> owesWait plan wait after
        | Fact.RollbackStarted _
        | Fact.Compensated _ -> owesUndo run.Memory.Undo after
        | Fact.Finished ->
            let exit = Outcome.Completed(plan.NumberOf row.State)
            Law.equal (Effect.Finish exit) after.Start
        | Fact.RollbackFinished outcome ->
            Law.equal (Effect.Finish(Outcome.Failed outcome)) after.Start
        | Fact.Snapshot _ -> Assert.Fail "Nothing writes snapshots yet."

    let kind (row: Row) = string (RowFormat.kind row.Fact)

    let kinds = [
        "StateEntered"
        "StepCompleted"
        "CursorAdvanced"
        "WaitStarted"
        "RollbackStarted"
        "Compensated"
        "RollbackFinished"
        "Finished"
    ]

    [<Fact>]
    member _.``a run cut after any row remembers what it lived, and owes what its last row says``
        ()
        =
        Law.holds output 10_000 kinds Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario

            for moment, row, rows in cuts played do
                let recovered = Play.recover played.Plan rows
                Law.equal moment.After.Run.Memory recovered.Memory
                owes played.Plan recovered row (Play.step played.Plan recovered RunEvent.Resumed)

            played.Rows |> List.map kind)

    [<Fact>]
    member _.``a resumed run that was not asked to stop owes what the live one started``() =
        let same = [ "StepCompleted"; "WaitStarted"; "RollbackStarted"; "Compensated"; "Finished" ]

        Law.holds output 10_000 same Scenarios.undisturbed (fun scenario ->
            let played = Play.scenario { scenario with Journaled = true }

            // After an entry or a cursor a resumed run first writes a fresh row.
            let cuts =
                cuts played
                |> List.filter (fun (_, row, _) ->
                    not (row.Fact.IsStateEntered || row.Fact.IsCursorAdvanced))

            // A refused edge is a failure in the live run; that is a law of its own.
            let unrefused =
                cuts
                |> List.filter (fun (moment, _, _) ->
                    match moment.Before.Phase with
                    | Phase.Recording(_, null) -> true
                    | _ -> false)

            for moment, _, rows in unrefused do
                let resumed =
                    Play.step played.Plan (Play.recover played.Plan rows) RunEvent.Resumed

                match moment.After.Start, resumed.Start with
                // The task of a rollback's rows is told only while its state is the visited one.
                | Effect.Append live, Effect.Append resumed ->
                    Law.equal { live with Task = "" } { resumed with Task = "" }
                | live, resumed -> Law.equal live resumed

            unrefused |> List.map (fun (_, row, _) -> kind row))

    [<Fact>]
    member _.``a snapshot instead of the rows before it gives the same run``() =
        Law.holds
            output
            2_000
            [ "StepCompleted"; "Compensated" ]
            Scenarios.journaled
            (fun scenario ->
                let played = Play.scenario scenario

                for moment, row, rows in cuts played do
                    let snapshot = {
                        row with
                            Sequence = row.Sequence + 1L
                            Workflow = null
                            Fact = Fact.Snapshot moment.After.Run.Memory
                    }

                    let whole = Play.recover played.Plan (rows @ [ snapshot ])
                    let short = Play.recover played.Plan [ snapshot ]
                    Law.equal whole short

                    Law.equal
                        {
                            moment.After.Run.Memory with
                                Sequence = row.Sequence + 2L
                        }
                        short.Memory

                    Law.equal (Play.recover played.Plan rows).Visit short.Visit

                played.Rows |> List.map kind)

    [<Fact>]
    member _.``Y14 Y21 a hole, a duplicate, and no rows at all are refused and never skipped``() =
        Law.holds output 2_000 [ "hole"; "duplicate" ] Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario
            let rows = played.Rows |> List.map Stored.ofRow

            let refused rows =
                match Recovery.recover played.Plan "run-7" (Array.ofList rows) with
                | Recovered.Found _ -> Assert.Fail "Damage was skipped."
                | Recovered.Refused error ->
                    Assert.Equal("checkpoint_store", error.Category)
                    Assert.Contains("run-7", error.Message)

            refused []

            for i in 0 .. rows.Length - 2 do
                refused (List.removeAt i rows)

            for i in 0 .. rows.Length - 1 do
                refused (List.insertAt i rows[i] rows)

            Law.met [ "hole", rows.Length > 1; "duplicate", rows.Length > 0 ])

    [<Fact>]
    member _.``E12 the order in which a store gives the rows does not matter``() =
        Law.holds output 1_000 [ "several" ] Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario

            if not played.Rows.IsEmpty then
                Law.equal
                    (Play.recover played.Plan played.Rows)
                    (Play.recover played.Plan (List.rev played.Rows))

            Law.met [ "several", played.Rows.Length > 1 ])
