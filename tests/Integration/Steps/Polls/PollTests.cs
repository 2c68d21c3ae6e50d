using Cano.Testing;

namespace Cano.Integration.Steps.Polls;

/// <summary>Asking until something is ready.</summary>
public sealed class PollTests
{
    private readonly VirtualTime _time = new();
    private readonly List<double> _polls = [];

    [Fact]
    [Trait("ID", "L2")]
    public async Task A_poll_asks_again_after_each_delay_until_it_is_ready()
    {
        Assert.Equal(Stage.End, await RunAsync(Answering(PollErrorPolicy.FailFast, "2", "5", "ready")));
        Assert.Equal([0, 2, 7], _polls);
    }

    [Fact]
    [Trait("ID", "L2")]
    public async Task A_delay_of_zero_asks_again_without_a_wait()
    {
        var run = Of(Answering(PollErrorPolicy.FailFast, "0", "0", "ready")).OrchestrateAsync(Stage.Start);
        Assert.Equal(Stage.End, await run);
        Assert.Equal([0, 0, 0], _polls);
    }

    [Fact]
    [Trait("ID", "L4")]
    public async Task A_poll_may_ask_any_number_of_times()
    {
        var polls = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterPoll(
                Stage.Start,
                (_, _) =>
                    new(++polls < 50_000 ? PollOutcome.Pending(TimeSpan.Zero) : PollOutcome.Ready(Stage.End))
            )
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(50_000, polls);
    }

    [Fact]
    [Trait("ID", "L3")]
    public async Task A_poll_that_fails_ends_the_loop_unless_told_otherwise_and_is_not_retried()
    {
        var error = await Failures.OfAsync(RunAsync(Answering(null, "1", "a", "ready")));
        Assert.Equal(("task_execution", 1), (error.Category, error.Attempt));
        Assert.EndsWith("IOException: a", error.Message, StringComparison.Ordinal);
        Assert.Equal([0, 1], _polls);
    }

    [Fact]
    [Trait("ID", "L3")]
    public async Task Up_to_max_failures_in_a_row_are_forgiven()
    {
        var poll = Answering(PollErrorPolicy.RetryOnError(2), "a", "b", "ready");
        Assert.Equal(Stage.End, await RunAsync(poll));
        Assert.Equal(3, _polls.Count);
    }

    [Fact]
    [Trait("ID", "L3")]
    public async Task One_failure_in_a_row_too_many_ends_the_loop_with_the_last_error_itself()
    {
        var error = await Failures.OfAsync(
            RunAsync(Answering(PollErrorPolicy.RetryOnError(2), "a", "b", "c", "ready"))
        );
        Assert.Equal(("task_execution", 3), (error.Category, _polls.Count));
        Assert.EndsWith("IOException: c", error.Message, StringComparison.Ordinal);
        Assert.Null(error.Source);
    }

    [Fact]
    [Trait("ID", "L2")]
    public async Task A_pending_answer_sets_the_count_of_failures_back()
    {
        var poll = Answering(PollErrorPolicy.RetryOnError(2), "a", "b", "1", "c", "d", "ready");
        Assert.Equal(Stage.End, await RunAsync(poll));
        Assert.Equal(6, _polls.Count);
    }

    [Fact]
    [Trait("ID", "Y13")]
    public async Task A_failed_poll_waits_as_long_as_the_last_pending_one()
    {
        await RunAsync(Answering(PollErrorPolicy.RetryOnError(2), "3", "a", "b", "ready"));
        Assert.Equal([0, 3, 6, 9], _polls);
    }

    [Fact]
    [Trait("ID", "Y13"), Trait("ID", "Z13")]
    public async Task A_poll_that_fails_first_waits_100_ms()
    {
        await RunAsync(Answering(PollErrorPolicy.RetryOnError(2), "a", "b", "ready"));
        Assert.Equal([0, 0.1, 0.2], _polls);
    }

    [Fact]
    [Trait("ID", "Z13")]
    public async Task A_poll_that_fails_never_spins_even_where_a_pending_one_may()
    {
        await RunAsync(Answering(PollErrorPolicy.RetryOnError(2), "0", "a", "b", "0", "ready"));
        Assert.Equal([0, 0, 0.001, 0.002, 0.002], _polls);
    }

    [Fact]
    [Trait("ID", "L4")]
    public async Task An_attempt_timeout_bounds_the_whole_loop()
    {
        var poll = Answering(null, "1", "1", "1", "1", "ready") with
        {
            Settings = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(2.5)),
        };
        var error = await Failures.OfAsync(RunAsync(poll));
        Assert.Equal("timeout", error.Category);
        Assert.Equal([0, 1, 2], _polls);
        Assert.Equal(2.5, Seconds);
    }

    [Fact]
    [Trait("ID", "L4"), Trait("ID", "J10")]
    public async Task A_loop_that_took_too_long_is_retried_as_a_whole()
    {
        var poll = Answering(null, "2", "1", "ready") with
        {
            Settings = TaskConfig
                .Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(1.5))
                .WithFixedRetry(1, TimeSpan.Zero),
        };
        Assert.Equal(Stage.End, await RunAsync(poll));
        Assert.Equal([0, 1.5, 2.5], _polls);
    }

    [Fact]
    [Trait("ID", "L2")]
    public async Task An_answer_that_is_neither_ready_nor_pending_says_what_to_answer()
    {
        var answers = new Queue<PollOutcome<Stage>>([default, PollOutcome.Ready(Stage.End)]);
        var error = await Failures.OfAsync(RunAsync(new ScriptedPoll(answers.Dequeue, null)));
        Assert.Equal(("workflow", "Start"), (error.Category, error.State));
        Assert.Equal(
            "Poll 'ScriptedPoll' answered neither ready nor pending: "
                + "return PollOutcome.Ready(state) or PollOutcome.Pending(delay)",
            error.Message
        );
    }

    [Fact]
    public void A_policy_of_fewer_than_no_failures_and_a_delay_below_zero_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PollErrorPolicy.RetryOnError(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PollOutcome.Pending(TimeSpan.FromTicks(-1)));
    }

    private double Seconds => (_time.GetUtcNow() - new VirtualTime().GetUtcNow()).TotalSeconds;

    private Task<Stage> RunAsync(ScriptedPoll poll) =>
        _time.AloneAsync(() => Of(poll).OrchestrateAsync(Stage.Start));

    private Workflow<Stage> Of(ScriptedPoll poll) =>
        Workflow.Bare<Stage>().Register(Stage.Start, poll).AddExitState(Stage.End).WithTimeProvider(_time);

    /// <summary>A number is pending for so many seconds; anything but "ready" is a failure.</summary>
    private ScriptedPoll Answering(PollErrorPolicy? policy, params string[] answers) =>
        new(
            () =>
            {
                _polls.Add(Seconds);
                var answer = answers[_polls.Count - 1];
                if (answer == "ready")
                    return PollOutcome.Ready(Stage.End);
                return int.TryParse(answer, out var wait)
                    ? PollOutcome.Pending(TimeSpan.FromSeconds(wait))
                    : throw new IOException(answer);
            },
            policy
        );

    private sealed record ScriptedPoll(Func<PollOutcome<Stage>> Answer, PollErrorPolicy? Policy)
        : IPollTask<Stage>
    {
        public TaskConfig Settings { get; init; } = TaskConfig.Minimal;

        public TaskConfig Config => Settings;

        public PollErrorPolicy OnError => Policy ?? ((IPollTask<Stage>)new Plain()).OnError;

        public ValueTask<PollOutcome<Stage>> PollAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new(Answer());
    }

    /// <summary>A poll that says nothing about itself.</summary>
    private sealed class Plain : IPollTask<Stage>
    {
        public ValueTask<PollOutcome<Stage>> PollAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new(PollOutcome.Ready(Stage.End));
    }
}
