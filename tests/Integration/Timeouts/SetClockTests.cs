using Cano.Integration.Steps.Waits;
using Cano.Testing;

namespace Cano.Integration.Timeouts;

/// <summary>Waits while the wall clock is set, or the machine sleeps.</summary>
public sealed class SetClockTests
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_span = TimeSpan.FromSeconds(10);

    private readonly VirtualTime _steady = new();
    private readonly SettableTime _time;
    private readonly MemoryCheckpointStore _store = new();
    private int _attempts;

    public SetClockTests() => _time = new SettableTime(_steady);

    [Fact]
    [Trait("ID", "F72")]
    public async Task A_wait_for_an_instant_ends_within_a_minute_of_it_though_the_machine_slept()
    {
        var instant = _time.GetUtcNow() + (3 * s_day);
        var run = Waiting(TimerOutcome.Until(instant)).OrchestrateAsync(Stage.Start, "run");
        _steady.Advance(TimeSpan.FromSeconds(59));
        // While it slept no timer counted.
        _time.Ahead = 3 * s_day;
        _steady.Advance(TimeSpan.FromMinutes(1));
        Assert.True(run.IsCompleted);
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "F72")]
    public async Task A_wait_for_an_instant_waits_for_the_wall_clock_to_show_it()
    {
        var run = Waiting(TimerOutcome.Until(_time.GetUtcNow() + s_day)).OrchestrateAsync(Stage.Start, "run");
        _time.Ahead = -s_day;
        _steady.Advance(s_day);
        Assert.False(run.IsCompleted);
        _steady.Advance(s_day);
        Assert.True(run.IsCompleted);
        await run;
    }

    [Theory]
    [Trait("ID", "F72")]
    [InlineData("timer", -1)]
    [InlineData("timer", 1)]
    [InlineData("wait", -1)]
    [InlineData("wait", 1)]
    [InlineData("retry", -1)]
    [InlineData("retry", 1)]
    public async Task A_span_that_began_here_lasts_as_long_whatever_the_wall_clock_is_set_to(
        string kind,
        int days
    )
    {
        var run = OfSpan(kind).OrchestrateAsync(Stage.Start, "run");
        _time.Ahead = days * s_day;
        _steady.Advance(s_span - TimeSpan.FromTicks(1));
        Assert.False(run.IsCompleted);
        _steady.Advance(TimeSpan.FromTicks(1));
        Assert.True(run.IsCompleted);
        Assert.Equal(Stage.End, await run);
    }

    [Theory]
    [Trait("ID", "F72")]
    [InlineData("timer")]
    [InlineData("wait")]
    [InlineData("retry")]
    public async Task A_span_that_is_resumed_ends_when_the_wall_clock_shows_its_end(string kind)
    {
        using var died = new CancellationTokenSource();
        var run = OfSpan(kind).TryOrchestrateAsync(Stage.Start, "run", died.Token);
        await died.CancelAsync();
        await run;
        _time.Ahead = -s_day;
        var resumed = OfSpan(kind).ResumeFromAsync("run");
        _steady.Advance(s_span);
        Assert.False(resumed.IsCompleted);
        _time.Ahead = TimeSpan.Zero;
        _steady.Advance(TimeSpan.FromMinutes(1));
        Assert.True(resumed.IsCompleted);
        Assert.Equal(Stage.End, await resumed);
    }

    [Theory]
    [Trait("ID", "F72")]
    [InlineData("a span")]
    [InlineData("an instant")]
    public async Task A_wait_ends_at_its_end_though_the_clock_went_on_while_its_timer_was_set(string kind)
    {
        var time = new HastyTime(_steady) { Haste = s_day };
        var outcome = kind is "a span"
            ? TimerOutcome.After(s_day)
            : TimerOutcome.Until(_steady.GetUtcNow() + s_day);
        var run = Waiting(outcome).WithTimeProvider(time).OrchestrateAsync(Stage.Start, "run");
        Assert.True(run.IsCompleted);
        Assert.Equal(Stage.End, await run);
    }

    [Theory]
    [Trait("ID", "F72")]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task The_time_of_an_attempt_that_waits_is_a_span(int days)
    {
        var config = TaskConfig.Minimal.WithAttemptTimeout(s_span);
        var run = Waiting(TimerOutcome.After(TimeSpan.FromMinutes(30)), config)
            .OrchestrateAsync(Stage.Start, "run");
        _time.Ahead = days * s_day;
        _steady.Advance(s_span - TimeSpan.FromTicks(1));
        Assert.False(run.IsCompleted);
        _steady.Advance(TimeSpan.FromTicks(1));
        Assert.True(run.IsCompleted);
        Assert.Equal("timeout", (await Failures.OfAsync(run)).Category);
    }

    private Workflow<Stage> OfSpan(string kind) =>
        kind switch
        {
            "timer" => Waiting(TimerOutcome.After(s_span)),
            "wait" => With(
                Workflow.Bare<Stage>().Waiting(Stage.Start, Wait.For<Stage>().After(s_span, Stage.End))
            ),
            "retry" => With(
                Workflow
                    .Bare<Stage>()
                    .Register(
                        Stage.Start,
                        _ => ++_attempts > 1 ? Stage.End : throw new IOException("once"),
                        TaskConfig.Minimal.WithFixedRetry(1, s_span)
                    )
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    private Workflow<Stage> Waiting(TimerOutcome outcome, TaskConfig? config = null) =>
        With(Workflow.Bare<Stage>().Register(Stage.Start, new Timer(outcome, config ?? TaskConfig.Minimal)));

    private Workflow<Stage> With(Workflow<Stage> workflow) =>
        workflow.AddExitState(Stage.End).WithCheckpointStore(_store).WithTimeProvider(_time);

    private sealed class Timer(TimerOutcome outcome, TaskConfig config) : ITimerTask<Stage>
    {
        public TaskConfig Config => config;

        public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(outcome);

        public ValueTask<Stage> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);
    }
}
