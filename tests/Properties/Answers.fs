namespace Cano.Properties

open System
open Cano
open Cano.Kernel

/// What work answers, of whatever kind it is, and what can be said of an answer.
[<RequireQualifiedAccess>]
module Answers =

    let epoch = DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)

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

    /// Whether a step of the run's waits, and not for its next attempt.
    let isOwnWait (run: Run) =
        match run.Phase with
        | Phase.Waiting suspension -> suspension.FailedAttempt = 0
        | _ -> false

    let forGood = CanoError.Of(Fault.Generic "for good")

    let failure choice error = {
        Error = error
        Sample = float (choice % 89) / 89.0
        Now = epoch.AddSeconds(float choice)
        Until =
            if choice % 3 = 0 then
                Nullable(epoch.AddMinutes(float choice))
            else
                Nullable()
    }

    /// A state that follows a visit: two of three carry something, which is another each time.
    let carrying (visit: int64) (state: int) : Target = {
        State = state
        Data =
            if (int64 state + visit) % 3L = 0L then
                StateData.None
            else
                StateData.Kept [| byte state; byte visit |]
    }

    let failed (run: Run) choice =
        let error = CanoError.Of(Fault.TaskExecution $"failed {choice}")
        RunEvent.Answered(run.Visit, Answer.Failed(failure choice error))
