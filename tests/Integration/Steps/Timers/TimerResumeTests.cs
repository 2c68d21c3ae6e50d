using Cano.Testing;

namespace Cano.Integration.Steps.Timers;

/// <summary>A timer's wait outlives the process.</summary>
public sealed class TimerResumeTests
{
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();
    private readonly DateTimeOffset _start = new VirtualTime().GetUtcNow();

    [Fact]
    [Trait("ID", "Y8")]
    public async Task The_due_time_is_durable_before_the_wait_begins()
    {
        var run = Of(TaskConfig.Minimal).OrchestrateAsync(Stage.Start, "run");
        await _time.WhenWaitingAsync();
        Assert.Equal(["StateEntered Start", "WaitStarted Start"], _store.Story);
        Assert.NotNull(_store.Rows[1].Payload);
        Assert.Equal(Stage.End, await _time.DriveAsync(() => run));
        Assert.Equal(["StateEntered Start", "WaitStarted Start", "Finished End"], _store.Story);
    }

    [Theory]
    [Trait("ID", "Y8")]
    [InlineData(0, 60)]
    [InlineData(45, 60)]
    [InlineData(60, 60)]
    [InlineData(600, 600)]
    public async Task A_resume_waits_only_what_is_left_and_does_not_ask_again(int away, int after)
    {
        await InterruptAsync(TaskConfig.Minimal);
        _time.Advance(TimeSpan.FromSeconds(away));
        Assert.Equal(Stage.End, await _time.AloneAsync(() => Of(TaskConfig.Minimal).ResumeFromAsync("run")));
        Assert.Equal(["wait at 0", $"after at {after}"], _trail.Marks);
        Assert.Equal(["StateEntered Start", "WaitStarted Start", "Finished End"], _store.Story);
    }

    [Fact]
    [Trait("ID", "Y8")]
    public async Task A_resume_that_is_interrupted_too_still_waits_only_what_is_left()
    {
        await InterruptAsync(TaskConfig.Minimal);
        using var cancel = new CancellationTokenSource();
        _time.Advance(TimeSpan.FromSeconds(20));
        var second = Of(TaskConfig.Minimal).ResumeFromAsync("run", cancel.Token);
        await _time.WhenWaitingAsync();
        await cancel.CancelAsync();
        await Failures.OfAsync(second);
        _time.Advance(TimeSpan.FromSeconds(20));
        await _time.AloneAsync(() => Of(TaskConfig.Minimal).ResumeFromAsync("run"));
        Assert.Equal(["wait at 0", "after at 60"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y8")]
    public async Task A_run_that_has_waited_in_a_state_that_waits_no_more_says_what_to_do()
    {
        await InterruptAsync(TaskConfig.Minimal);
        var changed = Of(TaskConfig.Minimal).Register(Stage.Start, _ => Stage.End, TaskConfig.Minimal);
        var error = await Failures.OfAsync(_time.AloneAsync(() => changed.ResumeFromAsync("run")));
        Assert.Equal(("workflow", "Start"), (error.Category, error.State));
        Assert.Contains(
            "register it as it was, then resume the run",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "Y8")]
    public async Task A_timer_that_died_before_its_due_time_was_durable_asks_again()
    {
        _store.Appending = row => _ = row.Kind == RowKind.WaitStarted ? throw new IOException("power") : row;
        var died = await Failures.OfAsync(Of(TaskConfig.Minimal).OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("checkpoint_store", died.Category);
        _store.Appending = null;
        _time.Advance(TimeSpan.FromSeconds(10));
        await _time.AloneAsync(() => Of(TaskConfig.Minimal).ResumeFromAsync("run"));
        Assert.Equal(["wait at 0", "wait at 10", "after at 70"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y8")]
    public async Task A_run_that_was_given_up_after_the_wait_is_resumed_without_another_wait()
    {
        var gate = new Gate();
        using var caller = new CancellationTokenSource();
        var held = Of(TaskConfig.Minimal, after: gate.PassAsync);
        var run = held.OrchestrateAsync(Stage.Start, "run", caller.Token);
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(60));
        await gate.Entered;
        await caller.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(Stage.End, await Of(TaskConfig.Minimal).ResumeFromAsync("run"));
        Assert.Equal(["wait at 0", "after at 60", "after at 60"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S7")]
    public async Task A_timer_that_failed_after_its_wait_begins_anew_when_the_run_is_resumed()
    {
        await Failures.OfAsync(
            _time.AloneAsync(() =>
                Of(TaskConfig.Minimal, fails: "after").OrchestrateAsync(Stage.Start, "run")
            )
        );
        await _time.AloneAsync(() => Of(TaskConfig.Minimal).ResumeFromAsync("run"));
        Assert.Equal(["wait at 0", "after at 60", "wait at 60", "after at 120"], _trail.Marks);
        Assert.Equal([0, 0, 0, 0, 0, 1], _store.Rows.Select(row => row.Visit));
    }

    [Fact]
    [Trait("ID", "L5"), Trait("ID", "J10")]
    public async Task After_a_resume_too_an_attempt_timeout_bounds_what_comes_after_the_wait()
    {
        var config = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(90));
        await InterruptAsync(config);
        var gate = new Gate();
        var run = Of(config, after: gate.PassAsync).ResumeFromAsync("run");
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(60));
        await gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(90));
        // Opening the gate lets a body end that was not told to stop.
        gate.Open();
        Assert.Equal("timeout", (await Failures.OfAsync(run)).Category);
    }

    [Fact]
    [Trait("ID", "Y8"), Trait("ID", "L5")]
    public async Task The_earliest_instant_there_is_fires_at_once_and_the_latest_is_still_waited_for_by_a_resume()
    {
        Assert.Equal(
            Stage.End,
            await Of(TimerOutcome.Until(DateTimeOffset.MinValue)).OrchestrateAsync(Stage.Start, "past")
        );
        var longest = Of(TimerOutcome.After(TimeSpan.MaxValue));
        using (var first = new CancellationTokenSource())
        {
            var run = longest.OrchestrateAsync(Stage.Start, "run", first.Token);
            await _time.WhenWaitingAsync();
            await first.CancelAsync();
            Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        }

        using var second = new CancellationTokenSource();
        var resumed = longest.ResumeFromAsync("run", second.Token);
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromDays(365_000));
        Assert.False(resumed.IsCompleted);
        await second.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(resumed)).Category);
        Assert.Equal(["wait at 0", "after at 0", "wait at 0"], _trail.Marks);
    }

    private Workflow<Stage> Of(TimerOutcome outcome) =>
        Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                new MarkingTimer(outcome, _trail, () => (_time.GetUtcNow() - _start).TotalSeconds)
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store)
            .WithTimeProvider(_time);

    private async Task InterruptAsync(TaskConfig config)
    {
        using var cancel = new CancellationTokenSource();
        var run = Of(config).OrchestrateAsync(Stage.Start, "run", cancel.Token);
        await _time.WhenWaitingAsync();
        await cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
    }

    private Workflow<Stage> Of(
        TaskConfig config,
        string? fails = null,
        Func<CancellationToken, Task>? after = null
    )
    {
        var outcome = TimerOutcome.After(TimeSpan.FromMinutes(1));
        var timer = new MarkingTimer(outcome, _trail, () => (_time.GetUtcNow() - _start).TotalSeconds)
        {
            Settings = config,
            Fails = fails,
            After = after ?? (_ => Task.CompletedTask),
        };
        return Workflow
            .Bare<Stage>()
            .Register(Stage.Start, timer)
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store)
            .WithTimeProvider(_time);
    }
}
