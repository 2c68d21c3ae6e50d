namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open global.Xunit
open global.Xunit.Abstractions

/// A compensation that failed is tried again, as its step's undo says.
type UndoRetries(output: ITestOutputHelper) =
    inherit Laws(output)

    let retries (plan: Plan) (entry: UndoEntry) = (plan.UndoRetry entry.State).Retries

    let rollback (played: Played) =
        played.Moments
        |> List.skipWhile (fun moment -> isNull moment.After.Run.Durable.Rollback)

    let isPausing (moment: Moment) = moment.After.Run.Phase.IsPausing

    /// Whoever asks for what: a run that waits to undo a step goes on with that. It can rest.
    let staysAsItIs (plan: Plan) (run: Run) =
        let request = {
            Reason = null
            RequestedAt = Answers.epoch
        }

        for asked in
            [
                RunEvent.CallerCancelled
                RunEvent.DeadlinePassed(TimeSpan.FromHours 2.0, TimeSpan.FromHours 1.0)
                RunEvent.CancelRequested request
                RunEvent.Resumed
            ] do
            let after = Play.step plan run asked
            Law.equal (run, Effect.Await, false) (after.Run, after.Start, after.Stop)

        if run.Journaled then
            let rests = Play.step plan run RunEvent.SuspendRequested
            Law.equal (Effect.Finish Outcome.Suspended) rests.Start

    [<Law(5_000)>]
    [<Trait("ID", "S8")>]
    member law.``nothing in a rollback leads forward, its waits, its crashes and its caller's second thoughts included``
        ()
        =
        law.Holds [ "waits" ] Scenarios.patientSagas (fun scenario ->
            let played = Play.scenario scenario
            let since = rollback played

            for moment in since do
                match moment.After.Start with
                | Effect.RunTask _
                | Effect.Continue _
                | Effect.RunSplit _
                | Effect.RunBranches _
                | Effect.NameChild _
                | Effect.AwaitChildren _
                | Effect.RecallChildren _
                | Effect.Flush
                | Effect.Finish(Outcome.Completed _) ->
                    Assert.Fail $"%A{moment.After.Start} began in a rollback."
                | Effect.Append({ Fact = fact }, _) ->
                    Assert.True(fact.IsWaitStarted || not (Fact.isForward fact) || fact.IsSnapshot)
                | Effect.Wait _ -> Assert.True(isPausing moment)
                | Effect.Compensate _
                | Effect.Finish _
                | Effect.Await -> ()

            for run in since |> List.filter isPausing |> List.map _.After.Run do
                staysAsItIs played.Plan run

            Law.met [ "waits", List.exists isPausing since ])

    [<Law(5_000)>]
    [<Trait("ID", "S8")>]
    member law.``a compensation is tried as often as its undo says, after a wait that a crash does not restart``
        ()
        =
        let cases = [ "tried again"; "journaled" ]

        law.Holds cases Scenarios.patientSagas (fun scenario ->
            let played = Play.scenario { scenario with Journaled = true }

            let failed =
                rollback played
                |> List.choose (fun moment ->
                    match moment.Event, moment.Before.Phase with
                    | RunEvent.CompensationFailed failure, Phase.Undoing(entry, attempt) ->
                        Some(moment, failure, entry, attempt)
                    | _ -> None)

            for moment, failure, entry, attempt in failed do
                match moment.After.Start with
                | Effect.Append({
                                    Fact = Fact.Compensated told
                                    State = state
                                },
                                _) ->
                    Assert.Equal(retries played.Plan entry + 1, attempt)
                    Assert.Equal(entry.State, state)
                    Law.equal (Retry.exhausted attempt failure.Error) (nonNull told)
                | Effect.Append({ Fact = Fact.WaitStarted wait }, _) ->
                    Assert.True(attempt <= retries played.Plan entry)
                    Law.equal attempt wait.FailedAttempt
                | Effect.Wait _ -> Assert.True(attempt <= retries played.Plan entry)
                | other -> Assert.Fail $"%A{other} followed a failed compensation."

            let woken =
                rollback played
                |> List.choose (fun moment ->
                    match moment.Before.Phase, moment.After.Run.Phase with
                    | Phase.Pausing(entry, wait), Phase.Undoing(undone, attempt) ->
                        Some(struct (entry, wait), struct (undone, attempt))
                    | _ -> None)

            for struct (entry, wait), struct (undone, attempt) in woken do
                Law.equal (entry, wait.FailedAttempt + 1) (undone, attempt)

            Law.met [
                "tried again", not woken.IsEmpty
                "stays undone",
                failed
                |> List.exists (fun (_, _, entry, attempt) -> attempt > retries played.Plan entry)
                "journaled",
                failed
                |> List.exists (fun (moment, _, _, _) ->
                    match moment.After.Start with
                    | Effect.Append(row, _) -> row.Fact.IsWaitStarted
                    | _ -> false)
            ])
