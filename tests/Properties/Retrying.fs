namespace Cano.Properties

open Cano
open Cano.Kernel
open global.Xunit
open global.Xunit.Abstractions

/// A run that has failed, and is tried again.
type Retrying(output: ITestOutputHelper) =
    inherit Laws(output)

    [<Law(5_000)>]
    [<Trait("ID", "S7")>]
    member law.``a failure with nothing to undo is the run's newest row, and a resume begins its visit anew``
        ()
        =
        law.Holds [ "failed" ] Scenarios.undisturbed (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = true
                        Crashes = []
                }

            match played.End.Phase, List.tryLast played.Rows with
            | Phase.Ended(Outcome.Failed error), Some({ Fact = Fact.Failed(told, _) } as row) ->
                Law.equal error told
                Law.equal RowStatus.Failed (played.Status)
                let run = played.End
                Assert.False(Run.isSettled &run)
                let recovered = Play.recover played.Plan played.Rows

                for event in [ RunEvent.Resumed; RunEvent.Retried ] do
                    match (Play.step played.Plan recovered event).Start with
                    | Effect.Append(again, _) ->
                        Assert.True again.Fact.IsStateEntered
                        Law.equal (row.State, row.Visit) (again.State, again.Visit)
                    | effect -> Assert.Fail $"%A{effect} instead of the visit's row."

                [
                    "failed"
                    if not (played.LeavesRow played.End) then
                        "a router"
                ]
            | Phase.Ended(Outcome.Failed _), Some row ->
                Assert.True row.Fact.IsRollbackFinished
                []
            | _ -> [])

    [<Law(5_000)>]
    [<Trait("ID", "S7")>]
    member law.``a retry tries what could not be undone again, newest first, and nothing that was``
        ()
        =
        law.Holds [ "one failed" ] Scenarios.undisturbedSagas (fun scenario ->
            let played = Play.scenario { scenario with Journaled = true }

            let failed =
                played.Moments
                |> List.choose (fun moment ->
                    match moment.Event, moment.Before.Phase with
                    | RunEvent.CompensationFailed _, Phase.Undoing(entry, _) -> Some entry
                    | _ -> None)

            let rec tried (run: Run) (event: RunEvent) =
                let after = Play.step played.Plan run event

                match after.Start with
                | Effect.Append _ -> tried after.Run RunEvent.RowAppended
                | Effect.Compensate entry ->
                    let rest, last = tried after.Run RunEvent.CompensationSucceeded
                    entry :: rest, last
                | _ -> [], after.Run

            if not failed.IsEmpty then
                let again, ended = tried (Play.recover played.Plan played.Rows) RunEvent.Retried

                Law.equal failed again

                match ended.Durable.Last with
                | NonNull last ->
                    Law.equal RowStatus.RolledBack (RowHead.after ended.Durable last.Fact).Status
                | _ -> Assert.Fail "The retry left no row."

            Law.met [ "several failed", failed.Length > 1; "one failed", failed.Length = 1 ])

    [<Law(5_000)>]
    [<Trait("ID", "S5"); Trait("ID", "S7")>]
    member law.``a cancel that comes while a retry's first row is written is not forgotten``() =
        law.Holds [ "failed" ] Scenarios.undisturbed (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = true
                        Crashes = []
                }

            let request = {
                Reason = "they changed their mind"
                RequestedAt = Answers.epoch
            }

            let rec rowsFrom (after: Transition) =
                let next event =
                    rowsFrom (Play.step played.Plan after.Run event)

                match after.Start with
                | Effect.Append(row, _) -> row :: next RunEvent.RowAppended
                | Effect.RecallChildren children ->
                    let ending =
                        ChildAnswers.ending
                            RowStatus.Cancelled
                            (FanOut.underWay children).Head.Child.Index

                    let answer = Answer.WokenBy(Fact.ChildEnded ending)
                    next (RunEvent.Answered(after.Run.Visit, answer))
                | Effect.Finish(Outcome.Failed error) ->
                    Law.equal "cancelled" error.Category
                    []
                | effect -> failwith $"%A{effect} instead of the end."

            match played.End.Phase, List.tryLast played.Rows with
            | Phase.Ended(Outcome.Failed _), Some { Fact = Fact.Failed _ } ->
                let recovered = Play.recover played.Plan played.Rows

                for event in [ RunEvent.Resumed; RunEvent.Retried ] do
                    let begun = Play.step played.Plan recovered event
                    let asked = Play.step played.Plan begun.Run (RunEvent.CancelRequested request)
                    Assert.True asked.Start.IsAwait

                    match rowsFrom (Play.step played.Plan asked.Run RunEvent.RowAppended) with
                    | first :: later ->
                        Law.equal (Fact.CancelRequested request) first.Fact
                        Assert.True((List.last later).Fact.IsRollbackFinished)
                    | [] -> Assert.Fail "The run ended without a row of its cancel."

                [
                    "failed"
                    if not (played.LeavesRow played.End) then
                        "a router"
                ]
            | _ -> [])
