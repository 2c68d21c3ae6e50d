namespace Cano.Properties

open Cano
open Cano.Kernel
open Cano.Model
open FsCheck
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// Rows that are accepted before they are durable.
type Deferring(output: ITestOutputHelper) =
    inherit Laws(output)

    /// Whether a row may be lost once this has happened.
    let isOpen (isOpen: bool) (moment: Moment) =
        match moment.Event, moment.Before.Phase with
        | _, Phase.Ready -> false
        | RunEvent.RowAccepted, Phase.Appending _ -> true
        | RunEvent.RowAppended, Phase.Appending _
        | RunEvent.Flushed, Phase.Flushing _
        | RunEvent.AppendFailed _, _ -> false
        | _ -> isOpen

    /// The moments, each with whether a row may be lost behind it.
    let told (played: Played) =
        List.zip played.Moments (List.scan isOpen false played.Moments |> List.tail)

    let isPure (played: Played) (state: int) =
        match Answers.stepOf played.Plan state with
        | Some(StepKind.Pure _) -> true
        | _ -> false

    let reachesOutside (played: Played) (moment: Moment) =
        match moment.After.Start with
        | Effect.RunTask state -> not (isPure played state)
        | Effect.Await
        | Effect.Append _
        | Effect.Flush -> false
        | _ -> true

    let triedAgain = {
        TaskPolicy.Once with
            Retry = RetryMode.Fixed(2, System.TimeSpan.FromMilliseconds 20.0)
    }

    /// Every third one is a router, and of the others some can be undone.
    let plain i (state: StateDefinition) =
        match state.Step with
        | StepKind.Compensatable _ when i % 2 = 0 -> state
        | _ when i % 3 = 1 -> {
            state with
                Step = StepKind.Router Definitions.noRetry
                To = null
          }
        | _ -> {
            state with
                Step = StepKind.Pure triedAgain
                To = null
          }

    /// Mostly pure states.
    let pure' (scenarios: Arbitrary<Scenario>) =
        Arb.toGen scenarios
        |> Gen.map (fun scenario -> {
            scenario with
                Journaled = true
                Definition = {
                    scenario.Definition with
                        States = scenario.Definition.States |> Seq.mapi plain |> Array.ofSeq
                }
        })
        |> Arb.fromGen

    [<Law(10_000)>]
    [<Trait("ID", "Y28")>]
    member law.``what reaches outside starts only when every row before it is durable``() =
        let cases = [
            "a pure state behind another"
            "a router behind a pure state"
            "a rest"
            "a wait"
            "asked to stop"
            "after a crash"
        ]

        let scenarios =
            [ Scenarios.any; Scenarios.suspended; Scenarios.suspended; Scenarios.stopped ]
            |> List.map (pure' >> Arb.toGen)
            |> Gen.oneof
            |> Arb.fromGen

        law.Holds cases scenarios (fun scenario ->
            let played = Play.scenario scenario
            let told = told played

            for moment, isOpen in told do
                Law.equal isOpen moment.After.Run.Unflushed

                if isOpen && reachesOutside played moment then
                    Assert.Fail $"%A{moment.After.Start} began before a row was durable."

                if moment.After.Start.IsFlush then
                    Assert.True isOpen

            let behind (isWhat: Effect -> bool) =
                told
                |> List.exists (fun (moment, _) ->
                    match moment.After.Run.Phase with
                    | Phase.Flushing(_, start) -> isWhat start
                    | _ -> false)

            let opened = told |> List.filter snd |> List.map fst

            Law.met [
                "a pure state behind another",
                opened
                |> List.exists (fun moment ->
                    moment.Before.Unflushed && moment.After.Start.IsRunTask)
                "a router behind a pure state", behind _.IsRunTask
                "a rest", behind (fun start -> start = Effect.Finish Outcome.Suspended)
                "a wait", behind _.IsWait
                "asked to stop",
                opened
                |> List.exists (fun moment ->
                    moment.Event.IsCallerCancelled
                    || moment.Event.IsDeadlinePassed
                    || moment.Event.IsCancelRequested)
                "after a crash", played.Moments |> List.exists _.Event.IsResumed
            ])

    [<Law(10_000)>]
    [<Trait("ID", "Y28")>]
    member law.``cut anywhere among accepted rows a run comes to the same end by the same rows``() =
        let cases =
            Gen.zip
                (Arb.toGen (pure' Scenarios.undisturbed))
                (Gen.nonEmptyListOf (Gen.choose (0, 30)))
            |> Arb.fromGen

        /// What the rows tell once a visit that was begun again is told once.
        let course (played: Played) =
            played.Rows
            |> List.filter (fun row -> not row.Fact.IsSnapshot)
            |> List.map (fun row -> row.Visit, row.State, row.Fact)
            |> List.distinct

        law.Holds [ "crashed"; "a row was lost" ] cases (fun (scenario, crashes) ->
            let whole = Play.scenario { scenario with Crashes = [] }
            let broken = Play.scenario { scenario with Crashes = crashes }
            Law.equal whole.End.Phase broken.End.Phase
            Law.equal whole.End.Visit broken.End.Visit
            Law.equal (course whole) (course broken)

            let sequences =
                broken.Moments
                |> List.choose (fun moment ->
                    match moment.After.Start with
                    | Effect.Append(row, _) -> Some row.Sequence
                    | _ -> None)

            Law.met [
                "crashed", broken.Moments |> List.exists _.Event.IsResumed
                "a row was lost", sequences <> List.distinct sequences
            ])

    [<Law(2_000)>]
    [<Trait("ID", "Y28")>]
    member law.``a store that makes every row durable is asked for no flush``() =
        law.Holds [ "pure" ] (pure' Scenarios.any) (fun scenario ->
            let plan = Plan.Compile scenario.Definition

            let rec live (run: Run) event left =
                let after = Play.step plan run event

                match after.Start with
                | Effect.Flush -> Assert.Fail "Nothing is to be flushed."
                | Effect.Append _ when left > 0 -> live after.Run RunEvent.RowAppended (left - 1)
                | Effect.RunTask _ when left > 0 ->
                    let next = (after.Run.State + left) % plan.Nodes.Count

                    live
                        after.Run
                        (RunEvent.Answered(after.Run.Visit, Answer.Succeeded(Target.Of next)))
                        (left - 1)
                | _ -> ()

            live
                (Run.Begin(Target.Of(plan.NumberOf scenario.Initial), Play.startOf scenario))
                (RunEvent.Started true)
                40

            Law.met [
                "pure",
                plan.Nodes |> Seq.exists (fun node -> node.Durability = Durability.Deferred)
            ])
