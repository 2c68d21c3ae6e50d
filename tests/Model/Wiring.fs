namespace Cano.Model

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open Cano

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

    let private limits (fork: Fork) =
        SplitConfig(
            Timeout =
                (if fork.HasTimeout then
                     Nullable(ms Script.splitLimit)
                 else
                     Nullable()),
            Bulkhead = Option.toNullable fork.Bulkhead,
            WaitForAll = fork.WaitsForAll
        )

    /// Its branches are for items, and rows tell of each.
    let private journaled
        (stage: Stage)
        (workflow: Workflow<string>)
        (place: Place)
        (fork: Fork)
        ways
        =
        let config = limits fork

        let config =
            SplitConfig(
                Timeout = config.Timeout,
                Bulkhead = config.Bulkhead,
                WaitForAll = config.WaitForAll,
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

    let private child =
        Workflow
            .Create<string>()
            .Register("In", Func<TaskContext, string>(fun _ -> Script.childExit))
            .AddExitState(Script.childExit)
            .WithName("child")

    let private ended (ending: ChildEnd<string>) =
        let gave =
            if ending.IsSuccess then
                Some(ending.Output<int>())
            else
                None

        Line.fate (string ending.Status) gave

    let private next (stage: Stage) (place: Place) (ends: ChildEnd<string> seq) context =
        let told = String.Join(',', ends |> Seq.map ended)
        stage.Reply(place, $"{place.Name} next {told}", context)

    let private children (stage: Stage) (workflow: Workflow<string>) (place: Place) join ways =
        match join with
        | None ->
            workflow.RegisterChild<string, int>(
                place.Name,
                child,
                "In",
                Func<TaskContext, int>(fun context -> stage.Give(place.Name, context)),
                Func<TaskContext, ChildEnd<string>, string>(fun context ending ->
                    next stage place [ ending ] context),
                ways
            )
        | Some fork ->
            workflow.RegisterChildren<int, string>(
                place.Name,
                Func<TaskContext, IEnumerable<int>>(fun context ->
                    stage.ListChildren(place.Name, context)),
                child,
                "In",
                strategy fork.Rule,
                Func<TaskContext, IReadOnlyList<ChildEnd<string>>, string>(fun context ends ->
                    next stage place ends context),
                limits fork,
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
        | Work.Single
        | Work.Pure -> workflow.Register(place.Name, Func<TaskContext, string> answer, config, ways)
        | Work.Router -> workflow.RegisterRouter(place.Name, Route(stage, place, config), ways)
        | Work.Timer wait -> workflow.Register(place.Name, Alarm(stage, place, wait, config), ways)
        | Work.Poll pause ->
            workflow.Register(place.Name, Question(stage, place, pause, config), ways)
        | Work.Stream -> workflow.RegisterStream(place.Name, Feed(stage, place), ways)
        | Work.Children join -> children stage workflow place join ways
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
            |> _.Pure(story.Places |> Seq.filter _.Work.IsPure |> Seq.map _.Name)
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
