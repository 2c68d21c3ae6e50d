using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>A request to stop for good is durable before anybody acts on it.</summary>
public sealed class CancelTests
{
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S5")]
    public async Task A_request_outlives_a_kill_before_its_row(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var engine = await home.OpenAsync())
        {
            await BegunAsync(engine);
            await engine.SuspendAsync().Soon();
            // Nobody works on the run, so that no row can say so.
            await engine.CancelAsync("order-1", "too late").Soon();
            Assert.Equal(RunStatus.Suspended, (await engine.FindAsync("order-1"))!.Status);
        }

        await using var next = await home.OpenAsync();
        next.Add(Saga());
        Assert.Equal(RunStatus.Suspended, (await next.FindAsync("order-1"))!.Status);
        var end = Assert.Single(await Engines.ResumedAsync(next));
        Assert.Equal(("order-1", RunStatus.Cancelled), (end.RunId, end.Status));
        var found = await next.FindAsync("order-1");
        Assert.Equal("too late", found!.CancelReason);
        Assert.Equal(["Start", "Work"], found.Error!.Path);
        Assert.Equal(["pay", "undo pay"], _trail.Marks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "S5")]
    public async Task The_row_is_written_beside_a_body_that_hears_nothing_whose_answer_comes_behind_it(
        bool isCompensatable
    )
    {
        var rows = new RowTally();
        await using var engine = CanoEngine.InMemory(new() { Observers = [rows] });
        var workflow = Deaf(isCompensatable);
        var run = await engine.Add(workflow).StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        await rows.Told.WaitAsync(1).Soon();
        await run.CancelAsync("too late").Soon();
        await rows.Told.WaitAsync(1).Soon();
        Assert.Equal(RowKind.CancelRequested, (await engine.HistoryAsync("order-1"))[^1].Kind);
        Assert.Equal(RunStatus.RollingBack, (await run.DescribeAsync()).Status);
        _gate.Open();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal(isCompensatable ? ["pay", "undo pay"] : ["pay"], _trail.Marks);
        RowKind[] kinds = [.. (await engine.HistoryAsync("order-1")).Select(row => row.Kind)];
        Assert.Equal(
            isCompensatable
                ?
                [
                    RowKind.StateEntered,
                    RowKind.CancelRequested,
                    RowKind.StepCompleted,
                    RowKind.RollbackStarted,
                    RowKind.Compensated,
                    RowKind.RollbackFinished,
                ]
                : [RowKind.StateEntered, RowKind.CancelRequested, RowKind.RollbackFinished],
            kinds
        );
    }

    [Fact]
    [Trait("ID", "S5")]
    public async Task A_store_that_dies_between_request_and_row_loses_no_request()
    {
        var disk = new MemoryCheckpointStore();
        var dying = new DeadAtTheRow(new CrashingCheckpointStore(disk));
        await using (var engine = await CanoEngine.OpenAsync(dying))
        {
            await BegunAsync(engine);
            await engine.CancelAsync("order-1", "too late").Soon();
            await dying.Died.Soon();
        }

        Assert.Equal(3, (await disk.LoadRunAsync("order-1")).Count);
        await using var next = await CanoEngine.OpenAsync(disk);
        next.Add(Saga());
        Assert.Equal(RunStatus.Cancelled, Assert.Single(await Engines.ResumedAsync(next)).Status);
        Assert.Equal("too late", (await next.FindAsync("order-1"))!.CancelReason);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S5"), Trait("ID", "X8")]
    public async Task A_request_waits_until_the_runs_workflow_is_added(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var engine = await home.OpenAsync())
            await BegunAsync(engine);
        await using var next = await home.OpenAsync();
        await next.CancelAsync("order-1").Soon();
        var kept = await next.FindAsync("order-1");
        Assert.Equal(RunStatus.Suspended, kept!.Status);
        Assert.Contains("was not added", kept.Held, StringComparison.Ordinal);
        var workflow = Saga();
        next.Add(workflow);
        var completion = next.Run(workflow, "order-1").Completion();
        Assert.Equal("cancelled", (await Failures.OfAsync(completion.Soon())).Category);
        var ended = await next.FindAsync("order-1");
        Assert.Equal((RunStatus.Cancelled, (string?)null), (ended!.Status, ended.Held));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S5")]
    public async Task A_run_that_waits_for_its_time_is_cancelled_at_once(string kind)
    {
        using var home = Engines.Home(kind);
        var time = new VirtualTime();
        await using var engine = await home.OpenAsync(new CanoEngineOptions { TimeProvider = time });
        var workflow = Saga();
        engine.Add(workflow);
        var later = new StartOptions { NotBefore = time.GetUtcNow().AddDays(1) };
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1", later).Soon();
        await run.CancelAsync().Soon();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal(RunStatus.Cancelled, (await run.DescribeAsync()).Status);
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    [Trait("ID", "S5")]
    public async Task An_end_takes_the_requests_that_came_too_late_and_a_retry_goes_on()
    {
        var store = new SlowFailures(new MemoryCheckpointStore());
        await using var engine = await CanoEngine.OpenAsync(store);
        var fails = true;
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(Stage.Start, _ => fails ? throw new InvalidOperationException("no stock") : Stage.End)
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await store.Written.Entered.Soon();
        await run.CancelAsync().Soon();
        Assert.Single(await store.ReadInboxAsync("order-1"));
        store.Written.Open();
        await Failures.OfAsync(run.Completion().Soon());
        Assert.Empty(await store.ReadInboxAsync("order-1"));
        Assert.Equal(RunStatus.Failed, (await run.DescribeAsync()).Status);
        await run.CancelAsync().Soon();
        fails = false;
        await engine.RetryAsync("order-1").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
    }

    [Fact]
    [Trait("ID", "S5")]
    public async Task A_request_takes_the_tries_of_a_run_back_that_was_set_aside()
    {
        var store = new MemoryCheckpointStore();
        await using (var engine = await CanoEngine.OpenAsync(store))
            await BegunAsync(engine);
        await using var next = await CanoEngine.OpenAsync(store);
        for (var i = 0; i < 3; i++)
            await store.ClaimAsync("order-1", "a process that died");
        Assert.Equal(RunStatus.Quarantined, (await next.FindAsync("order-1"))!.Status);
        await next.CancelAsync("order-1").Soon();
        Assert.NotEqual(RunStatus.Quarantined, (await next.FindAsync("order-1"))!.Status);
        var workflow = Saga();
        next.Add(workflow);
        await Failures.OfAsync(next.Run(workflow, "order-1").Completion().Soon());
        Assert.Equal(RunStatus.Cancelled, (await next.FindAsync("order-1"))!.Status);
    }

    [Fact]
    [Trait("ID", "S5")]
    public async Task A_store_without_an_inbox_takes_the_request_as_a_row()
    {
        await using var engine = await CanoEngine.OpenAsync(new WithoutInbox(new MemoryCheckpointStore()));
        var run = await BegunAsync(engine);
        await run.CancelAsync("enough").Soon();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal("enough", (await run.DescribeAsync()).CancelReason);
    }

    private async Task<WorkflowRun<Stage>> BegunAsync(CanoEngine engine)
    {
        var workflow = Saga();
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        return run;
    }

    private Workflow<Stage> Saga() =>
        Workflow
            .Bare<Stage>()
            .WithName("orders")
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) =>
                {
                    _trail.Add("pay");
                    return new((Stage.Work, 100));
                },
                (_, _, _) =>
                {
                    _trail.Add("undo pay");
                    return default;
                }
            )
            .Register(
                Stage.Work,
                async (_, token) =>
                {
                    await _gate.PassAsync(token);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);

    /// <summary>Dies when the run is to write that it is asked to stop.</summary>
    private sealed class DeadAtTheRow(CrashingCheckpointStore inner) : DelegatingCheckpointStore(inner)
    {
        private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Died => _died.Task;

        public override ValueTask AppendAsync(
            string runId,
            CheckpointRow row,
            long fence,
            CancellationToken cancellationToken = default
        )
        {
            if (row.Kind == RowKind.CancelRequested)
            {
                inner.Crash();
                _died.TrySetResult();
            }

            return base.AppendAsync(runId, row, fence, cancellationToken);
        }
    }

    private sealed class WithoutInbox(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
    {
        public override IInboxStore? Inbox => null;
    }

    /// <summary>The row that a run has failed waits to be written.</summary>
    private sealed class SlowFailures(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
    {
        public Gate Written { get; } = new();

        public override async ValueTask AppendAsync(
            string runId,
            CheckpointRow row,
            long fence,
            CancellationToken cancellationToken = default
        )
        {
            if (row.Kind == RowKind.Failed)
                await Written.PassAsync(cancellationToken);
            await base.AppendAsync(runId, row, fence, cancellationToken);
        }
    }

    /// <summary>A step that works until the gate is open, whatever it is told.</summary>
    private Workflow<Stage> Deaf(bool isCompensatable)
    {
        var workflow = Workflow.Bare<Stage>().WithName("orders").AddExitState(Stage.End);
        return isCompensatable
            ? workflow.RegisterWithCompensation<int>(
                Stage.Start,
                async (_, _) => (await PaidAsync(), 100),
                (_, _, _) =>
                {
                    _trail.Add("undo pay");
                    return default;
                }
            )
            : workflow.Register(Stage.Start, async (_, _) => await PaidAsync());

        async ValueTask<Stage> PaidAsync()
        {
            await _gate.PassAsync(CancellationToken.None);
            _trail.Add("pay");
            return Stage.End;
        }
    }

    private sealed class RowTally : IWorkflowObserver
    {
        public Tally Told { get; } = new();

        public void OnCheckpoint(RunPoint at, long sequence) => Told.Add();
    }
}
