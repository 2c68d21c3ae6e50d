namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open global.Xunit
open global.Xunit.Abstractions

/// Every run comes to one end.
type Ending(output: ITestOutputHelper) =
    inherit Laws(output)

    let isRequest (event: RunEvent) =
        event.IsCallerCancelled || event.IsDeadlinePassed

    let outcome (played: Played) =
        match played.End.Phase with
        | Phase.Ended outcome -> outcome
        | phase -> failwith $"The run is stuck in %A{phase} after {played.Moments.Length} events."

    let category (outcome: Outcome) =
        match outcome with
        | Outcome.Completed _ -> "completed"
        | Outcome.Failed error -> error.Category
        | Outcome.Suspended -> "suspended"

    let isRowOfBranch (run: Run) =
        match run.Phase with
        | Phase.Appending({ Fact = Fact.BranchCompleted _ }, _) -> true
        | _ -> false

    [<Law(20_000)>]
    member law.``no run is stuck: when every effect is answered, the run ends``() =
        let ends = [
            "completed"
            "task_execution"
            "cancelled"
            "workflow_timeout"
            "checkpoint_store"
            "workflow"
            "circuit_open"
        ]

        // The run's last error may be that of a rollback, whose first is the cause.
        let cause (outcome: Outcome) =
            match outcome with
            | Outcome.Failed error when error.Errors.Count > 0 -> error.Errors[0].Category
            | outcome -> category outcome

        law.Holds ends Scenarios.any (fun scenario ->
            let played = Play.scenario scenario
            let answers = scenario.Choices.Length
            // Beyond the answers given: rows, rollback, what is left of a split, and second lives.
            Assert.True(played.Moments.Length <= 6 * (answers + 5) + 20 * scenario.Crashes.Length)
            [ cause (outcome played) ])

    [<Law(2_000)>]
    member law.``an effect is awaited only while its work is under way``() =
        law.Holds [ "await" ] Scenarios.any (fun scenario ->
            let played = Play.scenario scenario

            let waits =
                played.Moments
                |> List.filter (fun moment ->
                    moment.After.Start.IsAwait && not (isRequest moment.Event))

            for moment in waits do
                match moment.After.Run.Phase with
                | Phase.Splitting _
                | Phase.Joining _ -> ()
                | Phase.Stopping _ when
                    Answers.answered _.IsBranchesStarted moment.Event
                    || Answers.answered _.IsBranchesEnded moment.Event
                    ->
                    ()
                // Other branches run beside the row of one.
                | Phase.Stopping _ when isRowOfBranch moment.Before -> ()
                | phase -> Assert.Fail $"%A{moment.Event} left nothing under way in %A{phase}."

            Law.met [ "await", not waits.IsEmpty ])

    [<Law(2_000)>]
    member law.``the end is told once, and it is the last thing a run starts``() =
        law.Holds [ "completed" ] Scenarios.any (fun scenario ->
            let played = Play.scenario scenario
            let last = List.last played.Moments
            Law.equal (Effect.Finish(outcome played)) last.After.Start

            // A crash after the last row is a second life, which tells of the end again.
            let lives = 1 + (played.Moments |> List.filter _.Event.IsResumed |> List.length)
            let ends = played.Moments |> List.filter _.After.Start.IsFinish |> List.length
            Assert.InRange(ends, 1, lives)
            [ category (outcome played) ])

    [<Law(1_000)>]
    [<Trait("ID", "I3"); Trait("ID", "F19")>]
    member law.``a run that is asked to stop before it starts runs nothing``() =
        law.Holds [ "cancelled"; "workflow_timeout" ] Scenarios.stopped (fun scenario ->
            let isCancel = scenario.Interrupt |> Option.forall snd

            let played =
                Play.scenario {
                    scenario with
                        Interrupt = Some(0, isCancel)
                }

            let isExit = played.Plan.Nodes[played.Plan.NumberOf scenario.Initial].IsExit

            if isExit && not isCancel then
                // An exit needs no time.
                Law.equal (not scenario.Journaled) played.Rows.IsEmpty

                Assert.DoesNotContain(played.Moments, fun moment -> moment.After.Start.IsRunTask)

                []
            else
                Assert.Single played.Moments |> ignore
                Assert.Empty played.Rows

                Law.equal
                    (if isCancel then "cancelled" else "workflow_timeout")
                    (category (outcome played))

                [ category (outcome played) ])

    [<Law(2_000)>]
    [<Trait("ID", "H4")>]
    member law.``a resumed run whose time is up at once fails, unless nothing but its exit is left``
        ()
        =
        let cases = [ "only its exit left"; "work left"; "past going forward" ]

        let tooLate =
            RunEvent.DeadlinePassed(TimeSpan.FromSeconds 2.0, TimeSpan.FromSeconds 1.0)

        law.Holds cases Scenarios.undisturbedSagas (fun scenario ->
            let played = Play.scenario { scenario with Journaled = true }

            let asked (rows: Row list) =
                let run = Play.recover played.Plan rows
                let after = Play.step played.Plan run tooLate

                match run.Durable.Last with
                | NonNull { Fact = Fact.StepCompleted(next, _) } when
                    played.Plan.Nodes[played.Plan.NumberOf next].IsExit
                    ->
                    Law.equal (run, Effect.Await) (after.Run, after.Start)

                    match (Play.step played.Plan after.Run RunEvent.Resumed).Start with
                    | Effect.Append({ Fact = Fact.Finished; State = exit }, _) ->
                        Assert.Equal(next, exit)
                    // The step chose an exit that its declared edges do not allow.
                    | Effect.Append({ Fact = Fact.RollbackStarted error }, _) ->
                        Assert.NotNull played.Plan.Nodes[run.State].Allowed
                        Assert.Equal("workflow", error.Category)
                    | effect -> Assert.Fail $"The exit's row is owed, not %A{effect}."

                    "only its exit left"
                | NonNull last when Fact.isForward last.Fact ->
                    match after.Start with
                    // They end before the run does.
                    | Effect.RecallChildren children ->
                        Assert.NotEmpty(FanOut.underWay children)
                        Law.equal (DurableState.fanOutOf run.Visit run.Durable) children
                    | Effect.Append({ Fact = Fact.RollbackStarted error }, _)
                    | Effect.Append({ Fact = Fact.Failed(error, _) }, _)
                    | Effect.Finish(Outcome.Failed error) ->
                        Assert.Equal("workflow_timeout", error.Category)
                    | effect -> Assert.Fail $"The run is to fail, not to %A{effect}."

                    "work left"
                | _ ->
                    Law.equal (run, Effect.Await) (after.Run, after.Start)
                    "past going forward"

            [ 1 .. played.Rows.Length ]
            |> List.map (fun count -> asked (List.truncate count played.Rows)))

    [<Law(10_000)>]
    [<Trait("ID", "Y20")>]
    member law.``a failed append ends the run: nothing is undone and nothing more is written``() =
        let everyAppendMayFail =
            FsCheck.FSharp.Arb.fromGen (
                FsCheck.FSharp.Gen.zip
                    (FsCheck.FSharp.Arb.toGen Scenarios.sagas)
                    (FsCheck.FSharp.Gen.choose (0, 8))
            )

        let cases = [ "failed"; "steps to undo"; "rolling back" ]

        law.Holds cases everyAppendMayFail (fun (scenario, fails) ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = true
                        AppendFails = Some fails
                        Crashes = []
                }

            match played.Moments |> List.tryFind _.Event.IsAppendFailed with
            | None -> []
            | Some moment ->
                match
                    played.Moments
                    |> List.skipWhile (fun other -> not (obj.ReferenceEquals(other, moment)))
                with
                | [ _ ] -> ()
                // The branches that run beside the row answer first, whatever is asked.
                | later ->
                    Assert.True(isRowOfBranch moment.Before)
                    Assert.True(Answers.answered _.IsSplitEnded (List.last later).Event)

                    for moment in List.truncate (later.Length - 1) later do
                        Assert.True(moment.After.Start.IsAwait)

                Assert.Equal("checkpoint_store", category (outcome played))
                Law.equal moment.Before.Durable moment.After.Run.Durable
                let run = moment.After.Run
                Assert.False(Run.isSettled &run)

                Law.met [
                    "failed", true
                    "steps to undo", not moment.Before.Durable.Undo.IsEmpty
                    "rolling back", not (isNull moment.Before.Durable.Rollback)
                ])

    [<Law(2_000)>]
    [<Trait("ID", "D16"); Trait("ID", "F22"); Trait("ID", "G4"); Trait("ID", "G5")>]
    member law.``only a run that left nothing to resume is settled``() =
        let cases = [ "completed"; "undone"; "partly undone"; "nothing to undo" ]

        law.Holds cases Scenarios.undisturbedSagas (fun scenario ->
            let played = Play.scenario scenario
            let run = played.End
            let isSettled = Run.isSettled &run

            match outcome played with
            | Outcome.Completed _ ->
                Assert.True isSettled
                [ "completed" ]
            | Outcome.Suspended -> failwith "Nobody asked it to rest."
            | Outcome.Failed _ ->
                match run.Durable.Rollback with
                | null ->
                    Assert.False isSettled
                    [ "nothing to undo" ]
                | rollback ->
                    Law.equal rollback.Faults.IsEmpty isSettled
                    [ if isSettled then "undone" else "partly undone" ])
