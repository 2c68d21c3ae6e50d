using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>Compensations that are tried again.</summary>
public sealed class UndoRetryTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();
    private readonly VirtualTime _time = new();
    private int _failures;

    [Fact]
    [Trait("ID", "S8")]
    public async Task A_compensation_is_tried_again_until_it_succeeds_and_then_all_is_undone()
    {
        _failures = 2;
        var workflow = Paid(TaskConfig.Minimal.WithFixedRetry(3, TimeSpan.FromMilliseconds(10)));
        var error = await _time.RunAsync(Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal("IOException: sold out", error.Message);
        Assert.Equal(["pay", "undo pay 1", "undo pay 2", "undo pay 3"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S8"), Trait("ID", "G3")]
    public async Task Without_an_undo_it_is_tried_once()
    {
        _failures = 2;
        var error = await _time.RunAsync(Failures.OfAsync(Paid(null).OrchestrateAsync(Stage.Start)));
        Assert.Equal("compensation_failed", error.Category);
        Assert.Equal(["pay", "undo pay 1"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S8")]
    public async Task When_its_tries_are_spent_it_stays_undone_with_their_number()
    {
        _failures = 9;
        var workflow = Paid(TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero));
        var error = await _time.RunAsync(Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal("compensation_failed", error.Category);
        Assert.Equal("retry_exhausted", error.Errors[1].Category);
        Assert.Equal(["pay", "undo pay 1", "undo pay 2"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S8"), Trait("ID", "S9")]
    public async Task A_long_delay_is_a_row_outlives_its_process_and_is_no_try()
    {
        _failures = 1;
        var undo = TaskConfig.Minimal.WithFixedRetry(1, s_hour);
        await using (var engine = await OpenAsync())
        {
            var workflow = Paid(undo, named: true);
            engine.Add(workflow);
            var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
            await _time.WhenWaitingAsync().Soon();
            var info = await run.DescribeAsync();
            Assert.Equal(RunStatus.RollingBack, info.Status);
            Assert.Equal(RowKind.WaitStarted, (await engine.HistoryAsync("order-1"))[^1].Kind);
        }

        _time.Advance(s_hour / 2);
        await using var next = await OpenAsync();
        var again = Paid(undo, named: true);
        next.Add(again);
        // What waits is told by its end, not by the resume.
        Assert.Empty(await Engines.Engines.ResumedAsync(next).Soon());
        var ended = Failures.OfAsync(next.Run(again, "order-1").Completion());
        await _time.WhenWaitingAsync().Soon();
        Assert.Equal(["pay", "undo pay 1"], _trail.Marks);
        _time.Advance(s_hour / 2);
        Assert.Equal("IOException: sold out", (await ended.Soon()).Message);
        Assert.Equal(RunStatus.RolledBack, (await next.FindAsync("order-1"))!.Status);
        Assert.Equal(["pay", "undo pay 1", "undo pay 2"], _trail.Marks);
        Assert.Equal(0, (await next.FindAsync("order-1"))!.Tries);
    }

    [Fact]
    [Trait("ID", "S8"), Trait("ID", "S5")]
    public async Task Nobody_who_gives_the_run_up_shortens_the_delay()
    {
        _failures = 1;
        using var cancel = new CancellationTokenSource();
        var running = Paid(TaskConfig.Minimal.WithFixedRetry(1, s_hour))
            .OrchestrateAsync(Stage.Start, cancel.Token);
        await _time.WhenWaitingAsync().Soon();
        await cancel.CancelAsync();
        _time.Advance(s_hour / 2);
        Assert.Equal(["pay", "undo pay 1"], _trail.Marks);
        _time.Advance(s_hour / 2);
        var error = await Failures.OfAsync(running).Soon();
        Assert.Equal("IOException: sold out", error.Message);
        Assert.Equal(["pay", "undo pay 1", "undo pay 2"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S8"), Trait("ID", "S7")]
    public async Task The_time_of_the_rollback_ends_its_waits_too()
    {
        _failures = 9;
        var workflow = Paid(TaskConfig.Minimal.WithFixedRetry(9, s_hour))
            .WithCheckpointStore(_store)
            .WithCompensationTimeout(TimeSpan.FromMinutes(90));
        var error = await _time.RunAsync(Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "order-1")));
        Assert.Equal("compensation_failed", error.Category);
        Assert.Contains("compensation deadline elapsed", error.Errors[^1].Message, StringComparison.Ordinal);
        Assert.Equal(["pay", "undo pay 1", "undo pay 2"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S8")]
    public async Task An_attempt_has_a_time_of_its_own()
    {
        var undo = TaskConfig
            .Minimal.WithFixedRetry(1, TimeSpan.Zero)
            .WithAttemptTimeout(TimeSpan.FromSeconds(5));
        var hangs = true;
        var workflow = Workflow
            .Create<Stage>()
            .RegisterWithCompensation(
                Stage.Start,
                (_, _) => ValueTask.FromResult((Stage.Work, "paid")),
                async (context, _, token) =>
                {
                    _trail.Add($"undo pay {context.Attempt}");
                    if (hangs)
                    {
                        hangs = false;
                        await Task.Delay(s_hour, _time, token);
                    }
                },
                undo: undo
            )
            .Register(Stage.Work, (_, _) => throw new IOException("sold out"), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        var error = await _time.RunAsync(Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal("IOException: sold out", error.Message);
        Assert.Equal(["undo pay 1", "undo pay 2"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S8")]
    public async Task An_open_breaker_is_a_failed_attempt()
    {
        _failures = 1;
        var breaker = new CircuitBreaker(new CircuitPolicy(1, TimeSpan.FromSeconds(15)), _time);
        var undo = TaskConfig.Minimal.WithFixedRetry(3, TimeSpan.FromSeconds(10)).WithCircuitBreaker(breaker);
        var error = await _time.RunAsync(Failures.OfAsync(Paid(undo).OrchestrateAsync(Stage.Start)));
        Assert.Equal("IOException: sold out", error.Message);
        Assert.Equal(["pay", "undo pay 1", "undo pay 3"], _trail.Marks);
    }

    private Task<CanoEngine> OpenAsync() =>
        CanoEngine.OpenAsync(_store, new CanoEngineOptions { TimeProvider = _time });

    private Workflow<Stage> Paid(TaskConfig? undo, bool named = false)
    {
        var workflow = Workflow
            .Create<Stage>()
            .RegisterWithCompensation(
                Stage.Start,
                (_, _) =>
                {
                    _trail.Add("pay");
                    return ValueTask.FromResult((Stage.Work, "paid"));
                },
                (context, _, _) =>
                {
                    _trail.Add($"undo pay {context.Attempt}");
                    return _failures-- > 0
                        ? throw new IOException("bank is closed")
                        : ValueTask.CompletedTask;
                },
                undo: undo
            )
            .Register(Stage.Work, (_, _) => throw new IOException("sold out"), TaskConfig.Minimal)
            .AddExitState(Stage.End);
        return named ? workflow.WithName("orders") : workflow.WithTimeProvider(_time);
    }
}
