using Cano.Testing;

namespace Cano.Integration.Engines;

public sealed class StopTests
{
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S1"), Trait("ID", "X7")]
    public async Task A_suspend_undoes_nothing_and_the_next_engine_goes_on(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var engine = await home.OpenAsync())
        {
            var workflow = Engines.Saga(_trail, _gate);
            engine.Add(workflow);
            var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
            await _gate.Entered.Soon();
            var waiting = run.Completion();
            var stopped = await engine.SuspendAsync(TimeSpan.FromSeconds(20)).Soon();
            Assert.True(stopped.Clean);
            Assert.Equal("suspended", (await Failures.OfAsync(waiting)).Category);
            Assert.Equal(RunStatus.Suspended, (await run.DescribeAsync()).Status);
            Assert.Equal(
                "suspended",
                (await Failures.OfAsync(engine.StartAsync(workflow, Stage.Start, "order-2"))).Category
            );
        }

        Assert.Equal(["pay", "ship told to stop"], _trail.Marks);
        _gate.Open();
        await using var next = await home.OpenAsync();
        next.Add(Engines.Saga(_trail, _gate));
        var end = Assert.Single(await Engines.ResumedAsync(next));
        Assert.Equal(("order-1", RunStatus.Completed, "End"), (end.RunId, end.Status, end.ExitState));
        Assert.Equal(["pay", "ship told to stop", "ship"], _trail.Marks);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("ID", "S4")]
    public async Task A_paid_saga_goes_on_after_a_stop_as_after_a_kill(bool isKilled)
    {
        var store = new MemoryCheckpointStore();
        // Under one name, so that the second need not wait until the first is taken for dead.
        var options = new CanoEngineOptions { NodeName = "shop" };
        var link = new Link(store);
        await using (var engine = await CanoEngine.OpenAsync(link, options))
        {
            var workflow = Engines.Saga(_trail, _gate);
            engine.Add(workflow);
            await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
            await _gate.Entered.Soon();
            link.IsCut = isKilled;
        }

        Assert.Equal(
            [RowKind.StateEntered, RowKind.StepCompleted, RowKind.StateEntered],
            (await store.LoadRunAsync("order-1")).Select(row => row.Kind)
        );
        _gate.Open();
        await using var next = await CanoEngine.OpenAsync(store, options);
        next.Add(Engines.Saga(_trail, _gate));
        Assert.Equal(RunStatus.Completed, Assert.Single(await Engines.ResumedAsync(next)).Status);
        Assert.Equal(["pay", "ship told to stop", "ship"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S5")]
    public async Task A_cancelled_run_is_undone_and_stays_cancelled(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var workflow = Engines.Saga(_trail, _gate);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        await run.CancelAsync("they changed their mind").Soon();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        var info = await run.DescribeAsync();
        Assert.Equal((RunStatus.Cancelled, "they changed their mind"), (info.Status, info.CancelReason));
        Assert.Equal(["pay", "ship told to stop", "undo pay"], _trail.Marks);
        await run.CancelAsync();
        var rows = await engine.HistoryAsync("order-1");
        Assert.Equal(
            [
                "StateEntered",
                "StepCompleted",
                "StateEntered",
                "CancelRequested",
                "RollbackStarted",
                "Compensated",
                "RollbackFinished",
            ],
            rows.Select(row => row.Kind.ToString())
        );
        Assert.Equal("run_not_found", (await Failures.OfAsync(AsTask(engine.CancelAsync("none")))).Category);
        Assert.Equal("workflow", (await Failures.OfAsync(AsTask(engine.RetryAsync("order-1")))).Category);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S5")]
    public async Task A_run_that_nobody_works_on_is_taken_up_to_be_cancelled(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var engine = await home.OpenAsync())
        {
            var workflow = Engines.Saga(_trail, _gate);
            engine.Add(workflow);
            await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
            await _gate.Entered.Soon();
        }

        await using var next = await home.OpenAsync();
        var again = Engines.Saga(_trail, _gate);
        var run = next.Add(again).Run(again, "order-1");
        await run.CancelAsync().Soon();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal(["pay", "ship told to stop", "undo pay"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S7")]
    public async Task A_failed_run_is_listed_left_alone_and_goes_on_when_it_is_retried(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var fails = true;
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(Stage.Start, _ => fails ? throw new InvalidOperationException("no stock") : Stage.End)
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await Failures.OfAsync(run.Completion().Soon());
        var found = Assert.Single(await StartTests.ListAsync(engine, RunQuery.NeedsAttention));
        Assert.Equal((RunStatus.Failed, "Start"), (found.Status, found.State));
        Assert.Contains("no stock", (await run.DescribeAsync()).Error!.Message, StringComparison.Ordinal);
        Assert.Empty(await Engines.ResumedAsync(engine));
        fails = false;
        await engine.RetryAsync("order-1").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(
            ["StateEntered", "Failed", "StateEntered", "Finished"],
            (await engine.HistoryAsync("order-1")).Select(row => row.Kind.ToString())
        );
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S7")]
    public async Task What_could_not_be_undone_is_tried_again_when_the_run_is_retried(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var isStuck = true;
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                (_, _, _) =>
                {
                    _trail.Add("undo");
                    return isStuck ? throw new InvalidOperationException("stuck") : default;
                }
            )
            .Register(
                Stage.Work,
                (Func<TaskContext, Stage>)(_ => throw new InvalidOperationException("late"))
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        Assert.Equal("compensation_failed", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal(RunStatus.RollbackFailed, (await run.DescribeAsync()).Status);
        isStuck = false;
        await engine.RetryAsync("order-1").Soon();
        Assert.Equal("retry_exhausted", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal(RunStatus.RolledBack, (await run.DescribeAsync()).Status);
        Assert.Equal(["undo", "undo"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "X8"), Trait("ID", "S13")]
    public async Task A_run_of_a_workflow_that_was_not_added_is_left_alone_told_and_found(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var engine = await home.OpenAsync())
        {
            var workflow = Engines.Saga(_trail, _gate);
            engine.Add(workflow);
            await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
            await _gate.Entered.Soon();
        }

        await using var next = await home.OpenAsync();
        next.Add(Engines.Saga(_trail, _gate).WithWorkflowVersion(2));
        for (var i = 0; i < 4; i++)
        {
            var end = Assert.Single(await Engines.ResumedAsync(next));
            Assert.Equal(RunStatus.Suspended, end.Status);
            Assert.Contains("was not added", end.Error!.Message, StringComparison.Ordinal);
        }

        var found = Assert.Single(await StartTests.ListAsync(next, RunQuery.NeedsAttention));
        Assert.Contains("version 0", found.Held, StringComparison.Ordinal);
        Assert.Equal(0, found.Tries);
        _gate.Open();
        next.Add(Engines.Saga(_trail, _gate));
        Assert.Equal(RunStatus.Completed, Assert.Single(await Engines.ResumedAsync(next)).Status);
        Assert.Empty(await StartTests.ListAsync(next, RunQuery.NeedsAttention));
    }

    [Fact]
    [Trait("ID", "X2")]
    public async Task Calls_on_a_disposed_engine_are_refused()
    {
        var engine = CanoEngine.InMemory();
        await engine.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.FindAsync("order-1"));
        Assert.Throws<ObjectDisposedException>(() => engine.Add(Engines.Saga(_trail, _gate)));
    }

    [Fact]
    [Trait("ID", "X1")]
    public async Task Two_engines_on_one_directory_are_refused_by_any_spelling()
    {
        using var directory = new TempDirectory();
        await using var engine = await CanoEngine.OpenAsync(directory.Path);
        var error = await Failures.OfAsync(
            CanoEngine.OpenAsync(directory.Path + "/../" + Path.GetFileName(directory.Path))
        );
        Assert.Equal("checkpoint_store", error.Category);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S11")]
    public async Task An_ended_run_is_forgotten_when_it_is_asked_for_and_no_other(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var workflow = StartTests.Gated(_gate);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        Assert.Equal("workflow", (await Failures.OfAsync(AsTask(engine.ForgetAsync("order-1")))).Category);
        _gate.Open();
        await run.Completion().Soon();
        Assert.Equal(1, (await engine.CountAsync())[RunStatus.Completed]);
        await engine.ForgetAsync("order-1");
        Assert.Null(await engine.FindAsync("order-1"));
        Assert.Equal("run_not_found", (await Failures.OfAsync(run.Completion())).Category);
    }

    [Fact]
    [Trait("ID", "S11")]
    public async Task A_run_whose_end_is_read_before_it_hears_of_it_is_forgotten_when_it_has_left()
    {
        var store = new SlowEnds();
        await using var engine = await CanoEngine.OpenAsync(store);
        var workflow = StartTests.Gated(_gate);
        engine.Add(workflow);
        await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        _gate.Open();
        await store.Answering.Entered.Soon();
        Assert.Equal(Stage.End, await engine.Run(workflow, "order-1").Completion().Soon());
        var forgotten = engine.ForgetAsync("order-1");
        store.Answering.Open();
        await forgotten.Soon();
        Assert.Null(await engine.FindAsync("order-1"));
    }

    private static async Task<bool> AsTask(Task task)
    {
        await task;
        return true;
    }

    /// <summary>The row that a run has come to its exit is there before its writer is told so.</summary>
    private sealed class SlowEnds() : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        public Gate Answering { get; } = new();

        public override async ValueTask AppendAsync(
            string runId,
            CheckpointRow row,
            long fence,
            CancellationToken cancellationToken = default
        )
        {
            await base.AppendAsync(runId, row, fence, cancellationToken);
            if (row.Status == RowStatus.Completed)
                await Answering.PassAsync(cancellationToken);
        }
    }
}
