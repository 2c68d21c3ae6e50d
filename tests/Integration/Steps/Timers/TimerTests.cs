using Cano.Testing;

namespace Cano.Integration.Steps.Timers;

/// <summary>Waiting for a span or an instant.</summary>
public sealed class TimerTests
{
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();
    private readonly DateTimeOffset _start = new VirtualTime().GetUtcNow();

    [Fact]
    [Trait("ID", "L5")]
    public async Task A_timer_is_asked_once_waits_once_and_then_chooses()
    {
        Assert.Equal(Stage.End, await RunAsync(Waiting(TimerOutcome.After(TimeSpan.FromHours(1)))));
        Assert.Equal(["wait at 0", "after at 3600"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "L5")]
    public async Task A_timer_may_wait_until_an_instant_of_any_offset()
    {
        var due = _start.AddSeconds(90).ToOffset(TimeSpan.FromHours(5));
        await RunAsync(Waiting(TimerOutcome.Until(due)));
        Assert.Equal(["wait at 0", "after at 90"], _trail.Marks);
    }

    public static TheoryData<int> Past => [-3600, 0];

    [Theory]
    [Trait("ID", "L5")]
    [MemberData(nameof(Past))]
    public async Task What_is_past_fires_at_once(int seconds)
    {
        var until = TimerOutcome.Until(_start.AddSeconds(seconds));
        var after = TimerOutcome.After(TimeSpan.FromSeconds(seconds));
        Assert.Equal(Stage.End, await Of(Waiting(until)).OrchestrateAsync(Stage.Start));
        Assert.Equal(Stage.End, await Of(Waiting(after)).OrchestrateAsync(Stage.Start));
        Assert.Equal(["wait at 0", "after at 0", "wait at 0", "after at 0"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "L5")]
    public async Task A_failed_wait_skips_what_comes_after_and_is_not_retried()
    {
        var timer = Waiting(default) with { Fails = "wait" };
        var error = await Failures.OfAsync(RunAsync(timer));
        Assert.Equal(("task_execution", 1), (error.Category, error.Attempt));
        Assert.Equal(["wait at 0"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "L5")]
    public async Task A_failure_after_the_wait_is_the_tasks()
    {
        var timer = Waiting(TimerOutcome.After(TimeSpan.FromSeconds(5))) with { Fails = "after" };
        var error = await Failures.OfAsync(RunAsync(timer));
        Assert.Equal(("task_execution", "Start"), (error.Category, error.State));
        Assert.EndsWith("IOException: after", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "L5")]
    public async Task A_timer_with_retries_waits_afresh_in_each_attempt()
    {
        var timer = Waiting(TimerOutcome.After(TimeSpan.FromSeconds(5))) with
        {
            Fails = "after",
            Settings = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromSeconds(2)),
        };
        var error = await Failures.OfAsync(RunAsync(timer));
        Assert.Equal(("retry_exhausted", 2), (error.Category, error.Attempt));
        Assert.Equal(["wait at 0", "after at 5", "wait at 7", "after at 12"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "L5")]
    [InlineData(10, 4, 4)]
    [InlineData(3, 4, 3)]
    public async Task An_attempt_timeout_bounds_the_wait(int wait, int limit, int ends)
    {
        var timer = Waiting(TimerOutcome.After(TimeSpan.FromSeconds(wait))) with
        {
            Settings = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(limit)),
        };
        var ended = await _time.AloneAsync(() => Of(timer).TryOrchestrateAsync(Stage.Start));
        Assert.Equal(ends, Seconds);
        Assert.Equal(wait < limit ? "End" : "timeout", ended.Match(end => $"{end}", error => error.Category));
    }

    [Fact]
    [Trait("ID", "L5")]
    public async Task An_attempt_timeout_bounds_the_wait_and_what_comes_after_together()
    {
        var error = await Failures.OfAsync(RunAsync(Hanging()));
        Assert.Equal(("timeout", 4), (error.Category, Seconds));
        Assert.Equal(["wait at 0", "after at 3"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y13"), Trait("ID", "Z14")]
    public async Task A_timer_may_have_the_longest_attempt_timeout_there_is()
    {
        var timer = Waiting(TimerOutcome.After(TimeSpan.FromSeconds(1))) with
        {
            Settings = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.MaxValue),
        };
        Assert.Equal(Stage.End, await RunAsync(timer));
    }

    [Fact]
    [Trait("ID", "Y13"), Trait("ID", "Z14")]
    public async Task The_longest_wait_there_is_lasts_to_the_end_of_time()
    {
        using var cancel = new CancellationTokenSource();
        var run = Of(Waiting(TimerOutcome.After(TimeSpan.MaxValue)))
            .OrchestrateAsync(Stage.Start, cancel.Token);
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromDays(365_000));
        Assert.False(run.IsCompleted);
        await cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
    }

    [Fact]
    public async Task RegisterTimer_waits_then_goes_on_and_declares_its_edge()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterTimer(Stage.Start, TimeSpan.FromMinutes(1), Stage.Work)
            .RegisterTimer(Stage.Work, TimeSpan.Zero, Stage.End)
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        Assert.Equal(Stage.End, await _time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal(60, Seconds);
        Assert.Equal(["Work"], workflow.Definition.States[0].To!);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            workflow.RegisterTimer(Stage.Start, TimeSpan.FromTicks(-1), Stage.End)
        );
    }

    private double Seconds => (_time.GetUtcNow() - _start).TotalSeconds;

    private Task<Stage> RunAsync(ITimerTask<Stage> timer) =>
        _time.AloneAsync(() => Of(timer).OrchestrateAsync(Stage.Start));

    private Workflow<Stage> Of(ITimerTask<Stage> timer) =>
        Workflow.Bare<Stage>().Register(Stage.Start, timer).AddExitState(Stage.End).WithTimeProvider(_time);

    private MarkingTimer Waiting(TimerOutcome outcome) => new(outcome, _trail, () => Seconds);

    /// <summary>Waits 3 s, then works until it is told to stop, 4 s after its beginning.</summary>
    private MarkingTimer Hanging() =>
        Waiting(TimerOutcome.After(TimeSpan.FromSeconds(3))) with
        {
            Settings = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(4)),
            After = new Gate().PassAsync,
        };
}
