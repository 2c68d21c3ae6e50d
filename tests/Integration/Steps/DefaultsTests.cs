namespace Cano.Integration.Steps;

/// <summary>What each kind of work does when it says nothing about itself.</summary>
public sealed class DefaultsTests
{
    [Fact]
    [Trait("ID", "J1"), Trait("ID", "L1"), Trait("ID", "L10")]
    public void Nodes_routers_steps_and_compensatable_steps_have_the_default_retries()
    {
        Assert.Equal(TaskConfig.Default, ((INode<Stage, int, int>)new Silent()).Config);
        Assert.Equal(TaskConfig.Default, ((IRouterTask<Stage>)new Silent()).Config);
        Assert.Equal(TaskConfig.Default, ((ISteppedTask<Stage, int>)new Silent()).Config);
        Assert.Equal(TaskConfig.Default, ((ICompensatableTask<Stage, int>)new Silent()).Config);
    }

    [Fact]
    [Trait("ID", "L2"), Trait("ID", "L5"), Trait("ID", "L6"), Trait("ID", "M7")]
    public void Polls_timers_batches_and_streams_are_tried_once()
    {
        Assert.Equal(TaskConfig.Minimal, ((IPollTask<Stage>)new Silent()).Config);
        Assert.Equal(TaskConfig.Minimal, ((ITimerTask<Stage>)new Silent()).Config);
        Assert.Equal(TaskConfig.Minimal, ((IBatchTask<Stage, int, int>)new Silent()).Config);
        Assert.Equal(TaskConfig.Minimal, ((IStreamTask<Stage, int, int, int>)new Silent()).Config);
        Assert.Equal(0, TaskConfig.Minimal.Retry.Retries);
        Assert.Null(TaskConfig.Minimal.AttemptTimeout);
    }

    [Fact]
    [Trait("ID", "L3"), Trait("ID", "L6"), Trait("ID", "L7"), Trait("ID", "M1"), Trait("ID", "M8")]
    public void The_policies_of_polls_batches_and_streams_are_the_strictest()
    {
        Assert.Equal(PollErrorPolicy.FailFast, ((IPollTask<Stage>)new Silent()).OnError);
        Assert.Equal(1, ((IBatchTask<Stage, int, int>)new Silent()).Concurrency);
        Assert.Equal(RetryMode.None, ((IBatchTask<Stage, int, int>)new Silent()).ItemRetry);
        Assert.Equal(StreamWindow.Count(1), ((IStreamTask<Stage, int, int, int>)new Silent()).Window);
        Assert.Equal(ItemErrorPolicy.FailFast, ((IStreamTask<Stage, int, int, int>)new Silent()).OnItemError);
    }

    [Fact]
    [Trait("ID", "L2")]
    public async Task A_lambda_poll_without_a_config_is_tried_once()
    {
        var polls = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterPoll(Stage.Start, (_, _) => ++polls > 0 ? throw new IOException("gone") : default)
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(("task_execution", 1, 1), (error.Category, error.Attempt, polls));
    }

    /// <summary>Every kind of work at once; nothing of it is ever run.</summary>
    private sealed class Silent
        : INode<Stage, int, int>,
            IRouterTask<Stage>,
            IPollTask<Stage>,
            ITimerTask<Stage>,
            IBatchTask<Stage, int, int>,
            ISteppedTask<Stage, int>,
            IStreamTask<Stage, int, int, int>,
            ICompensatableTask<Stage, int>
    {
        public ValueTask<int> PrepAsync(TaskContext context, CancellationToken cancellationToken) => new(0);

        public ValueTask<int> ExecAsync(int prep, CancellationToken cancellationToken) => new(0);

        public ValueTask<Stage> PostAsync(
            TaskContext context,
            int exec,
            CancellationToken cancellationToken
        ) => new(Stage.End);

        public ValueTask<Stage> RouteAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);

        public ValueTask<PollOutcome<Stage>> PollAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new(PollOutcome.Ready(Stage.End));

        public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(TimerOutcome.After(TimeSpan.Zero));

        public ValueTask<Stage> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);

        public ValueTask<IReadOnlyList<int>> LoadAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new([]);

        ValueTask<int> IBatchTask<Stage, int, int>.ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        ) => new(item);

        public ValueTask<Stage> FinishAsync(
            TaskContext context,
            IReadOnlyList<ItemResult<int>> results,
            CancellationToken cancellationToken
        ) => new(Stage.End);

        public ValueTask<StepOutcome<int, Stage>> StepAsync(
            TaskContext context,
            Cursor<int> cursor,
            CancellationToken cancellationToken
        ) => new(StepOutcome.Done(Stage.End));

        public IAsyncEnumerable<int> OpenAsync(
            TaskContext context,
            Cursor<int> cursor,
            CancellationToken cancellationToken
        ) => AsyncEnumerable.Empty<int>();

        ValueTask<(int Output, int Cursor)> IStreamTask<Stage, int, int, int>.ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        ) => new((item, item));

        public ValueTask<WindowOutcome<Stage>> FlushWindowAsync(
            TaskContext context,
            IReadOnlyList<int> outputs,
            CancellationToken cancellationToken
        ) => new(WindowOutcome.Continue);

        public ValueTask<Stage> OnCloseAsync(
            TaskContext context,
            StreamEnd reason,
            CancellationToken cancellationToken
        ) => new(Stage.End);

        public ValueTask<(Stage Next, int Output)> RunAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new((Stage.End, 0));

        public ValueTask CompensateAsync(
            TaskContext context,
            int output,
            CancellationToken cancellationToken
        ) => default;
    }
}
