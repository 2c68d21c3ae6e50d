namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Xunit

/// An effect finds its own method, with what it carries.
type Effects() =

    let named = {
        new IEffectHandler<string> with
            member _.Await() = "await"
            member _.RunTask state = $"run {state}"
            member _.Continue(state, fact) = $"after {state}, {fact.IsFinished}"
            member _.RunSplit state = $"split {state}"

            member _.RunBranches state = $"branches {state}"

            member _.NameChild(state, index, until) =
                $"name child {index} of {state} until {until.Value.Year}"

            member _.AwaitChildren children = $"await those of {children.Visit}"
            member _.RecallChildren children = $"recall those of {children.Visit}"
            member _.Append(row, durability) = $"append {row.Sequence}, {durability}"
            member _.Flush() = "flush"

            member _.Wait until =
                match until with
                | WaitEnd.After span -> $"wait {span}"
                | WaitEnd.At due -> $"until {due.Year}"
                | WaitEnd.Open -> "wait"

            member _.Compensate entry = $"undo {entry.State}"
            member _.Finish outcome = $"finish {outcome.IsCompleted}"
    }

    let row: Row = {
        Sequence = 7L
        Visit = 3L
        Version = 1u
        Start = null
        State = "S"
        Task = "T"
        Fact = Fact.Finished
        Data = StateData.None
    }

    let entry = {
        State = "S"
        Task = "T"
        Visit = 3L
        Sequence = 6L
        Output = [||]
        Data = StateData.None
    }

    [<Fact>]
    member _.``every effect of a run calls the handler's method for it``() =
        let told =
            [
                Effect.Await
                Effect.RunTask 1
                Effect.Continue(2, Fact.Finished)
                Effect.RunSplit 3
                Effect.RunBranches 4
                Effect.NameChild(4, 1, Nullable Answers.epoch)
                Effect.AwaitChildren(FanOut.none 5L)
                Effect.RecallChildren(FanOut.none 6L)
                Effect.Append(row, Durability.Durable)
                Effect.Append(row, Durability.Deferred)
                Effect.Flush
                Effect.Wait(WaitEnd.After(TimeSpan.FromSeconds 4.0))
                Effect.Wait(WaitEnd.At Answers.epoch)
                Effect.Wait WaitEnd.Open
                Effect.Compensate entry
                Effect.Finish(Outcome.Completed 5)
            ]
            |> List.map _.Accept(named)

        Law.equal
            [
                "await"
                "run 1"
                "after 2, True"
                "split 3"
                "branches 4"
                "name child 1 of 4 until 2026"
                "await those of 5"
                "recall those of 6"
                "append 7, Durable"
                "append 7, Deferred"
                "flush"
                "wait 00:00:04"
                "until 2026"
                "wait"
                "undo S"
                "finish True"
            ]
            told

    [<Fact>]
    member _.``every effect of a flow calls the handler's method for it``() =
        let told = ResizeArray<string>()

        let handler = {
            new IFlowHandler with
                member _.Sleep(timer, span) = told.Add $"sleep {timer} {span}"
                member _.Rest() = told.Add "rest"

                member _.Start(occurrence, isAsked) =
                    told.Add $"start {occurrence.Year} {isAsked}"

                member _.Cancel() = told.Add "cancel"
                member _.Suspend() = told.Add "suspend"

                member _.Skip(occurrence, reason) =
                    told.Add $"skip {occurrence.Year} {reason}"

                member _.Refuse reason = told.Add $"refuse {reason}"
                member _.End() = told.Add "end"
        }

        for effect in
            [
                FlowEffect.Sleep(1L, TimeSpan.FromSeconds 2.0)
                FlowEffect.Rest
                FlowEffect.Start(Answers.epoch, true)
                FlowEffect.Cancel
                FlowEffect.Suspend
                FlowEffect.Skip(Answers.epoch, SkipReason.Done)
                FlowEffect.Refuse "no"
                FlowEffect.End
            ] do
            effect.Accept handler

        Law.equal
            [
                "sleep 1 00:00:02"
                "rest"
                "start 2026 True"
                "cancel"
                "suspend"
                "skip 2026 Done"
                "refuse no"
                "end"
            ]
            (List.ofSeq told)
