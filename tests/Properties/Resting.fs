namespace Cano.Properties

open Cano
open Cano.Kernel
open global.Xunit
open global.Xunit.Abstractions

/// A run that is to rest.
type Resting(output: ITestOutputHelper) =
    inherit Laws(output)

    /// What happened from the request on, up to where this process ended.
    let sinceAsked (played: Played) =
        played.Moments
        |> List.skipWhile (fun moment ->
            not (moment.Event.IsSuspendRequested || moment.Event.IsCancelRequested))
        |> List.takeWhile (fun moment -> not moment.Event.IsResumed)

    /// It had failed before it was asked to rest.
    let wasFailing (run: Run) =
        match run.Phase with
        | Phase.Appending(_, Sequel.Fail _)
        | Phase.Stopping _ -> true
        | _ -> false

    [<Law(10_000)>]
    [<Trait("ID", "S1"); Trait("ID", "S2")>]
    member law.``a run that is to rest begins nothing, undoes nothing, and rests where its rows end``
        ()
        =
        let met = [ "rests"; "its end came first" ]

        law.Holds met Scenarios.suspended (fun scenario ->
            let played = Play.scenario scenario

            match sinceAsked played with
            | [] -> []
            | asked :: later as all ->
                for moment in later do
                    match moment.After.Start with
                    | Effect.RunTask _
                    | Effect.Continue _ -> Assert.False(played.LeavesRow moment.After.Run)
                    | Effect.RunSplit _
                    | Effect.NameChild _
                    | Effect.AwaitChildren _
                    | Effect.RecallChildren _
                    | Effect.Compensate _
                    | Effect.Wait _ -> Assert.Fail $"%A{moment.After.Start} began."
                    | Effect.Append({ Fact = Fact.Failed(error, _) }, _)
                    | Effect.Append({ Fact = Fact.RollbackStarted error }, _) ->
                        // What a body chose may not be allowed, which is its own fault.
                        Assert.True(wasFailing asked.Before || error.Category = "workflow")
                    // Others run beside the row of one, and are told to stop.
                    | Effect.RunBranches _ ->
                        Assert.True moment.After.Stop

                        match moment.Before.Phase with
                        | Phase.Appending(row, _) -> Assert.True row.Fact.IsBranchCompleted
                        | phase -> Assert.Fail $"%A{phase}"
                    | Effect.Append _
                    | Effect.Flush
                    | Effect.Await
                    | Effect.Finish _ -> ()

                let wasRollingBack = not (isNull asked.Before.Durable.Rollback)

                match (List.last all).After.Run.Phase with
                | Phase.Ended Outcome.Suspended ->
                    let rows = (List.last all).After.Run.Durable

                    let durable =
                        played.Rows |> List.filter (fun row -> row.Sequence < rows.Sequence)

                    if not durable.IsEmpty then
                        Law.equal rows (Play.recover played.Plan durable).Durable

                    [
                        "rests"
                        if wasRollingBack then
                            "in a rollback"
                        if
                            later
                            |> List.exists (fun moment ->
                                moment.After.Start.IsRunTask || moment.After.Start.IsContinue)
                        then
                            "a router on the way"
                    ]
                | Phase.Ended _ -> [ "its end came first" ]
                | phase -> failwith $"The run is stuck in %A{phase}.")

    [<Law(10_000)>]
    [<Trait("ID", "S1")>]
    member law.``what ended well before a run rests is never done again``() =
        law.Holds [ "rested" ] Scenarios.suspended (fun scenario ->
            let played = Play.scenario scenario

            // A visit whose successor has its row is over.
            let entered = played.Rows |> List.filter _.Fact.IsStateEntered |> List.map _.Visit

            Law.equal (List.sort entered) entered

            let ended =
                played.Moments
                |> List.filter (fun moment ->
                    match moment.Event with
                    | RunEvent.Answered(_, Answer.Completed _) ->
                        moment.Before.Phase.IsRunning && moment.After.Start.IsAppend
                    | _ -> false)
                |> List.map _.Before.Visit

            Law.equal (List.distinct ended) ended

            Law.met [
                "rested",
                played.Moments
                |> List.exists (fun moment ->
                    moment.After.Run.Phase = Phase.Ended Outcome.Suspended)
            ])

    [<Law(5_000)>]
    [<Trait("ID", "S1")>]
    member law.``a branch that is cut off, and a split's time, decide no join of a run that is to rest``
        ()
        =
        law.Holds [ "in a split" ] Scenarios.suspended (fun scenario ->
            let played = Play.scenario scenario

            let splitting =
                played.Moments
                |> List.map _.After.Run
                |> List.filter (fun run -> run.Journaled && run.Phase.IsSplitting)

            for run in splitting do
                let answered (run: Run) answer =
                    Play.step played.Plan run (RunEvent.Answered(run.Visit, answer))

                let resting = (Play.step played.Plan run RunEvent.SuspendRequested).Run

                for answer in [ Answer.BranchesEnded(false, 1); Answer.SplitTimedOut ] do
                    let after = answered resting answer
                    Assert.True after.Start.IsAwait

                    let ended =
                        answered
                            after.Run
                            (Answer.SplitEnded(BranchAnswers.result 1 [ false ], null))

                    Law.equal (Phase.Ended Outcome.Suspended) ended.Run.Phase

            Law.met [ "in a split", not splitting.IsEmpty ])
