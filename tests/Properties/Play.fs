namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Cano.Model

/// What an interpreter has under way.
[<RequireQualifiedAccess>]
type private Work =
    | Nothing
    /// Slept: a timer's wait is over.
    | Task of slept: bool
    /// The branches are being listed.
    | Listing of stopped: bool
    /// Ended: whether the branches that ended succeeded, newest first.
    | Branches of total: int * ended: bool list * stopped: bool
    /// Journaled ones, of which rows tell; stopped: they were told to stop.
    | Journaled of stopped: bool
    | Append of Row * Durability
    | Flush
    | Naming of index: int
    /// Recalled: they were told to stop.
    | Children of AwaitedChild list * until: Nullable<DateTimeOffset> * recalled: bool
    | Delay
    | Compensation

/// Lives random runs as an honest interpreter would: every effect is answered, by what it allows.
[<RequireQualifiedAccess>]
module Play =

    /// Steps after which a run counts as stuck in a circle.
    let private stepsMax = 2_000

    let step (plan: Plan) (run: Run) (event: RunEvent) = Reducer.step plan &run event

    /// What the rows of a scenario say of its start.
    let startOf (scenario: Scenario) : RunStart =
        let instant = DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)
        RunStart.Now(scenario.Definition.Name, scenario.Initial, instant, "abcdefghijklm")

    type private Live = {
        Run: Run
        Work: Work
        /// Work under way beside a row that comes before its answer.
        Beside: Work
        Choices: int list
        Answered: int
        /// Those that are durable, newest first.
        Rows: Row list
        /// Those that are not, newest first, each with the choices that were left behind it.
        Accepted: (Row * int list) list
        /// The choices that were left behind the newest durable row.
        Durable: int list
        /// The rows behind which the process is still to die.
        Crashes: int list
        IsResumed: bool
    }

    let private diskFull =
        RunEvent.AppendFailed(CanoError.Of(Fault.CheckpointStore "disk full"))

    /// One of these rows cannot be written.
    let private isRefused (scenario: Scenario) (rows: Row list) =
        rows |> List.exists (fun row -> scenario.AppendFails = Some(int row.Sequence))

    let private accepted (live: Live) = List.map fst live.Accepted

    /// The answer to the work under way; none when nothing is, and the run is stuck.
    let private answer (scenario: Scenario) plan (live: Live) choice : RunEvent option =
        let run = live.Run

        match live.Work, choice with
        | Work.Nothing, _ -> None
        // With no choices left the run is to end, whatever its policy.
        | Work.Task _, None -> Some(RunEvent.Answered(run.Visit, Answer.Refused))
        | Work.Task slept, Some choice -> Some(TaskAnswers.task plan run choice slept)
        | Work.Listing _, None ->
            Some(RunEvent.Answered(run.Visit, Answer.Failed(Answers.failure 0 Answers.forGood)))
        | Work.Listing _, Some choice -> Some(BranchAnswers.listing plan run choice)
        | Work.Branches(total, ended, stopped), choice ->
            BranchAnswers.branches plan run (defaultArg choice 9) total ended stopped
        // With no choices left branches end well.
        | Work.Journaled stopped, choice ->
            Some(BranchAnswers.journaled plan run stopped (defaultArg choice 1))
        | Work.Naming index, _ ->
            Some(RunEvent.Answered(run.Visit, Answer.ChildNamed(ChildAnswers.start index)))
        // With no choices left children end well.
        | Work.Children(children, until, recalled), choice ->
            Some(ChildAnswers.next run children until recalled (defaultArg choice 3))
        | Work.Append(row, _), _ when isRefused scenario (row :: accepted live) -> Some diskFull
        | Work.Append(row, Durability.Deferred), choice when
            (defaultArg choice 1 + int row.Sequence) % 3 > 0
            ->
            Some RunEvent.RowAccepted
        | Work.Append _, _ -> Some RunEvent.RowAppended
        | Work.Flush, _ when isRefused scenario (accepted live) -> Some diskFull
        | Work.Flush, _ -> Some RunEvent.Flushed
        // An attempt's time may be up while its timer sleeps.
        | Work.Delay, Some choice when Answers.isOwnWait run && choice % 10 = 0 ->
            Some(Answers.failed run choice)
        | Work.Delay, choice -> Some(TaskAnswers.woken plan run (defaultArg choice 1))
        | Work.Compensation, Some choice when choice % 6 = 0 ->
            Some(
                RunEvent.CompensationFailed(
                    Answers.failure choice (CanoError.Of(Fault.Generic $"stuck {choice}"))
                )
            )
        | Work.Compensation, _ -> Some RunEvent.CompensationSucceeded

    let private isRequest (event: RunEvent) =
        event.IsCallerCancelled
        || event.IsDeadlinePassed
        || event.IsCancelRequested
        || event.IsSuspendRequested

    /// What is under way after an event was answered with a transition.
    let private work (before: Work) (event: RunEvent) (after: Transition) =
        match after.Start, before, event with
        | Effect.RunTask _, _, _ -> Work.Task false
        | Effect.Continue _, _, _ -> Work.Task true
        | Effect.RunSplit _, _, _ -> Work.Listing false
        | Effect.Append(row, durability), _, _ -> Work.Append(row, durability)
        | Effect.Flush, _, _ -> Work.Flush
        | Effect.RunBranches _, _, _ -> Work.Journaled after.Stop
        | Effect.NameChild(_, index, _), _, _ -> Work.Naming index
        | Effect.AwaitChildren children, _, _ ->
            Work.Children(FanOut.underWay children, FanOut.due children, false)
        | Effect.RecallChildren children, _, _ ->
            Work.Children(FanOut.underWay children, Nullable(), true)
        | Effect.Wait _, _, _ -> Work.Delay
        | Effect.Compensate _, _, _ -> Work.Compensation
        | Effect.Finish _, _, _ -> Work.Nothing
        | Effect.Await, Work.Listing stopped, RunEvent.Answered(_, Answer.BranchesStarted total) ->
            Work.Branches(total, [], stopped || after.Stop)
        | Effect.Await, Work.Listing stopped, _ -> Work.Listing(stopped || after.Stop)
        | Effect.Await,
          Work.Branches(total, ended, _),
          RunEvent.Answered(_, Answer.BranchesEnded(succeeded, _)) ->
            let counted = after.Run.Tally.Ended - ended.Length
            Work.Branches(total, List.replicate counted succeeded @ ended, after.Stop)
        | Effect.Await, Work.Branches(total, ended, stopped), _ ->
            Work.Branches(total, ended, stopped || after.Stop)
        | Effect.Await, Work.Journaled stopped, _ -> Work.Journaled(stopped || after.Stop)
        | Effect.Await, work, event when isRequest event -> work
        | Effect.Await, _, _ -> Work.Nothing

    let private isOfJournal (event: RunEvent) =
        event.IsRowAppended || event.IsRowAccepted || event.IsFlushed

    let private requested (scenario: Scenario) (live: Live) =
        match scenario.Interrupt with
        | _ when scenario.Asked |> Option.exists (fun (at, _) -> at = live.Answered) ->
            scenario.Asked |> Option.map snd
        | Some(at, isCancel) when at = live.Answered ->
            if isCancel then
                Some RunEvent.CallerCancelled
            else
                Some(RunEvent.DeadlinePassed(TimeSpan.FromSeconds 9.0, TimeSpan.FromSeconds 8.0))
        | _ -> None

    let private happens scenario plan (live: Live) =
        match live.Run.Phase, requested scenario live with
        | Phase.Ended _, _ -> None
        // A request between a crash and the first event of the next life has a law of its own.
        | Phase.Ready, _ when live.IsResumed -> Some RunEvent.Resumed
        | _, Some request -> Some request
        | Phase.Ready, None -> Some(RunEvent.Started scenario.Journaled)
        | _ -> answer scenario plan live (List.tryHead live.Choices)

    let recover plan (rows: Row list) =
        match Recovery.recover plan "run" (rows |> List.map Stored.copied |> Array.ofList) with
        | Recovered.Found(run, _, _) -> run
        | Recovered.Refused error -> failwith $"The run was refused: {error}"

    let private left (live: Live) (event: RunEvent) =
        match live.Choices with
        | _ :: rest when not (isRequest event || isOfJournal event || event.IsResumed) -> rest
        | choices -> choices

    let private begun (scenario: Scenario) (plan: Plan) =
        Run.Begin(Answers.carrying -1L (plan.NumberOf scenario.Initial), startOf scenario)

    /// The process dies after a row; another one reads what is there: of those that were accepted
    /// the oldest may be. What comes behind them is answered as before.
    let private crashed scenario plan (live: Live) =
        let kept = live.Accepted |> List.skip ((live.Accepted.Length + 1) / 2)
        let rows = List.map fst kept @ live.Rows

        {
            live with
                Choices =
                    match kept, live.Accepted with
                    | (_, choices) :: _, _ -> choices
                    | [], _ :: _ -> live.Durable
                    | [], [] -> live.Choices
                Run =
                    if rows.IsEmpty then
                        begun scenario plan
                    else
                        recover plan (List.rev rows)
                Work = Work.Nothing
                Beside = Work.Nothing
                Rows = rows
                Accepted = []
                IsResumed = not rows.IsEmpty
        }

    let private stopped (work: Work) =
        match work with
        | Work.Listing _ -> Work.Listing true
        | Work.Branches(total, ended, _) -> Work.Branches(total, ended, true)
        | Work.Journaled _ -> Work.Journaled true
        | work -> work

    /// A row that a request asks for may come before the answer of what is under way.
    let private beside (live: Live) (event: RunEvent) (after: Transition) =
        match after.Run.Phase with
        | Phase.Appending(_, Sequel.Fail _) when event.IsCancelRequested && after.Start.IsAppend ->
            stopped live.Work
        // The other branches run on.
        | Phase.Appending({ Fact = Fact.BranchCompleted _ }, _) when after.Start.IsAppend ->
            live.Work
        | _ when (event.IsRowAppended || after.Start.IsAwait) && after.Stop -> stopped live.Beside
        | _ when event.IsRowAppended || after.Start.IsAwait -> live.Beside
        | _ -> Work.Nothing

    let private live scenario plan (live: Live) (event: RunEvent) (after: Transition) =
        let isGoneOnWith =
            (event.IsRowAppended || event.IsAppendFailed)
            && after.Start.IsAwait
            && live.Beside <> Work.Nothing

        let next = {
            live with
                Run = after.Run
                Work =
                    if isGoneOnWith then
                        (if after.Stop then stopped live.Beside else live.Beside)
                    else
                        work live.Work event after
                Beside =
                    if isGoneOnWith then
                        Work.Nothing
                    else
                        beside live event after
                Choices = left live event
                Answered = live.Answered + 1
        }

        let dies (row: Row) (next: Live) =
            // A run that has failed is over, until somebody asks for more. What a router
            // was entered with is told right before that.
            let isFailing =
                match row.Fact, live.Run.Phase with
                | Fact.Failed _, _
                | Fact.StateEntered _, Phase.Appending(_, Sequel.Fail _) -> true
                | _ -> false

            if List.contains (int row.Sequence) live.Crashes && not isFailing then
                crashed scenario plan {
                    next with
                        Crashes = List.except [ int row.Sequence ] live.Crashes
                }
            else
                next

        match event, live.Work with
        | RunEvent.RowAppended, Work.Append(row, _) ->
            dies row {
                next with
                    Rows = row :: accepted live @ live.Rows
                    Accepted = []
                    Durable = next.Choices
            }
        | RunEvent.RowAccepted, Work.Append(row, _) ->
            dies row {
                next with
                    Accepted = (row, next.Choices) :: live.Accepted
            }
        | RunEvent.Flushed, Work.Flush -> {
            next with
                Rows = accepted live @ live.Rows
                Accepted = []
                Durable =
                    live.Accepted
                    |> List.tryHead
                    |> Option.map snd
                    |> Option.defaultValue live.Durable
          }
        | _ -> next

    let private start (scenario: Scenario) (plan: Plan) = {
        Run = begun scenario plan
        Work = Work.Nothing
        Beside = Work.Nothing
        Choices = scenario.Choices
        Answered = 0
        Rows = []
        Accepted = []
        Durable = scenario.Choices
        Crashes = scenario.Crashes
        IsResumed = false
    }

    /// Another process can go on with it.
    let private rests (live: Live) =
        not (live.IsResumed || live.Rows.IsEmpty)

    /// The whole life of a run.
    let scenario (scenario: Scenario) : Played =
        let plan = Plan.Compile scenario.Definition

        let moment (state: Live) =
            let state =
                match state.Run.Phase with
                // It rests until another process goes on with it.
                | Phase.Ended Outcome.Suspended when rests state -> {
                    crashed scenario plan state with
                        Answered = state.Answered + 1
                  }
                | _ -> state

            happens scenario plan state
            |> Option.map (fun event ->
                let after = step plan state.Run event

                let moment = {
                    Before = state.Run
                    Event = event
                    After = after
                }

                let next = live scenario plan state event after
                (moment, next), next)

        let lived =
            Seq.unfold moment (start scenario plan) |> Seq.truncate stepsMax |> List.ofSeq

        let moments = List.map fst lived

        {
            Scenario = scenario
            Plan = plan
            Moments = moments
            Rows =
                match List.tryLast lived with
                | Some(_, last) -> List.rev last.Rows
                | None -> []
            End = (List.last moments).After.Run
        }
