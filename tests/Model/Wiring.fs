namespace Cano.Model

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open Cano

/// A source whose items are made of choices; an item is its own cursor.
type private Items(stage: Stage, place: Place, context: TaskContext, cursor: int) =
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

type private Feed(stage: Stage, place: Place) =
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

type private Alarm(stage: Stage, place: Place, wait: int, config: TaskConfig) =
    interface ITimerTask<string> with
        member _.Name = place.Name
        member _.Config = config

        member _.WaitAsync(context, _) =
            match Script.answer stage.Story place (stage.Call($"{place.Name} wait", context)) with
            | Reply.Fails text -> raise (InvalidOperationException text)
            | _ -> ValueTask<TimerOutcome>(TimerOutcome.After(TimeSpan.FromSeconds(float wait)))

        member _.AfterWaitAsync(context, _) =
            ValueTask<string>(stage.Reply(place, $"{place.Name} after", context))

type private Route(stage: Stage, place: Place, config: TaskConfig) =
    interface IRouterTask<string> with
        member _.Name = place.Name
        member _.Config = config

        member _.RouteAsync(context, _) =
            ValueTask<string>(stage.Reply(place, place.Name, context))

/// A story's workflow with bodies that do what the story says.
[<RequireQualifiedAccess>]
module Wiring =

    let private days (count: int64) = TimeSpan.FromDays(float count)
    let private ms (span: int64) = TimeSpan.FromMilliseconds(float span)

    let config (retries: Retries) =
        let mode =
            if retries.Doubles then
                RetryMode.ExponentialCustom(retries.Count, ms retries.Delay, 2.0, Nullable(), 0.0)
            else
                RetryMode.Fixed(retries.Count, ms retries.Delay)

        TaskConfig.Minimal.WithRetry mode

    let private branch (stage: Stage) i =
        CanoTask.From<string>(
            Script.branch i,
            Func<TaskContext, CancellationToken, ValueTask<string>>(fun _ token ->
                ValueTask<string>(
                    task {
                        do! stage.Branch(i, token)
                        return ""
                    }
                )),
            TaskConfig.Minimal
        )

    let private strategy (rule: Rule) =
        match rule with
        | Rule.All -> JoinStrategy.All
        | Rule.Any -> JoinStrategy.Any
        | Rule.Quorum n -> JoinStrategy.Quorum n
        | Rule.Percent p -> JoinStrategy.Percentage(float p / 100.0)
        | Rule.Partial n -> JoinStrategy.PartialResults n
        | Rule.UntilTimeout -> JoinStrategy.PartialTimeout

    let private split (stage: Stage) (workflow: Workflow<string>) name (fork: Fork) =
        let join = JoinConfig.Create(strategy fork.Rule, fork.Next)

        let join =
            if fork.HasTimeout then
                join.WithTimeout(ms Script.splitLimit)
            else
                join

        let join =
            match fork.Bulkhead with
            | Some n -> join.WithBulkhead n
            | None -> join

        let join = if fork.WaitsForAll then join.WaitForAll() else join

        match fork.Fixed with
        | Some count -> workflow.RegisterSplit(name, List.init count (branch stage), join)
        | None ->
            let list (context: TaskContext) =
                Seq.init (stage.List(name, context)).Length (branch stage)

            workflow.RegisterSplit(name, Func<TaskContext, IEnumerable<ITask<string>>> list, join)

    /// Its branches are for items, and rows tell of each.
    let private journaled
        (stage: Stage)
        (workflow: Workflow<string>)
        (place: Place)
        (fork: Fork)
        ways
        =
        let config =
            SplitConfig(
                Timeout =
                    (if fork.HasTimeout then
                         Nullable(ms Script.splitLimit)
                     else
                         Nullable()),
                Bulkhead = Option.toNullable fork.Bulkhead,
                WaitForAll = fork.WaitsForAll,
                Journaled = true,
                Branch = TaskConfig.Minimal
            )

        let body (context: TaskContext) (item: int) (token: CancellationToken) =
            ValueTask<int>(
                task {
                    do! stage.Branch(Stage.BranchOf context, token)
                    return Script.given item
                }
            )

        workflow.RegisterSplit<int, int>(
            place.Name,
            Func<TaskContext, IEnumerable<int>>(fun context -> stage.List(place.Name, context)),
            Func<TaskContext, int, CancellationToken, ValueTask<int>> body,
            strategy fork.Rule,
            Func<TaskContext, BranchResults<int, int>, string>(fun context results ->
                stage.Choose(place, results, context)),
            config,
            ways
        )

    let private step (stage: Stage) (place: Place) (context: TaskContext) (cursor: Cursor<int>) =
        let choice = stage.Call($"{place.Name} {cursor.Or 0}", context)

        match Script.answer stage.Story place choice with
        | Reply.More next -> StepOutcome<int, string>.op_Implicit(StepOutcome.More next)
        | answer -> StepOutcome<int, string>.op_Implicit(StepOutcome.Done(Stage.State answer))

    let private undo (stage: Stage) (context: TaskContext) (output: int64) =
        stage.Moment() |> ignore
        stage.Calls.Add $"undo {context.State} {output}"

        match Script.undoing (stage.Choose()) with
        | Some text -> raise (InvalidOperationException text)
        | None -> ValueTask()

    let private register (stage: Stage) (workflow: Workflow<string>) (place: Place) =
        let config = config place.Retries
        let ways: seq<string> | null = if place.To.IsEmpty then null else place.To

        let answer context = stage.Reply(place, place.Name, context)

        match place.Work with
        | Work.Single ->
            workflow.Register(place.Name, Func<TaskContext, string> answer, config, ways)
        | Work.Router -> workflow.RegisterRouter(place.Name, Route(stage, place, config), ways)
        | Work.Timer wait -> workflow.Register(place.Name, Alarm(stage, place, wait, config), ways)
        | Work.Stream -> workflow.RegisterStream(place.Name, Feed(stage, place), ways)
        | Work.Split fork when fork.Journaled -> journaled stage workflow place fork ways
        | Work.Split fork -> split stage workflow place.Name fork
        | Work.Stepped ->
            let body =
                Func<
                    TaskContext,
                    Cursor<int>,
                    CancellationToken,
                    ValueTask<StepOutcome<int, string>>
                 >
                    (fun context cursor _ -> ValueTask<_>(step stage place context cursor))

            workflow.RegisterStepped(place.Name, body, config, ways)
        | Work.Compensatable ->
            let run =
                Func<TaskContext, CancellationToken, ValueTask<struct (string * int64)>>
                    (fun context _ ->
                        let next = answer context
                        ValueTask<_>(struct (next, int64 (Stage.Visit context))))

            let undo =
                Func<TaskContext, int64, CancellationToken, ValueTask>(fun context output _ ->
                    undo stage context output)

            workflow.RegisterWithCompensation<int64>(place.Name, run, undo, config, ways)

    /// With the longest of patience for everything that the story does not speak of.
    let workflow (stage: Stage) =
        let story = stage.Story

        let workflow =
            (Workflow.Create<string>(), story.Places)
            ||> List.fold (register stage)
            |> _.AddExitStates(story.Exits)
            |> _.WithName("orders")
            |> _.WithWorkflowVersion(3u)
            |> _.WithSnapshotEvery(story.SnapshotEvery)
            |> _.WithTimeProvider(stage.Time)
            |> _.WithObserver(stage)
            |> _.WithStopGrace(days 2_000L)
            |> _.WithCompensationTimeout(days 2_000L)

        if story.Interrupts |> List.exists (fun (_, what) -> what.IsTimeout) then
            workflow.WithTotalTimeout(ms Script.runLimit)
        else
            workflow
