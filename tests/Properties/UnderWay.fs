namespace Cano.Properties

open Cano
open Cano.Kernel
open Cano.Model
open global.Xunit
open global.Xunit.Abstractions

/// Cursors, and rollbacks that run out of time.
type UnderWay(output: ITestOutputHelper) =
    inherit Laws(output)

    let appended (effect: Effect) =
        match effect with
        | Effect.Append(row, _) -> row
        | effect -> failwith $"A row is owed, not %A{effect}."

    [<Law(2_000)>]
    [<Trait("ID", "L10")>]
    member law.``after a cursor the same visit goes on, and its attempts start at 1 again``() =
        law.Holds [] Scenarios.any (fun scenario ->
            let scenario = {
                scenario with
                    Journaled = scenario.Choices.Length % 2 = 0
            }

            let played = Play.scenario scenario

            let goesOn (moment: Moment) =
                match moment.Event, moment.Before.Phase with
                | RunEvent.RowAppended, Phase.Appending(row, null) ->
                    // A snapshot may come before the next step.
                    (Stored.told row).Fact.IsCursorAdvanced && not moment.After.Start.IsAppend
                | RunEvent.Answered(_, Answer.Advanced _), Phase.Running -> not scenario.Journaled
                | _ -> false

            let steps = played.Moments |> List.filter goesOn

            for moment in steps do
                let before, after = moment.Before, moment.After
                Law.equal (Effect.RunTask before.State) after.Start
                Law.equal (before.Visit, 1) (after.Run.Visit, after.Run.Attempt)

            Law.met [
                "journaled", scenario.Journaled && not steps.IsEmpty
                "in memory", not scenario.Journaled && not steps.IsEmpty
            ])

    [<Law(2_000)>]
    member law.``a step that advances while stopping leaves its cursor, and then the run fails``() =
        law.Holds [ "journaled" ] Scenarios.journaled (fun scenario ->
            let played = Play.scenario scenario
            let cause = CanoError.Of Fault.Cancelled

            let hasNoChildren (run: Run) =
                (DurableState.underWayOf run.Visit run.Durable).IsEmpty

            let running =
                played.Moments
                |> List.map _.After.Run
                |> List.filter (fun run -> run.Phase.IsRunning && hasNoChildren run)

            for run in running do
                let stopping = (Play.step played.Plan run RunEvent.CallerCancelled).Run
                let event = RunEvent.Answered(run.Visit, Answer.Advanced [| 7uy |])
                let recording = Play.step played.Plan stopping event

                match recording.Start with
                | Effect.Append(row, _) -> Law.equal (Fact.CursorAdvanced [| 7uy |]) row.Fact
                | effect -> Assert.Fail $"%A{effect} instead of a cursor's row."

                let failed = Play.step played.Plan recording.Run RunEvent.RowAppended
                Law.equal [| 7uy |] (nonNull failed.Run.Durable.Cursor).Value

                match failed.Start with
                | Effect.Finish(Outcome.Failed error) -> Law.equal cause.Fault error.Fault
                | Effect.Append(row, _) -> Assert.True row.Fact.IsRollbackStarted
                | effect -> Assert.Fail $"%A{effect} instead of an end."

            Law.met [ "journaled", not running.IsEmpty ])

    [<Law(2_000)>]
    [<Trait("ID", "S7")>]
    member law.``a rollback out of time ends the run with a row, and a retry goes on with what is left``
        ()
        =
        law.Holds [ "several left" ] Scenarios.sagas (fun scenario ->
            let played = Play.scenario { scenario with Journaled = true }

            let undoing =
                played.Moments |> List.map _.After.Run |> List.filter _.Phase.IsUndoing

            for run in undoing do
                for overdue in [ true; false ] do
                    let late = Play.step played.Plan run (RunEvent.RollbackTimedOut overdue)
                    let row = appended late.Start
                    let after = Play.step played.Plan late.Run RunEvent.RowAppended
                    let ended = after.Run
                    Assert.False(Run.isSettled &ended)

                    match row.Fact, after.Start with
                    | Fact.RollbackFinished told, Effect.Finish(Outcome.Failed error) ->
                        Law.equal told error

                        let orphans =
                            error.Errors |> Seq.filter _.Fault.IsOrphanedCompensation |> Seq.length

                        Law.equal (run.Durable.Undo.Length - (if overdue then 1 else 0)) orphans
                    | end' -> Assert.Fail $"%A{end'} instead of an end."

                    let rows =
                        played.Rows |> List.filter (fun row -> row.Sequence < run.Durable.Sequence)

                    let retried =
                        Play.step
                            played.Plan
                            (Play.recover played.Plan (rows @ [ row ]))
                            RunEvent.Retried

                    Assert.True((appended retried.Start).Fact.IsRollbackStarted)
                    let again = Play.step played.Plan retried.Run RunEvent.RowAppended

                    match again.Start with
                    | Effect.Compensate entry ->
                        Assert.Contains(entry, run.Durable.NotUndone @ run.Durable.Undo)
                    | effect -> Assert.Fail $"%A{effect} instead of a compensation."

            Law.met [
                "several left", undoing |> List.exists (fun run -> run.Durable.Undo.Length > 1)
            ])
