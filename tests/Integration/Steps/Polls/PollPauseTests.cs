using Cano.Integration.Stores;
using Cano.Testing;

namespace Cano.Integration.Steps.Polls;

/// <summary>A poll's pauses are waits of its run.</summary>
public sealed class PollPauseTests
{
    private const string Id = "run";

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();
    private readonly Queue<string> _answers = new();

    [Theory]
    [Trait("ID", "S9")]
    [InlineData(2, 300, 10)]
    [InlineData(30, 20, 10)]
    [InlineData(60, 5, 5)]
    [InlineData(90, 4, 4)]
    [InlineData(1, 1, 1)]
    public async Task A_pause_of_a_second_or_more_is_a_row_at_most_once_a_minute(
        int pause,
        int polls,
        int rows
    )
    {
        Answer([.. Enumerable.Repeat($"{pause}", polls), "ready"]);
        Assert.Equal(Stage.End, await StartAsync());
        Assert.Equal(polls + 1, _trail.Marks.Count);
        Assert.Equal(rows, _store.Story.Count(row => row == "WaitStarted Start"));
    }

    [Fact]
    [Trait("ID", "S9"), Trait("ID", "L2")]
    public async Task A_shorter_one_leaves_no_row()
    {
        Answer("0.999", "0", "0.5", "ready");
        Assert.Equal(Stage.End, await StartAsync());
        Assert.Equal(["StateEntered Start", "Finished End"], _store.Story);
    }

    [Fact]
    [Trait("ID", "S9")]
    public async Task A_resume_waits_only_what_is_left_of_a_pause_that_a_row_tells()
    {
        Answer("90", "ready");
        await InterruptAsync();
        _time.Advance(30 * s_second);
        Assert.Equal(Stage.End, await ResumeAsync());
        Assert.Equal(["poll 1 at 0", "poll 1 at 90"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S9")]
    public async Task A_resume_asks_at_once_in_a_pause_that_none_tells()
    {
        Answer("2", "2", "ready");
        await InterruptAsync(after: 2 * s_second);
        _time.Advance(s_second);
        Assert.Equal(Stage.End, await ResumeAsync());
        Assert.Equal(["poll 1 at 0", "poll 1 at 2", "poll 1 at 3"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S9")]
    public async Task Dying_in_pauses_is_not_held_against_a_run_on_a_journal()
    {
        var disk = new TempDirectory();
        try
        {
            Answer([.. Enumerable.Repeat("2", 100)]);
            for (var life = 0; life < 6; life++)
            {
                TempDirectory left;
                await using (var store = await disk.Open())
                {
                    using var caller = new CancellationTokenSource();
                    var workflow = Of(TaskConfig.Minimal).WithCheckpointStore(store);
                    var run =
                        life == 0
                            ? workflow.OrchestrateAsync(Stage.Start, Id, caller.Token)
                            : workflow.ResumeFromAsync(Id, caller.Token);
                    await _time.WhenWaitingAsync().Soon();
                    // The pause under way is one that no row tells.
                    _time.Advance(2 * s_second);
                    await _time.WhenWaitingAsync().Soon();
                    left = disk.Crash();
                    await caller.CancelAsync();
                    await Failures.OfAsync(run);
                }

                disk.Dispose();
                disk = left;
            }

            await using var last = await disk.Open();
            var waiting = Assert.Single(await last.List(RunFilter.Unfinished));
            Assert.Equal((RunStatus.Waiting, 0), (waiting.Status, waiting.Tries));
        }
        finally
        {
            disk.Dispose();
        }
    }

    [Fact]
    [Trait("ID", "U10"), Trait("ID", "L3")]
    public async Task Failures_in_a_row_are_counted_on_and_the_pause_stays_as_it_was()
    {
        Answer("90", "a", "b", "c", "ready");
        var config = TaskConfig.Minimal;
        await InterruptAsync(config);
        _time.Advance(90 * s_second);
        for (var life = 0; life < 2; life++)
        {
            await InterruptAsync(config, resumes: true);
            _time.Advance(90 * s_second);
        }

        var error = await Failures.OfAsync(ResumeAsync());
        Assert.EndsWith("IOException: c", error.Message, StringComparison.Ordinal);
        Assert.Equal(["poll 1 at 0", "poll 1 at 90", "poll 1 at 180", "poll 1 at 270"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "U10"), Trait("ID", "L4")]
    public async Task The_time_of_an_attempt_goes_on_and_so_does_its_number()
    {
        Answer("x", "90", "90", "90");
        var config = TaskConfig
            .Minimal.WithFixedRetry(1, TimeSpan.Zero)
            .WithAttemptTimeout(TimeSpan.FromSeconds(200));
        await InterruptAsync(config);
        _time.Advance(90 * s_second);
        var error = await Failures.OfAsync(ResumeAsync(config));
        Assert.Equal(("retry_exhausted", 2), (error.Category, error.Attempt));
        Assert.Equal("timeout", error.Source!.Category);
        Assert.Equal(["poll 1 at 0", "poll 2 at 0", "poll 2 at 90", "poll 2 at 180"], _trail.Marks);
        Assert.Equal(200, Seconds);
    }

    [Fact]
    [Trait("ID", "U10"), Trait("ID", "L4")]
    public async Task An_attempt_whose_time_is_up_when_its_run_comes_back_has_failed()
    {
        Answer("90", "ready");
        var config = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(100));
        await InterruptAsync(config);
        _time.Advance(100 * s_second);
        Assert.Equal("timeout", (await Failures.OfAsync(ResumeAsync(config))).Category);
        Assert.Equal(["poll 1 at 0"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S9"), Trait("ID", "N8")]
    public async Task A_breaker_hears_of_a_poll_when_it_is_ready()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(2), _time);
        breaker.Acquire().Failure();
        Answer("2", "2", "ready");
        await StartAsync(TaskConfig.Minimal.WithCircuitBreaker(breaker));
        breaker.Acquire().Failure();
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    private double Seconds => (_time.GetUtcNow() - new VirtualTime().GetUtcNow()).TotalSeconds;

    private void Answer(params string[] answers)
    {
        foreach (var answer in answers)
            _answers.Enqueue(answer);
    }

    private Task<Stage> StartAsync(TaskConfig? config = null) =>
        _time.AloneAsync(() => Of(config).OrchestrateAsync(Stage.Start, Id));

    private Task<Stage> ResumeAsync(TaskConfig? config = null) =>
        _time.AloneAsync(() => Of(config).ResumeFromAsync(Id));

    /// <summary>Leaves a run in its pause, as a process does that dies there.</summary>
    private async Task InterruptAsync(
        TaskConfig? config = null,
        bool resumes = false,
        TimeSpan after = default
    )
    {
        using var caller = new CancellationTokenSource();
        var run = resumes
            ? Of(config).ResumeFromAsync(Id, caller.Token)
            : Of(config).OrchestrateAsync(Stage.Start, Id, caller.Token);
        await _time.WhenWaitingAsync().Soon();
        if (after > TimeSpan.Zero)
        {
            _time.Advance(after);
            await _time.WhenWaitingAsync().Soon();
        }

        await caller.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
    }

    /// <summary>A number is pending for so many seconds; "x" is a failure that is not forgiven, what is
    /// neither is one that may be.</summary>
    private Workflow<Stage> Of(TaskConfig? config) =>
        Workflow
            .Bare<Stage>()
            .Register(Stage.Start, new ScriptedPoll(Next, config ?? TaskConfig.Minimal))
            .AddExitState(Stage.End)
            .WithTimeProvider(_time)
            .WithCheckpointStore(_store);

    private PollOutcome<Stage> Next(int attempt)
    {
        _trail.Add($"poll {attempt} at {Seconds}");
        var answer = _answers.Dequeue();
        if (answer == "ready")
            return PollOutcome.Ready(Stage.End);
        return double.TryParse(answer, System.Globalization.CultureInfo.InvariantCulture, out var pause)
            ? PollOutcome.Pending(pause * s_second)
            : throw new IOException(answer);
    }

    private sealed class ScriptedPoll(Func<int, PollOutcome<Stage>> next, TaskConfig config)
        : IPollTask<Stage>
    {
        public TaskConfig Config => config;

        // One that has retries forgives nothing.
        public PollErrorPolicy OnError =>
            config.Retry.Retries > 0 ? PollErrorPolicy.FailFast : PollErrorPolicy.RetryOnError(2);

        public ValueTask<PollOutcome<Stage>> PollAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new(next(context.Attempt));
    }
}
