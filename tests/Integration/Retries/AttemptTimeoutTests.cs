using Cano.Testing;

namespace Cano.Integration.Retries;

public sealed class AttemptTimeoutTests
{
    private static readonly TaskConfig s_second = TaskConfig.Minimal.WithAttemptTimeout(
        TimeSpan.FromSeconds(1)
    );

    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "J10")]
    public async Task An_attempt_that_takes_too_long_is_told_and_has_failed_with_category_timeout()
    {
        var gate = new Gate();
        var run = Held(gate.PassAsync, s_second).OrchestrateAsync(Stage.Start);
        await gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(1));
        var error = await Failures.OfAsync(run);
        Assert.Equal("timeout", error.Category);
        Assert.Equal("task attempt exceeded attempt_timeout", error.Message);
        Assert.Equal(("Start", 1), (error.State, error.Attempt));
    }

    [Fact]
    [Trait("ID", "J10")]
    public async Task Every_attempt_has_a_fresh_deadline()
    {
        var config = s_second.WithFixedRetry(2, TimeSpan.Zero);
        var starts = new List<DateTimeOffset>();
        Task WaitAsync(CancellationToken token)
        {
            starts.Add(_time.GetUtcNow());
            return new Gate().PassAsync(token);
        }

        var error = await Failures.OfAsync(
            _time.DriveAsync(() => Held(WaitAsync, config).OrchestrateAsync(Stage.Start))
        );
        Assert.Equal([0, 1, 2], starts.Select(start => (start - starts[0]).TotalSeconds));
        Assert.Equal("retry_exhausted", error.Category);
        Assert.Equal("timeout", error.Source!.Category);
    }

    [Fact]
    [Trait("ID", "J10")]
    public async Task An_attempt_in_time_is_no_timeout()
    {
        var gate = new Gate();
        var run = Held(gate.PassAsync, s_second).OrchestrateAsync(Stage.Start);
        await gate.Entered;
        _time.Advance(TimeSpan.FromMilliseconds(999));
        gate.Open();
        Assert.Equal(Stage.End, await run);
        Assert.Equal(0, _time.WaitingCount);
    }

    [Fact]
    [Trait("ID", "J10")]
    public async Task The_next_state_has_no_part_in_the_deadline_of_the_last()
    {
        var gate = new Gate();
        var workflow = Held(gate.PassAsync, TaskConfig.Default)
            .Register(Stage.Work, (_, _) => new ValueTask<Stage>(Stage.Start), s_second);
        var run = workflow.OrchestrateAsync(Stage.Work);
        await gate.Entered;
        _time.Advance(TimeSpan.FromHours(1));
        gate.Open();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "Y22")]
    public async Task A_body_is_awaited_after_its_deadline_and_no_retry_starts_before_it_ends()
    {
        var gate = new Gate();
        var attempts = 0;
        Task HoldAsync(CancellationToken token) => ++attempts == 1 ? gate.HoldAsync() : Task.CompletedTask;
        var run = Held(HoldAsync, s_second.WithFixedRetry(1, TimeSpan.Zero)).OrchestrateAsync(Stage.Start);
        await gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, attempts);
        Assert.False(run.IsCompleted);
        gate.Open();
        Assert.Equal(Stage.End, await run);
        Assert.Equal(2, attempts);
    }

    [Fact]
    [Trait("ID", "Y22")]
    public async Task A_body_that_ignores_its_deadline_is_abandoned_after_the_grace_with_a_warning()
    {
        var gate = new Gate();
        var logger = new KeepingLogger();
        var workflow = Held(_ => gate.HoldAsync(), s_second)
            .WithLogger(logger)
            .WithStopGrace(TimeSpan.FromSeconds(2));
        var run = workflow.OrchestrateAsync(Stage.Start);
        await gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("timeout", (await Failures.OfAsync(run)).Category);
        Assert.Contains("Start", Assert.Single(logger.Warnings), StringComparison.Ordinal);
        gate.Open();
    }

    [Fact]
    [Trait("ID", "Y22")]
    public async Task The_late_answer_of_an_abandoned_attempt_changes_nothing()
    {
        var gate = new Gate();
        var second = new Gate();
        var attempts = 0;
        var config = s_second.WithFixedRetry(1, TimeSpan.Zero);
        var workflow = Held(_ => ++attempts == 1 ? gate.HoldAsync() : second.HoldAsync(), config);
        var run = workflow.OrchestrateAsync(Stage.Start);
        await gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await second.Entered;
        gate.Open();
        Assert.False(run.IsCompleted);
        second.Open();
        Assert.Equal(Stage.End, await run);
    }

    private Workflow<Stage> Held(Func<CancellationToken, Task> body, TaskConfig config) =>
        OneState.Awaiting(body, config).WithTimeProvider(_time);
}
