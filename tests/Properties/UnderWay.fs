namespace Cano.Properties

open Cano
open Cano.Kernel
open Cano.Model
open global.Xunit
open global.Xunit.Abstractions

/// Cursors, and rollbacks that run out of time.
type UnderWay(output: ITestOutputHelper) =
    inherit Laws(output)

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

            let running =
                played.Moments |> List.map _.After.Run |> List.filter _.Phase.IsRunning

            for run in running do
                let stopping = (Play.step played.Plan run RunEvent.CancelRequested).Run
                let event = RunEvent.Answered(run.Visit, Answer.Advanced [| 7uy |])
                let recording = Play.step played.Plan stopping event

                match recording.Start with
                | Effect.Append row -> Law.equal (Fact.CursorAdvanced [| 7uy |]) row.Fact
                | effect -> Assert.Fail $"%A{effect} instead of a cursor's row."

                let failed = Play.step played.Plan recording.Run RunEvent.RowAppended
                Law.equal [| 7uy |] (nonNull failed.Run.Durable.Cursor).Value

                match failed.Start with
                | Effect.Finish(Outcome.Failed error) -> Law.equal cause.Fault error.Fault
                | Effect.Append row -> Assert.True row.Fact.IsRollbackStarted
                | effect -> Assert.Fail $"%A{effect} instead of an end."

            Law.met [ "journaled", not running.IsEmpty ])

    [<Law(2_000)>]
    member law.``a rollback out of time ends the run, and a resume goes on with what is not undone``
        ()
        =
        law.Holds [ "several left" ] Scenarios.sagas (fun scenario ->
            let played = Play.scenario { scenario with Journaled = true }

            let undoing =
                played.Moments |> List.map _.After.Run |> List.filter _.Phase.IsUndoing

            for run in undoing do
                for overdue in [ true; false ] do
                    let after = Play.step played.Plan run (RunEvent.RollbackTimedOut overdue)
                    Law.equal run.Durable after.Run.Durable
                    let ended = after.Run
                    Assert.False(Run.isSettled &ended)

                    match after.Start with
                    | Effect.Finish(Outcome.Failed error) ->
                        let orphans =
                            error.Errors |> Seq.filter _.Fault.IsOrphanedCompensation |> Seq.length

                        let late = if overdue then 1 else 0
                        Law.equal (run.Durable.Undo.Length - late) orphans
                    | effect -> Assert.Fail $"%A{effect} instead of an end."

                let rows =
                    played.Rows |> List.filter (fun row -> row.Sequence < run.Durable.Sequence)

                let resumed =
                    Play.step played.Plan (Play.recover played.Plan rows) RunEvent.Resumed

                Law.equal (Effect.Compensate run.Durable.Undo.Head) resumed.Start

            Law.met [
                "several left", undoing |> List.exists (fun run -> run.Durable.Undo.Length > 1)
            ])
