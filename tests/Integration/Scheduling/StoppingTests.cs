namespace Cano.Integration.Scheduling;

public sealed class StoppingTests
{
    private readonly Bench _bench = new();
    private readonly Gate _gate = new();

    [Fact]
    [Trait("ID", "Q13")]
    public async Task Stop_cancels_what_runs_and_refuses_what_is_asked_later()
    {
        var running = await _bench
            .Scheduler.EveryHours("flow", _bench.Waiting(_gate), Stage.Start, 1)
            .StartAsync();
        await _gate.Entered;
        var result = await running.StopAsync();
        Assert.True(result.Clean);
        Assert.Empty(result.StillRunning);
        Assert.Equal(
            (FlowStatus.Idle, 1L),
            (running.Status("flow")!.Status, running.Status("flow")!.RunCount)
        );
        foreach (
            var ask in new Func<Task>[]
            {
                () => running.TriggerAsync("flow"),
                () => running.ResetFlowAsync("flow"),
                () => running.CancelFlowAsync("flow"),
            }
        )
        {
            var error = (await Assert.ThrowsAsync<CanoException>(ask)).Error;
            Assert.Equal(("workflow", "Scheduler not running"), (error.Category, error.Message));
        }
    }

    [Fact]
    [Trait("ID", "Q13")]
    public async Task Stop_may_be_asked_for_many_times()
    {
        var running = await _bench
            .Scheduler.EveryHours("flow", _bench.Marking(), Stage.Start, 1)
            .StartAsync();
        var results = await Task.WhenAll(
            running.StopAsync(),
            running.StopAsync(TimeSpan.Zero),
            running.StopAsync()
        );
        Assert.All(results, result => Assert.Same(results[0], result));
        await running.DisposeAsync();
        await running.WaitAsync();
    }

    [Fact]
    [Trait("ID", "Q14"), Trait("ID", "Q15")]
    public async Task Stop_ends_every_sleep_at_once_and_starts_nothing_more()
    {
        _bench.Failure = new IOException("down");
        var running = await _bench
            .Scheduler.EveryHours("hour", _bench.Marking(), Stage.Start, 1)
            .EverySeconds("backoff", _bench.Marking("b"), Stage.Start, 1)
            .Cron("daily", _bench.Marking("d"), Stage.Start, "0 0 2 * * *")
            .StartAsync();
        await running.RestAsync("hour", 1);
        await running.RestAsync("backoff", 1);
        // The clock stands still: no sleep can end by itself.
        Assert.True((await running.StopAsync()).Clean);
        Assert.Equal(0, _bench.Time.WaitingCount);
        _bench.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(["b", "run"], _bench.Trail.Marks.Order());
    }

    [Theory]
    [Trait("ID", "Y11"), Trait("ID", "Z5")]
    [InlineData(null, 30)]
    [InlineData(7, 7)]
    public async Task Stopping_with_a_stuck_task_returns_within_its_deadline_and_names_it(
        int? given,
        int seconds
    )
    {
        var stuck = _bench
            .Marking()
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    await _gate.HoldAsync();
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .WithStopGrace(TimeSpan.FromDays(1));
        var running = await _bench
            .Scheduler.Manual("good", _bench.Marking(), Stage.Start)
            .EveryHours("stuck", stuck, Stage.Start, 1)
            .StartAsync();
        await _gate.Entered;
        var stopping = running.StopAsync(given is { } span ? TimeSpan.FromSeconds(span) : null);
        _bench.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.False(stopping.IsCompleted);
        _bench.Time.Advance(TimeSpan.FromTicks(1));
        var result = await stopping;
        Assert.False(result.Clean);
        Assert.Equal(["stuck"], result.StillRunning);
        Assert.Equal(FlowStatus.Running, running.Status("stuck")!.Status);
        _gate.Open();
        await running.RestAsync("stuck", 1);
    }

    [Fact]
    [Trait("ID", "Y11"), Trait("ID", "Z5")]
    public async Task A_task_that_blocks_its_thread_holds_up_neither_start_nor_stop()
    {
        using var release = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var stuck = _bench
            .Marking()
            .Register(
                Stage.Start,
                _ =>
                {
                    entered.Set();
                    release.Wait();
                    return Stage.End;
                }
            );
        var running = await _bench.Scheduler.EveryHours("stuck", stuck, Stage.Start, 1).StartAsync();
        await Flows.UntilAsync(() => entered.IsSet);
        Assert.Equal(["stuck"], (await running.StopAsync(TimeSpan.Zero)).StillRunning);
        release.Set();
        await running.RestAsync("stuck", 1);
    }

    [Fact]
    [Trait("ID", "Y11")]
    public async Task The_deadline_holds_for_teardowns_too()
    {
        var work = _bench.Marking().WithResources(new Resources().Insert("db", new StuckTeardown(_gate)));
        var running = await _bench
            .Scheduler.Manual("free", _bench.Marking(), Stage.Start)
            .Manual("flow", work, Stage.Start)
            .StartAsync();
        var stopping = running.StopAsync();
        await _gate.Entered;
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        var result = await stopping;
        Assert.Equal(
            (false, "flow"),
            (result.Clean, string.Join(", ", result.StillRunning.Skip(result.StillRunning.Count - 1)))
        );
        _gate.Open();
    }

    [Fact]
    [Trait("ID", "Q13")]
    public async Task The_token_of_the_start_stops_the_scheduler()
    {
        using var cancel = new CancellationTokenSource();
        var running = await _bench
            .Scheduler.EveryHours("flow", _bench.Waiting(_gate), Stage.Start, 1)
            .StartAsync(cancel.Token);
        await _gate.Entered;
        var waiting = running.WaitAsync();
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();
        await waiting;
        Assert.Equal(FlowStatus.Idle, running.Status("flow")!.Status);
    }

    [Fact]
    [Trait("ID", "Q13")]
    public async Task A_start_that_was_cancelled_starts_nothing_and_leaves_nothing_set_up()
    {
        using var cancel = new CancellationTokenSource();
        var trail = new Trail();
        var work = _bench
            .Marking()
            .WithResources(new Resources().Insert("db", new CancellingSetup(trail, cancel)));
        var error = await Failures.OfAsync(
            _bench.Scheduler.EverySeconds("flow", work, Stage.Start, 1).StartAsync(cancel.Token)
        );
        Assert.Equal("cancelled", error.Category);
        Assert.Equal(["setup", "teardown"], trail.Marks);
        Assert.Empty(_bench.Trail.Marks);
    }

    [Fact]
    [Trait("ID", "Q2"), Trait("ID", "Q3")]
    public async Task Resources_live_as_long_as_the_scheduler_and_go_newest_first()
    {
        var running = await Spied("a", "b").StartAsync();
        Assert.Equal(["setup a", "setup b"], _bench.Trail.Marks);
        await running.RunAsync("a");
        await running.RunAsync("a");
        await running.RunAsync("b");
        Assert.Equal(["setup a", "setup b", "a", "a", "b"], _bench.Trail.Marks);
        await running.StopAsync();
        Assert.Equal(["teardown b", "teardown a"], _bench.Trail.Marks.Skip(5));
    }

    [Fact]
    [Trait("ID", "Q2")]
    public async Task When_a_setup_fails_those_before_it_are_torn_down_and_nothing_runs()
    {
        var bad = _bench
            .Marking("bad")
            .WithResources(
                new Resources().Insert(
                    "db",
                    new Spy("bad", new Trail()) { SetupFailure = new IOException("no database") }
                )
            );
        var error = await Failures.OfAsync(
            Spied("a", "b").EverySeconds("bad", bad, Stage.Start, 1).StartAsync()
        );
        Assert.Contains("no database", error.Message, StringComparison.Ordinal);
        Assert.Equal(["setup a", "setup b", "teardown b", "teardown a"], _bench.Trail.Marks);
        Assert.Equal(0, _bench.Time.WaitingCount);
    }

    [Fact]
    [Trait("ID", "Q17")]
    public async Task A_scheduler_whose_handle_was_dropped_goes_on()
    {
        await DropAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(11, _bench.Trail.CountOf("run"));
    }

    private async Task DropAsync()
    {
        var running = await _bench
            .Scheduler.EveryMinutes("flow", _bench.Marking(), Stage.Start, 1)
            .StartAsync();
        await running.RestAsync("flow", 1);
    }

    private Scheduler Spied(params string[] names) =>
        names.Aggregate(
            _bench.Scheduler,
            (scheduler, name) =>
                scheduler.Manual(
                    name,
                    _bench
                        .Marking(name)
                        .WithResources(new Resources().Insert(name, new Spy(name, _bench.Trail))),
                    Stage.Start
                )
        );

    private sealed class StuckTeardown(Gate gate) : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken) => default;

        public async ValueTask TeardownAsync(CancellationToken cancellationToken) => await gate.HoldAsync();
    }

    private sealed class CancellingSetup(Trail trail, CancellationTokenSource cancel) : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken)
        {
            trail.Add("setup");
            cancel.Cancel();
            return default;
        }

        public ValueTask TeardownAsync(CancellationToken cancellationToken)
        {
            trail.Add("teardown");
            return default;
        }
    }
}
