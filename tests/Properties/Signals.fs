namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// A waiting state takes one signal, and what follows it is that signal's for good.
type Signals(output: ITestOutputHelper) =
    inherit Laws(output)

    let taken (fact: Fact) =
        match fact with
        | Fact.SignalTaken signal -> Some signal
        | _ -> None

    /// What a piece of work goes on from, by visit.
    let continued (played: Played) =
        played.Moments
        |> List.choose (fun moment ->
            match moment.After.Start with
            | Effect.Continue(_, fact) ->
                taken fact |> Option.map (fun signal -> moment.After.Run.Visit, signal)
            | _ -> None)

    let signals (played: Played) =
        played.Rows
        |> List.choose (fun row -> taken row.Fact |> Option.map (fun signal -> row.Visit, signal))

    /// The work of the visit begins, whatever the attempt.
    let begins (moment: Moment) =
        match moment.After.Start with
        | Effect.RunTask _
        | Effect.RunSplit _
        | Effect.RunBranches _
        | Effect.Continue _ -> true
        | _ -> false

    let hasTaken (played: Played) = not (signals played).IsEmpty

    let undisturbed (scenario: Scenario) = {
        scenario with
            Journaled = true
            Interrupt = None
            Asked = None
            AppendFails = None
            Crashes = []
    }

    /// Runs that take signals for certain: every state waits, and its first signal leads on.
    let waiting (scenario: Scenario) =
        let wait (state: StateDefinition) =
            let signal: SignalDefinition = {
                Name = "go"
                Policy = {
                    Definitions.noRetry with
                        Retry = RetryMode.Fixed(2, TimeSpan.FromSeconds 2.0)
                }
                To = null
            }

            match state.Step with
            | StepKind.Single _
            | StepKind.Router _
            | StepKind.Timer _
            | StepKind.Children _
            | StepKind.Wait _ -> {
                state with
                    Step =
                        StepKind.Wait {
                            Signals = [| signal |]
                            Deadlines = [||]
                        }
              }
            | _ -> state

        {
            scenario with
                Definition = {
                    scenario.Definition with
                        States = scenario.Definition.States |> Seq.map wait |> Array.ofSeq
                }
        }

    let waiters = Scenarios.any |> Arb.toGen |> Gen.map waiting |> Arb.fromGen

    [<Law(5_000)>]
    [<Trait("ID", "U3")>]
    member law.``a visit takes one signal at most, and each of its attempts goes on from that one``
        ()
        =
        law.Holds [ "taken"; "tried again"; "after a crash" ] waiters (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = true
                        Interrupt = None
                        AppendFails = None
                        Crashes = [ 2..3..44 ]
                }

            let signals = signals played
            Law.equal (signals |> List.map fst) (signals |> List.map fst |> List.distinct)

            for visit, signal in signals do
                let work =
                    played.Moments
                    |> List.filter (fun moment ->
                        moment.After.Run.Visit = visit
                        && begins moment
                        && not (isNull (DurableState.wokenBy visit moment.After.Run.Durable)))

                for moment in work do
                    let run = moment.After.Run

                    Law.equal
                        (Effect.Continue(run.State, Fact.SignalTaken signal))
                        moment.After.Start

            Law.met [
                "taken", not signals.IsEmpty
                "tried again",
                played.Moments
                |> List.exists (fun moment ->
                    moment.After.Start.IsContinue
                    && moment.After.Run.Attempt > 1
                    && not (isNull moment.After.Run.Durable.WokenBy))
                "after a crash",
                played.Moments
                |> List.exists (fun moment ->
                    moment.Event.IsResumed
                    && not (
                        isNull (DurableState.wokenBy moment.Before.Visit moment.Before.Durable)
                    ))
            ])

    [<Law(5_000)>]
    [<Trait("ID", "U3")>]
    member law.``a crash anywhere and a resume reach the same end, each visit with the same signal``
        ()
        =
        let cases =
            Gen.zip (Arb.toGen waiters) (Gen.nonEmptyListOf (Gen.choose (0, 30)))
            |> Arb.fromGen

        law.Holds [ "taken"; "crashed"; "crashed on a signal" ] cases (fun (scenario, crashes) ->
            let whole = Play.scenario (undisturbed scenario)

            let broken =
                Play.scenario {
                    undisturbed scenario with
                        Crashes = crashes
                }

            Law.equal whole.End.Phase broken.End.Phase
            Law.equal whole.End.Visit broken.End.Visit
            Law.equal (signals whole) (signals broken)
            Law.equal (List.distinct (continued whole)) (List.distinct (continued broken))

            let resumed = broken.Moments |> List.filter _.Event.IsResumed

            Law.met [
                "taken", hasTaken whole
                "crashed", not resumed.IsEmpty
                "crashed on a signal",
                resumed
                |> List.exists (fun moment ->
                    match moment.Before.Durable.Last with
                    | null -> false
                    | row -> row.Fact.IsSignalTaken)
            ])

    [<Law(5_000)>]
    [<Trait("ID", "U7")>]
    member law.``a run that is asked to stop while it waits goes on with nothing that comes``() =
        law.Holds [ "open"; "something to undo" ] waiters (fun scenario ->
            let played = Play.scenario { scenario with AppendFails = None }

            let waits = played.Moments |> List.map _.After.Run |> List.filter Answers.isOwnWait

            for run in waits do
                for request in
                    [
                        RunEvent.CallerCancelled
                        RunEvent.DeadlinePassed(TimeSpan.FromSeconds 9.0, TimeSpan.FromSeconds 8.0)
                    ] do
                    let stopped = Play.step played.Plan run request
                    Assert.True stopped.Stop

                    for answer in
                        [
                            Answer.Woken
                            Answer.WokenBy(
                                Fact.SignalTaken {
                                    Number = 1L
                                    Name = "go"
                                    Id = null
                                    Payload = null
                                }
                            )
                            Answer.Succeeded(Target.Of 0)
                        ] do
                        let after =
                            Play.step
                                played.Plan
                                stopped.Run
                                (RunEvent.Answered(stopped.Run.Visit, answer))

                        Law.equal
                            (stopped.Run, Effect.Await, false)
                            (after.Run, after.Start, after.Stop)

            Law.met [
                "open",
                waits
                |> List.exists (fun run ->
                    match run.Phase with
                    | Phase.Waiting { Due = due } -> not due.HasValue
                    | _ -> false)
                "something to undo", waits |> List.exists (fun run -> not run.Durable.Undo.IsEmpty)
            ])

    [<Law(5_000)>]
    [<Trait("ID", "Y5"); Trait("ID", "U7")>]
    member law.``no signal turns a rollback forward``() =
        law.Holds [ "turned back" ] waiters (fun scenario ->
            let played = Play.scenario scenario

            let back =
                played.Moments
                |> List.skipWhile (fun moment -> isNull moment.Before.Durable.Rollback)

            for moment in back do
                let run = moment.After.Run

                let after =
                    Play.step
                        played.Plan
                        run
                        (RunEvent.Answered(
                            run.Visit,
                            Answer.WokenBy(
                                Fact.SignalTaken {
                                    Number = 1L
                                    Name = "go"
                                    Id = null
                                    Payload = null
                                }
                            )
                        ))

                Law.equal (run, Effect.Await, false) (after.Run, after.Start, after.Stop)

            Law.met [ "turned back", not back.IsEmpty ])

    [<Law(2_000)>]
    [<Trait("ID", "U1"); Trait("ID", "U4")>]
    member law.``the oldest signal that came in time is taken, however late the run looks``() =
        let entry number = gen {
            let! name = Gen.elements [ "go"; "stop"; "other" ]
            let! minute = Gen.choose (0, 5)

            return {
                Signal = {
                    Number = int64 number
                    Name = name
                    Id = null
                    Payload = null
                }
                AcceptedAt = Answers.epoch.AddMinutes(float minute)
            }
        }

        let cases =
            Gen.zip
                (Gen.choose (0, 6)
                 |> Gen.bind (fun count -> List.init count entry |> Gen.sequenceToList))
                (Gen.elements [ Nullable(); Nullable(Answers.epoch.AddMinutes 3.0) ])
            |> Arb.fromGen

        let wait: WaitDefinition = {
            Signals = [|
                for name in [ "stop"; "go" ] do
                    {
                        Name = name
                        Policy = Definitions.noRetry
                        To = null
                    }
            |]
            Deadlines = [||]
        }

        law.Holds [ "none"; "first"; "not the first"; "exactly late" ] cases (fun (entries, due) ->
            let found = Inbox.oldest wait due entries

            // By hand: entry after entry, as they were accepted.
            let mutable expected: TakenSignal | null = null

            for entry in List.rev entries do
                let isLate = due.HasValue && entry.AcceptedAt >= due.Value

                if entry.Signal.Name <> "other" && not isLate then
                    expected <- entry.Signal

            Law.equal expected found
            Law.equal expected (Inbox.oldest wait due (List.rev entries))

            // What comes at the due time or later changes nothing.
            if due.HasValue then
                let late number = {
                    Signal = {
                        Number = number
                        Name = "go"
                        Id = null
                        Payload = null
                    }
                    AcceptedAt = due.Value
                }

                Law.equal expected (Inbox.oldest wait due (late -1L :: entries @ [ late 99L ]))

            Law.met [
                "none", isNull found
                "first",
                (match found with
                 | null -> false
                 | signal -> signal.Number = 0L)
                "not the first",
                (match found with
                 | null -> false
                 | signal -> signal.Number > 0L)
                "exactly late",
                entries
                |> List.exists (fun entry -> due.HasValue && entry.AcceptedAt = due.Value)
            ])

    [<Fact>]
    [<Trait("ID", "U9")>]
    member _.``a wait whose signals say what follows is judged like any other state``() =
        let definition =
            Definitions.workflow [] [ "Done" ]
            |> Mistakes.waiting "Start" [ Mistakes.answering "go" [ "Done"; "Late" ] ] [
                Mistakes.ending 5.0 "Late"
            ]
            |> Mistakes.waiting "Late" [ Mistakes.answering "again" [ "Late" ] ] [
                Mistakes.ending 5.0 "Done"
            ]
            |> Mistakes.waiting "Lonely" [ Mistakes.answering "go" [ "Lonely" ] ] []

        Law.equal
            [| "State 'Lonely' cannot be reached from 'Start'" |]
            (Check.initial definition "Start")

        Law.equal
            [|
                "State 'Start' cannot be reached from 'Lonely'"
                "State 'Late' cannot be reached from 'Lonely'"
                "State 'Lonely' is a dead end: no exit state can be reached from it"
            |]
            (Check.initial definition "Lonely")

    [<Fact>]
    [<Trait("ID", "U3")>]
    member _.``a row that takes no others takes the signal that it names alone``() =
        for kind in Enum.GetValues<RowKind>() do
            for status in Enum.GetValues<RowStatus>() do
                for entry in Enum.GetValues<InboxKind>() do
                    let takesOther = InboxRule.takes kind status 3L entry 4L
                    Assert.True(not takesOther || InboxRule.takesOthers kind status)

                    if not (InboxRule.takesOthers kind status) then
                        Law.equal
                            (kind = RowKind.SignalTaken)
                            (InboxRule.takes kind status 3L entry 3L)
