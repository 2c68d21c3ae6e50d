namespace Cano.Properties

open System
open Cano
open Cano.Kernel

/// What tasks answer, and what ends their waits.
[<RequireQualifiedAccess>]
module TaskAnswers =

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

        match Answers.stepOf plan run.State with
        | Some(StepKind.Compensatable _) ->
            RunEvent.Answered(
                run.Visit,
                Answer.Completed(Answers.carrying run.Visit next, BitConverter.GetBytes run.Visit)
            )
        | _ -> RunEvent.Answered(run.Visit, Answer.Succeeded(Answers.carrying run.Visit next))

    /// When a wait that begins somewhen is over; null when it has no end of its own.
    let private endOf (wait: WaitDefinition) choice =
        match List.ofSeq wait.Deadlines with
        | [] -> Nullable()
        | first :: _ -> Nullable(Answers.epoch.AddMinutes(float choice) + first.Span)

    /// A poll pauses, for seconds or for minutes.
    let private pause choice : WaitRequest = {
        Due = Nullable(Answers.epoch.AddSeconds(float choice))
        Until =
            if choice % 2 = 0 then
                Nullable(Answers.epoch.AddHours 9.0)
            else
                Nullable()
        Poll = {
            Errors = choice % 4
            Pause = TimeSpan.FromSeconds 2.0
        }
    }

    /// What only some kinds of tasks answer.
    let private underWay (plan: Plan) (run: Run) choice slept =
        match Answers.stepOf plan run.State with
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
                    Answer.WaitRequested(
                        WaitRequest.For(Nullable(Answers.epoch.AddMinutes(float choice)))
                    )
                )
            )
        | Some(StepKind.Single _) when choice % 13 < 3 ->
            Some(RunEvent.Answered(run.Visit, Answer.WaitRequested(pause choice)))
        | _ -> None

    let private isWaitToBegin plan (run: Run) slept =
        match Answers.stepOf plan run.State with
        | Some(StepKind.Wait _) -> not slept
        | _ -> false

    let private childrenOf plan (run: Run) slept =
        match Answers.stepOf plan run.State with
        | Some(StepKind.Children children) when not slept -> Some children
        | _ -> None

    let task plan (run: Run) choice slept =
        match choice % 10 with
        | other when other > 2 && (childrenOf plan run slept).IsSome ->
            ChildAnswers.beginning run (childrenOf plan run slept).Value choice
        // Nothing of the user's runs before a wait.
        | _ when isWaitToBegin plan run slept -> underWay plan run choice slept |> Option.get
        | 0
        | 1 -> Answers.failed run choice
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

    /// The signal with which a waiting state goes on; none when it waits for its time alone.
    let private signal (plan: Plan) (run: Run) choice : TakenSignal option =
        match Answers.stepOf plan run.State, run.Phase with
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

    let woken (plan: Plan) (run: Run) choice =
        match
            (if Answers.isOwnWait run then
                 signal plan run choice
             else
                 None)
        with
        | Some taken -> RunEvent.Answered(run.Visit, Answer.WokenBy(Fact.SignalTaken taken))
        | None -> RunEvent.Answered(run.Visit, Answer.Woken)
