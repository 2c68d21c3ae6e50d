namespace Cano.Model

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open Cano

/// A source whose items are made of choices; an item is its own cursor.
type internal Items(stage: Stage, place: Place, context: TaskContext, cursor: int) =
    let mutable item = cursor

    interface IAsyncEnumerator<int> with
        member _.Current = item

        member _.MoveNextAsync() =
            match Script.answer stage.Story place (stage.Call($"{place.Name} {item}", context)) with
            | Reply.More next ->
                item <- next
                ValueTask<bool> true
            | Reply.Fails text ->
                item <- -1
                stage.Failing <- text
                ValueTask<bool> true
            | _ -> ValueTask<bool> false

        member _.DisposeAsync() = ValueTask()

type internal Feed(stage: Stage, place: Place) =
    interface IStreamTask<string, int, int, int> with
        member _.Name = place.Name

        member _.OpenAsync(context, cursor, _) = {
            new IAsyncEnumerable<int> with
                member _.GetAsyncEnumerator _ =
                    Items(stage, place, context, cursor.Or 0)
        }

        member _.ProcessItemAsync(_, item, _) =
            if item < 0 then
                raise (InvalidOperationException stage.Failing)

            ValueTask<struct (int * int)>(struct (item, item))

        member _.FlushWindowAsync(_, _, _) =
            ValueTask<WindowOutcome<string>>(
                WindowOutcome<string>.op_Implicit(WindowOutcome.Continue)
            )

        member _.OnCloseAsync(context, reason, _) =
            match reason with
            | StreamEnd.Exhausted ->
                ValueTask<string>(stage.Reply(place, $"{place.Name} close", context))
            | _ -> ValueTask<string> ""

type internal Alarm(stage: Stage, place: Place, wait: int, config: TaskConfig) =
    interface ITimerTask<string> with
        member _.Name = place.Name
        member _.Config = config

        member _.WaitAsync(context, _) =
            match Script.answer stage.Story place (stage.Call($"{place.Name} wait", context)) with
            | Reply.Fails text -> raise (InvalidOperationException text)
            | _ -> ValueTask<TimerOutcome>(TimerOutcome.After(TimeSpan.FromSeconds(float wait)))

        member _.AfterWaitAsync(context, _) =
            ValueTask<string>(stage.Reply(place, $"{place.Name} after", context))

type internal Question(stage: Stage, place: Place, pause: int, config: TaskConfig) =
    interface IPollTask<string> with
        member _.Name = place.Name
        member _.Config = config

        member _.PollAsync(context, _) =
            match Script.answer stage.Story place (stage.Call($"{place.Name} ask", context)) with
            | Reply.More _ ->
                ValueTask<PollOutcome<string>>(
                    PollOutcome<string>
                        .op_Implicit(PollOutcome.Pending(TimeSpan.FromSeconds(float pause)))
                )
            | answer -> ValueTask<PollOutcome<string>>(PollOutcome.Ready(Stage.State answer))

type internal Route(stage: Stage, place: Place, config: TaskConfig) =
    interface IRouterTask<string> with
        member _.Name = place.Name
        member _.Config = config

        member _.RouteAsync(context, _) =
            ValueTask<string>(stage.Reply(place, place.Name, context))
