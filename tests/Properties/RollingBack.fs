namespace Cano.Properties

open Cano
open Cano.Kernel
open global.Xunit
open global.Xunit.Abstractions

/// What was completed is undone, newest first, each once, and never half.
type RollingBack(output: ITestOutputHelper) =
    inherit Laws(output)

    /// The steps that a run recorded as completed, oldest first, by visit. Without a journal the
    /// memory grows with the answer, with one when the row is durable.
    let completed (played: Played) =
        played.Moments
        |> List.choose (fun moment ->
            let before, after = moment.Before.Durable.Undo, moment.After.Run.Durable.Undo

            match after with
            | newest :: _ when after.Length > before.Length -> Some newest
            | _ -> None)

    let compensations (played: Played) =
        played.Moments
        |> List.choose (fun moment ->
            match moment.Event, moment.Before.Phase with
            | RunEvent.CompensationSucceeded, Phase.Undoing(entry, _)
            | RunEvent.CompensationFailed _, Phase.Undoing(entry, _) -> Some entry
            | _ -> None)

    let failure (played: Played) =
        match played.End.Phase with
        | Phase.Ended(Outcome.Failed error) -> Some error
        | _ -> None

    let isRequest (event: RunEvent) =
        event.IsCallerCancelled || event.IsDeadlinePassed

    let depth (entries: UndoEntry list) =
        match entries.Length with
        | 0 -> "none"
        | 1 -> "one"
        | _ -> "several"

    /// The deadline passed during the run's last step, which did its work all the same.
    let inTime (played: Played) (moment: Moment) next =
        match moment.Before.Phase, played.Plan.Nodes[moment.Before.State].Allowed with
        | Phase.Stopping cause, ways ->
            cause.Fault.IsWorkflowTimeout
            && played.Plan.Nodes[next].IsExit
            && (isNull ways || Array.contains next (nonNull ways))
        | _ -> false

    let withoutFailingAppends scenario = {
        scenario with
            AppendFails = None
            Crashes = []
    }

    [<Law(10_000)>]
    [<Trait("ID", "G1"); Trait("ID", "G16")>]
    member law.``a rollback undoes exactly the completed steps, newest first and each once``() =
        law.Holds [ "one"; "several"; "none"; "with a request" ] Scenarios.sagas (fun scenario ->
            let played = Play.scenario (withoutFailingAppends scenario)

            match failure played with
            | None ->
                Assert.Empty(compensations played)
                []
            | Some _ ->
                let undone = compensations played
                Law.equal (List.rev (completed played)) undone

                [
                    depth undone
                    if played.Moments |> List.exists (fun m -> isRequest m.Event) then
                        "with a request"
                ])

    [<Law(2_000)>]
    [<Trait("ID", "G2")>]
    member law.``only compensatable steps are undone, each with the output it gave``() =
        law.Holds [ "several" ] Scenarios.sagas (fun scenario ->
            let played = Play.scenario scenario

            let answers =
                played.Moments
                |> List.choose (fun moment ->
                    match moment.Event with
                    | RunEvent.Answered(visit, Answer.Completed(_, output)) -> Some(visit, output)
                    | _ -> None)

            let undone = compensations played

            for entry in undone do
                Assert.Contains((entry.Visit, entry.Output), answers)
                let node = played.Plan.Nodes[played.Plan.NumberOf entry.State]

                match Answers.stepOf played.Plan node.Number with
                | Some(StepKind.Compensatable _) -> Assert.Equal(node.Task, entry.Task)
                | step -> Assert.Fail $"%A{step} was undone."

            [ depth undone ])

    [<Law(10_000)>]
    [<Trait("ID", "Y5")>]
    member law.``across crashes too, what a rollback has recorded as undone is not undone again``
        ()
        =
        let crashing scenario = {
            scenario with
                Journaled = true
                AppendFails = None
                Crashes = [ 2..12 ]
        }

        law.Holds [ "one"; "several" ] Scenarios.sagas (fun scenario ->
            let played = Play.scenario (crashing scenario)

            let kinds select =
                played.Rows
                |> List.choose (fun row -> if select row.Fact then Some row.State else None)

            let recorded = kinds _.IsStepCompleted

            match failure played with
            | None -> Assert.Empty(kinds _.IsCompensated)
            | Some _ -> Law.equal (List.rev recorded) (kinds _.IsCompensated)

            [ depth (compensations played) ])

    [<Law(2_000)>]
    [<Trait("ID", "Y5")>]
    member law.``a rollback never turns forward again``() =
        law.Holds [ "journaled"; "in memory"; "resumed" ] Scenarios.sagas (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Crashes = if scenario.Crashes.IsEmpty then [] else [ 0..3..90 ]
                }

            let back =
                played.Moments
                |> List.skipWhile (fun moment -> isNull moment.Before.Durable.Rollback)

            for moment in back do
                Assert.NotNull moment.After.Run.Durable.Rollback

                match moment.After.Start with
                | Effect.RunTask _
                | Effect.RunSplit _
                | Effect.RunBranches _
                | Effect.Wait _
                | Effect.Finish(Outcome.Completed _) ->
                    Assert.Fail $"A rollback turned to %A{moment.After.Start}."
                | Effect.Append(row, _) ->
                    Assert.False(Fact.isForward row.Fact || row.Fact.IsFinished)
                | _ -> ()

            Law.met [
                "journaled", scenario.Journaled && not back.IsEmpty
                "in memory", not scenario.Journaled && not back.IsEmpty
                "resumed", back |> List.exists _.Event.IsResumed
            ])

    [<Law(20_000)>]
    [<Trait("ID", "G13"); Trait("ID", "Y22")>]
    member law.``compensatable work is never abandoned: asked to stop, it is awaited, recorded and undone``
        ()
        =
        let cases = [ "undone"; "failed while stopping" ]

        law.Holds cases Scenarios.stoppedInStep (fun scenario ->
            let played = Play.scenario scenario

            let stopping =
                played.Moments
                |> List.filter (fun moment ->
                    moment.Before.Phase.IsStopping
                    && match Answers.stepOf played.Plan moment.Before.State with
                       | Some(StepKind.Compensatable _) -> true
                       | _ -> false)

            for moment in stopping do
                match moment.Event with
                | RunEvent.Answered(_, Answer.Completed(next, _)) when
                    inTime played moment next.State
                    ->
                    Law.equal (Phase.Ended(Outcome.Completed next.State)) played.End.Phase
                | RunEvent.Answered(visit, Answer.Completed(_, _)) ->
                    let isOfVisit (entry: UndoEntry) = entry.Visit = visit
                    Assert.Contains(compensations played, isOfVisit)

                    if scenario.Journaled then
                        let row =
                            played.Rows
                            |> List.find (fun row -> row.Fact.IsStepCompleted && row.Visit = visit)

                        Assert.Equal(played.Plan.NameOf moment.Before.State, row.State)
                | _ -> ()

            Law.met [
                "undone", played.End.Durable.Rollback |> isNull |> not
                "completed in the end",
                played.End.Phase.IsEnded
                && stopping
                   |> List.exists (fun moment -> Answers.answered _.IsCompleted moment.Event)
                && isNull played.End.Durable.Rollback
                "failed while stopping",
                stopping |> List.exists (fun moment -> Answers.answered _.IsFailed moment.Event)
            ])

    [<Law(2_000)>]
    [<Trait("ID", "G4"); Trait("ID", "G5"); Trait("ID", "I7")>]
    member law.``the outcome is the cause alone, or the cause and then each failed compensation``
        ()
        =
        law.Holds [ "clean"; "dirty" ] Scenarios.undisturbedSagas (fun scenario ->
            let played = Play.scenario { scenario with Crashes = [] }

            let faults =
                played.Moments
                |> List.choose (fun moment ->
                    match moment.Event with
                    | RunEvent.CompensationFailed failure -> Some failure.Error.Message
                    | _ -> None)

            match failure played, played.End.Durable.Rollback with
            | Some error, NonNull rollback when faults.IsEmpty ->
                Law.equal rollback.Cause error
                [ "clean" ]
            | Some error, NonNull rollback ->
                Assert.Equal("compensation_failed", error.Category)
                let told = error.Errors |> Seq.map _.Message |> List.ofSeq
                Law.equal (rollback.Cause.Message :: faults) told
                [ "dirty" ]
            | _ -> [])

    [<Fact>]
    member _.``failures of one compensation are listed among the others, not within them``() =
        let told (text: string) = CanoError.Generic text

        let after fact (durable: DurableState) =
            DurableState.remember
                {
                    Sequence = durable.Sequence
                    Visit = 0L
                    Version = 1u
                    Start = null
                    State = "S"
                    Task = "T"
                    Fact = fact
                    Data = StateData.None
                }
                durable

        let nested =
            CanoError.Of(Fault.CompensationFailed [| told "second"; told "third" |])

        let durable =
            DurableState.empty
            |> after (Fact.StepCompleted("Done", [||]))
            |> after (Fact.RollbackStarted(told "first"))
            |> after (Fact.Compensated nested)

        match Undo.next durable with
        | UndoStep.Done outcome ->
            Law.equal
                [ "first"; "second"; "third" ]
                (outcome.Errors |> Seq.map _.Message |> List.ofSeq)

            let after = RowHead.after durable (Fact.RollbackFinished outcome)
            Law.equal RowStatus.RollbackFailed after.Status
        | step -> Assert.Fail $"%A{step} instead of the end."

    [<Fact>]
    member _.``a rollback that was never started neither ends nor runs out of time``() =
        Assert.Throws<System.InvalidOperationException>(fun () ->
            Undo.next DurableState.empty |> ignore)
        |> ignore

        Assert.Throws<System.InvalidOperationException>(fun () ->
            Undo.outOfTime false DurableState.empty |> ignore)
        |> ignore

    [<Fact>]
    [<Trait("ID", "G1")>]
    member _.``only the newest step can be undone, and without a rollback none is at fault``() =
        let row sequence state fact : Row = {
            Sequence = sequence
            Visit = sequence
            Version = 1u
            Start = null
            State = state
            Task = state
            Fact = fact
            Data = StateData.None
        }

        let completed =
            DurableState.empty
            |> DurableState.remember (row 0L "A" (Fact.StepCompleted("B", [||])))
            |> DurableState.remember (row 1L "B" (Fact.StepCompleted("C", [||])))

        let undone state =
            DurableState.remember
                (row 2L state (Fact.Compensated(CanoError.Generic "no")))
                completed

        Law.equal [ "A" ] ((undone "B").Undo |> List.map _.State)
        Law.equal [ "B"; "A" ] ((undone "A").Undo |> List.map _.State)
        Assert.Null((undone "B").Rollback)

    [<Fact>]
    member _.``a rollback may take as long as was said, else half the run's time, at most 30 s``() =
        let limit (total: int) (rollback: int) =
            let span seconds =
                if seconds = 0 then
                    System.Nullable()
                else
                    System.Nullable(System.TimeSpan.FromSeconds(float seconds))

            let plan =
                Plan.Compile {
                    Definitions.workflow [] [ "Done" ] with
                        TotalTimeout = span total
                        CompensationTimeout = span rollback
                }

            plan.RollbackTimeout |> Option.ofNullable |> Option.map _.TotalSeconds

        Law.equal None (limit 0 0)
        Law.equal (Some 7.0) (limit 0 7)
        Law.equal (Some 7.0) (limit 100 7)
        Law.equal (Some 10.0) (limit 20 0)
        Law.equal (Some 30.0) (limit 600 0)

    [<Law(2_000)>]
    [<Trait("ID", "G15")>]
    member law.``a request to stop before a resumed run goes on finds a rollback or an end past stopping``
        ()
        =
        let cases = [ "forward"; "rolling back" ]

        law.Holds cases Scenarios.sagas (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = true
                        Crashes = []
                }

            let resumed =
                [ 1 .. played.Rows.Length ]
                |> List.map (fun count ->
                    Play.recover played.Plan (List.truncate count played.Rows))

            let isForward (run: Run) =
                match run.Durable.Last with
                | NonNull last -> Fact.isForward last.Fact
                | _ -> failwith "A run with rows remembers none."

            for run in resumed do
                let after = Play.step played.Plan run RunEvent.CallerCancelled

                if isForward run then
                    let isRecall =
                        match after.Start, DurableState.fanOutOf run.Visit run.Durable with
                        | Effect.RecallChildren children, NonNull fan -> children = fan
                        | _ -> false

                    Assert.True(after.Start.IsFinish || after.Start.IsAppend || isRecall)
                else
                    Law.equal run after.Run
                    Law.equal Effect.Await after.Start

            Law.met [
                "forward", resumed |> List.exists isForward
                "rolling back",
                resumed
                |> List.exists (fun run -> not (isForward run || isNull run.Durable.Rollback))
            ])
