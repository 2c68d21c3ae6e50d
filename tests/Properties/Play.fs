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
    | Append of Row
    | Naming of index: int
    /// Recalled: they were told to stop.
    | Children of AwaitedChild list * until: Nullable<DateTimeOffset> * recalled: bool
    | Delay
    | Compensation

/// Lives random runs as an honest interpreter would: every effect is answered, by what it allows.
[<RequireQualifiedAccess>]
module Play =

    let epoch = DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)

    /// Steps after which a run counts as stuck in a circle.
    let private stepsMax = 2_000

    let step (plan: Plan) (run: Run) (event: RunEvent) = Reducer.step plan &run event

    let private answerOf (event: RunEvent) =
        match event with
        | RunEvent.Answered(_, answer) -> Some answer
        | _ -> None

    /// Whether an event is an answer of this kind.
    let answered (isOfKind: Answer -> bool) (event: RunEvent) =
        answerOf event |> Option.exists isOfKind

    /// How a state does its work; none for an exit.
    let stepOf (plan: Plan) (state: int) : StepKind option =
        let node = plan.Node state

        plan.Definition.States
        |> Seq.tryFindBack (fun state -> state.Name = node.Name && not node.IsExit)
        |> Option.map _.Step

    type private Live = {
        Run: Run
        Work: Work
        /// Work under way beside a row that comes before its answer.
        Beside: Work
        Choices: int list
        Answered: int
        Rows: Row list
        IsResumed: bool
    }

    let private forGood = CanoError.Of(Fault.Generic "for good")

    let private failure choice error = {
        Error = error
        Sample = float (choice % 89) / 89.0
        Now = epoch.AddSeconds(float choice)
        Until =
            if choice % 3 = 0 then
                Nullable(epoch.AddMinutes(float choice))
            else
                Nullable()
    }

    let private succeeded (plan: Plan) (run: Run) choice =
        let node = plan.Nodes[run.State]

        let isAllowed (next: Node) =
            match node.Allowed with
            | null -> true
            | ways -> Array.contains next.Number ways

        let allowed = plan.Nodes |> Seq.filter isAllowed |> Seq.map _.Number
        // Now and then a task ignores its declared edges.
        let ways =
            if choice % 11 = 0 then
                List.init plan.Nodes.Count id
            else
                List.ofSeq allowed

        let working = ways |> List.filter (fun next -> not plan.Nodes[next].IsExit)
        // Most of the time a run goes on, so that there is something to remember.
        let ways = if choice % 7 = 0 || working.IsEmpty then ways else working
        let next = ways[choice % ways.Length]

        match stepOf plan run.State with
        | Some(StepKind.Compensatable _) ->
            RunEvent.Answered(run.Visit, Answer.Completed(next, BitConverter.GetBytes run.Visit))
        | _ -> RunEvent.Answered(run.Visit, Answer.Succeeded next)

    let private failed (run: Run) choice =
        let error = CanoError.Of(Fault.TaskExecution $"failed {choice}")
        RunEvent.Answered(run.Visit, Answer.Failed(failure choice error))

    /// When a wait that begins somewhen is over; null when it has no end of its own.
    let private endOf (wait: WaitDefinition) choice =
        match List.ofSeq wait.Deadlines with
        | [] -> Nullable()
        | first :: _ -> Nullable(epoch.AddMinutes(float choice) + first.Span)

    /// A poll pauses, for seconds or for minutes.
    let private pause choice : WaitRequest = {
        Due = Nullable(epoch.AddSeconds(float choice))
        Until =
            if choice % 2 = 0 then
                Nullable(epoch.AddHours 9.0)
            else
                Nullable()
        Poll = {
            Errors = choice % 4
            Pause = TimeSpan.FromSeconds 2.0
        }
    }

    /// What only some kinds of tasks answer.
    let private underWay (plan: Plan) (run: Run) choice slept =
        match stepOf plan run.State with
        | Some(StepKind.Stepped _ | StepKind.Stream _) when choice % 10 < 6 ->
            Some(RunEvent.Answered(run.Visit, Answer.Advanced(BitConverter.GetBytes(choice / 10))))
        | Some(StepKind.Wait wait) when not slept ->
            Some(
                RunEvent.Answered(
                    run.Visit,
                    Answer.WaitRequested(WaitRequest.For(endOf wait choice))
                )
            )
        | Some(StepKind.Timer _) when not slept && choice % 10 < 8 ->
            Some(
                RunEvent.Answered(
                    run.Visit,
                    Answer.WaitRequested(WaitRequest.For(Nullable(epoch.AddMinutes(float choice))))
                )
            )
        | Some(StepKind.Single _) when choice % 13 < 3 ->
            Some(RunEvent.Answered(run.Visit, Answer.WaitRequested(pause choice)))
        | _ -> None

    let childStart index : ChildStart = {
        RunId = $"run/child{index}"
        WorkflowName = "child"
        WorkflowVersion = 1u
        InitialState = "Start"
        Input = null
        Index = index
    }

    let childEnding (status: RowStatus) index : ChildEnding = {
        RunId = $"run/child{index}"
        Status = status
        Exit = if status = RowStatus.Completed then "Done" else null
        Output = null
        Error =
            if status = RowStatus.Completed then
                null
            else
                CanoError.Of(Fault.TaskExecution "a child failed")
        Index = index
        Sequence = 3L
    }

    let private listingOf (join: SplitDefinition) count choice : Listing = {
        Items = Array.replicate count null
        Due =
            if join.Timeout.HasValue then
                Nullable(epoch.AddMinutes(float choice))
            else
                Nullable()
    }

    let private beginChildren (run: Run) (children: ChildrenDefinition) choice =
        let answer =
            match children.Join with
            | null -> Answer.ChildNamed(childStart 0)
            | join ->
                let count =
                    match join.Branches with
                    | null -> choice % 5
                    | branches -> branches.Count

                Answer.ItemsListed(listingOf join count choice)

        RunEvent.Answered(run.Visit, answer)

    /// One of the children under way ends, or something else comes.
    let private child
        (run: Run)
        (children: AwaitedChild list)
        (until: Nullable<_>)
        recalled
        choice
        =
        let answer =
            match choice % 9 with
            | 0 when until.HasValue -> Answer.SplitTimedOut
            | 1 -> Answer.Woken
            | 2 when not recalled -> Answer.FailedForGood(CanoError.Of(Fault.Workflow "no child"))
            | _ ->
                let status =
                    match choice % 10 with
                    | 0
                    | 1 -> RowStatus.Failed
                    | 2 -> RowStatus.RolledBack
                    | _ when recalled && choice % 4 > 0 -> RowStatus.Cancelled
                    | _ -> RowStatus.Completed

                let one = children[choice % children.Length].Child
                Answer.WokenBy(Fact.ChildEnded(childEnding status one.Index))

        RunEvent.Answered(run.Visit, answer)

    let private isWaitToBegin plan (run: Run) slept =
        match stepOf plan run.State with
        | Some(StepKind.Wait _) -> not slept
        | _ -> false

    let private childrenOf plan (run: Run) slept =
        match stepOf plan run.State with
        | Some(StepKind.Children children) when not slept -> Some children
        | _ -> None

    let private task plan (run: Run) choice slept =
        match choice % 10 with
        | other when other > 2 && (childrenOf plan run slept).IsSome ->
            beginChildren run (childrenOf plan run slept).Value choice
        // Nothing of the user's runs before a wait.
        | _ when isWaitToBegin plan run slept -> underWay plan run choice slept |> Option.get
        | 0
        | 1 -> failed run choice
        | 2 when choice % 4 = 0 -> RunEvent.Answered(run.Visit, Answer.UnknownNextState("Nowhere"))
        | 2 when choice % 3 = 0 ->
            RunEvent.Answered(
                run.Visit,
                Answer.FailedForGood(CanoError.Of(Fault.Generic "unusable"))
            )
        | 2 when choice % 7 < 3 -> RunEvent.Answered(run.Visit, Answer.Refused)
        | _ ->
            underWay plan run choice slept
            |> Option.defaultWith (fun () -> succeeded plan run (choice / 10))

    let splitOf (plan: Plan) (run: Run) =
        match stepOf plan run.State with
        | Some(StepKind.Split split) -> split
        | _ -> failwith "The run is not in a split."

    let private listing plan (run: Run) choice =
        let split = splitOf plan run

        let answer =
            match split.Branches with
            | null when choice % 10 = 0 -> Answer.Failed(failure choice forGood)
            | names ->
                let count =
                    if isNull names then
                        choice % 5
                    else
                        Seq.length (nonNull names)

                if split.Journaled then
                    Answer.ItemsListed(Listing.Of(Seq.replicate count null, Nullable()))
                else
                    Answer.BranchesStarted count

        RunEvent.Answered(run.Visit, answer)

    /// The result of a split of whose branches the first have ended.
    let result total (ended: bool list) : SplitResult =
        let name i = $"branch{i}"
        let outcomes = List.indexed (List.rev ended)

        {
            Successes = [|
                for i, ok in outcomes do
                    if ok then
                        { Index = i; Name = name i }
            |]
            Errors = [|
                for i, ok in outcomes do
                    if not ok then
                        {
                            Index = i
                            Name = name i
                            Error = CanoError.Of(Fault.TaskExecution "branch failed")
                        }
            |]
            Cancelled = [| for i in ended.Length .. total - 1 -> { Index = i; Name = name i } |]
        }

    let private branches plan (run: Run) choice total (ended: bool list) stopped =
        if stopped then
            Some(RunEvent.Answered(run.Visit, Answer.SplitEnded(result total ended, null)))
        elif (splitOf plan run).Timeout.HasValue && choice % 7 = 0 then
            Some(RunEvent.Answered(run.Visit, Answer.SplitTimedOut))
        elif ended.Length < total then
            let count = 1 + choice % 3 % (total - ended.Length)
            Some(RunEvent.Answered(run.Visit, Answer.BranchesEnded(choice % 10 < 7, count)))
        else
            None

    let branchEnding index isSuccess : BranchEnding = {
        Index = index
        Name = $"branch{index}"
        Result = null
        Error =
            if isSuccess then
                null
            else
                CanoError.Of(Fault.TaskExecution "branch failed")
    }

    /// What became of the journaled branches of a visit.
    let resultOf (fan: FanOut) : SplitResult =
        let endOf index =
            fan.Branches |> List.tryFind (fun branch -> branch.Index = index)

        let ended = [
            for index in 0 .. FanOut.total fan - 1 -> index, $"branch{index}", endOf index
        ]

        {
            Successes = [|
                for index, name, ending in ended do
                    if ending |> Option.exists (fun branch -> isNull branch.Error) then
                        { Index = index; Name = name }
            |]
            Errors = [|
                for index, name, ending in ended do
                    match ending with
                    | Some { Error = NonNull error } -> {
                        Index = index
                        Name = name
                        Error = error
                      }
                    | _ -> ()
            |]
            Cancelled = [|
                for index, name, ending in ended do
                    if ending.IsNone then
                        { Index = index; Name = name }
            |]
        }

    /// One of the journaled branches ends, or their time; none runs of those that were told to
    /// stop, but one that ends well while the run goes to rest.
    let private journaled plan (run: Run) stopped choice =
        let fan = nonNull (DurableState.fanOutOf run.Visit run.Durable)

        let running =
            [ 0 .. FanOut.total fan - 1 ]
            |> List.filter (fun index ->
                fan.Branches |> List.forall (fun branch -> branch.Index <> index))

        let ends isSuccess =
            let index = running[choice % running.Length]
            Answer.WokenBy(Fact.BranchCompleted(branchEnding index isSuccess))

        let answer =
            if stopped then
                if run.Phase.IsSplitting && not running.IsEmpty && choice % 2 = 0 then
                    ends true
                else
                    Answer.SplitEnded(resultOf fan, null)
            elif (splitOf plan run).Timeout.HasValue && choice % 7 = 0 then
                Answer.SplitTimedOut
            else
                ends (choice % 10 < 7)

        RunEvent.Answered(run.Visit, answer)

    /// Whether a step of the run's waits, and not for its next attempt.
    let isOwnWait (run: Run) =
        match run.Phase with
        | Phase.Waiting suspension -> suspension.FailedAttempt = 0
        | _ -> false

    /// The signal with which a waiting state goes on; none when it waits for its time alone.
    let private signal (plan: Plan) (run: Run) choice : TakenSignal option =
        match stepOf plan run.State, run.Phase with
        | Some(StepKind.Wait wait), Phase.Waiting { Due = due } when
            wait.Signals.Count > 0 && not (due.HasValue && choice % 3 = 0)
            ->
            Some {
                Number = int64 choice
                Name = wait.Signals[choice % wait.Signals.Count].Name
                Id = null
                Payload = {
                    Json = BitConverter.GetBytes choice
                    TypeName = null
                }
            }
        | _ -> None

    let private woken (plan: Plan) (run: Run) choice =
        match (if isOwnWait run then signal plan run choice else None) with
        | Some taken -> RunEvent.Answered(run.Visit, Answer.WokenBy(Fact.SignalTaken taken))
        | None -> RunEvent.Answered(run.Visit, Answer.Woken)

    /// The answer to the work under way; none when nothing is, and the run is stuck.
    let private answer (scenario: Scenario) plan (live: Live) choice : RunEvent option =
        let run = live.Run

        match live.Work, choice with
        | Work.Nothing, _ -> None
        // With no choices left the run is to end, whatever its policy.
        | Work.Task _, None -> Some(RunEvent.Answered(run.Visit, Answer.Refused))
        | Work.Task slept, Some choice -> Some(task plan run choice slept)
        | Work.Listing _, None ->
            Some(RunEvent.Answered(run.Visit, Answer.Failed(failure 0 forGood)))
        | Work.Listing _, Some choice -> Some(listing plan run choice)
        | Work.Branches(total, ended, stopped), choice ->
            branches plan run (defaultArg choice 9) total ended stopped
        // With no choices left branches end well.
        | Work.Journaled stopped, choice -> Some(journaled plan run stopped (defaultArg choice 1))
        | Work.Naming index, _ ->
            Some(RunEvent.Answered(run.Visit, Answer.ChildNamed(childStart index)))
        // With no choices left children end well.
        | Work.Children(children, until, recalled), choice ->
            Some(child run children until recalled (defaultArg choice 3))
        | Work.Append row, _ when scenario.AppendFails = Some(int row.Sequence) ->
            Some(RunEvent.AppendFailed(CanoError.Of(Fault.CheckpointStore "disk full")))
        | Work.Append _, _ -> Some RunEvent.RowAppended
        // An attempt's time may be up while its timer sleeps.
        | Work.Delay, Some choice when isOwnWait run && choice % 10 = 0 -> Some(failed run choice)
        | Work.Delay, choice -> Some(woken plan run (defaultArg choice 1))
        | Work.Compensation, Some choice when choice % 6 = 0 ->
            Some(
                RunEvent.CompensationFailed(
                    failure choice (CanoError.Of(Fault.Generic $"stuck {choice}"))
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
        | Effect.Append row, _, _ -> Work.Append row
        | Effect.RunBranches _, _, _ -> Work.Journaled after.Stop
        | Effect.NameChild(_, index, _), _, _ -> Work.Naming index
        | Effect.AwaitChildren(children, until), _, _ ->
            Work.Children(List.ofSeq children, until, false)
        | Effect.RecallChildren children, _, _ ->
            Work.Children(List.ofSeq children, Nullable(), true)
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
        | _ :: rest when not (isRequest event || event.IsRowAppended || event.IsResumed) -> rest
        | choices -> choices

    /// The process dies after a row; another one reads what is there.
    let private crashed plan (live: Live) = {
        live with
            Run = recover plan (List.rev live.Rows)
            Work = Work.Nothing
            Beside = Work.Nothing
            IsResumed = true
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

        match event, live.Work with
        | RunEvent.RowAppended, Work.Append row ->
            let next = { next with Rows = row :: live.Rows }

            // A run that has failed is over, until somebody asks for more.
            if List.contains (int row.Sequence) scenario.Crashes && not row.Fact.IsFailed then
                crashed plan next
            else
                next
        | _ -> next

    /// What the rows of a scenario say of its start.
    let startOf (scenario: Scenario) : RunStart =
        let instant = DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)
        RunStart.Now(scenario.Definition.Name, scenario.Initial, instant, "abcdefghijklm")

    let private start (scenario: Scenario) (plan: Plan) = {
        Run = Run.Begin(plan.NumberOf scenario.Initial, startOf scenario)
        Work = Work.Nothing
        Beside = Work.Nothing
        Choices = scenario.Choices
        Answered = 0
        Rows = []
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
                    crashed plan state with
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
