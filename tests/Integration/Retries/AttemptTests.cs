using Cano.Testing;

namespace Cano.Integration.Retries;

public sealed class AttemptTests
{
    public static TheoryData<int, TaskConfig> Counts =>
        new()
        {
            { 1, TaskConfig.Minimal },
            { 1, TaskConfig.Minimal.WithRetry(RetryMode.None) },
            { 1, TaskConfig.Minimal.WithFixedRetry(0, TimeSpan.Zero) },
            { 3, TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.FromSeconds(1)) },
            { 6, TaskConfig.Minimal.WithExponentialRetry(5) },
            { 4, TaskConfig.Default },
            { 1, TaskConfig.Default.WithRetry(RetryMode.None) },
        };

    [Theory]
    [Trait("ID", "J1"), Trait("ID", "J12")]
    [MemberData(nameof(Counts))]
    public async Task A_task_is_attempted_as_often_as_its_config_says(int expected, TaskConfig config)
    {
        var attempts = await Attempts.OfAsync(config);
        Assert.Equal(expected, attempts.Instants.Count);
        Assert.Equal(Enumerable.Range(1, expected), attempts.Numbers);
    }

    [Fact]
    [Trait("ID", "J1")]
    public async Task A_lambda_and_a_class_without_a_config_have_the_default_one()
    {
        Assert.Equal(4, (await Attempts.OfAsync(null)).Instants.Count);
        Assert.Equal(TaskConfig.Default, ((ITask<Stage>)new Plain()).Config);
    }

    [Fact]
    [Trait("ID", "J8")]
    public async Task Exhausted_retries_tell_how_many_attempts_were_made()
    {
        var error = (await Attempts.OfAsync(TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero))).Error;
        Assert.Equal("retry_exhausted", error.Category);
        Assert.Equal(3, error.Attempt);
        Assert.StartsWith(
            "state=Start attempt=3 path=[Start] caused by: Retry exhausted after 3 attempt(s)",
            error.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "J8")]
    public async Task A_single_attempt_fails_with_its_own_error()
    {
        var error = (await Attempts.OfAsync(TaskConfig.Minimal)).Error;
        Assert.Equal("task_execution", error.Category);
        Assert.Null(error.Source);
    }

    [Fact]
    [Trait("ID", "J1")]
    public async Task An_attempt_that_succeeds_ends_the_retries()
    {
        var time = new VirtualTime();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, context => context.Attempt < 3 ? throw new IOException() : Stage.End)
            .AddExitState(Stage.End)
            .WithTimeProvider(time);
        Assert.Equal(Stage.End, await time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start)));
    }

    [Fact]
    [Trait("ID", "J1")]
    public async Task The_next_state_and_the_next_visit_begin_again_at_attempt_one()
    {
        var seen = new List<string>();
        Stage Visit(TaskContext context, Stage next)
        {
            seen.Add($"{context.State} {context.Attempt}");
            return context.Attempt == 1 ? throw new IOException() : next;
        }

        var config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero);
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, context => Visit(context, seen.Count < 5 ? Stage.Work : Stage.End), config)
            .Register(Stage.Work, context => Visit(context, Stage.Start), config)
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["Start 1", "Start 2", "Work 1", "Work 2", "Start 1", "Start 2"], seen);
    }

    [Fact]
    [Trait("ID", "Y23")]
    public async Task A_body_that_throws_an_operation_cancelled_of_its_own_has_failed_and_is_retried()
    {
        var attempts = await Attempts.OfAsync(
            TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero),
            () => new OperationCanceledException("not the run's")
        );
        Assert.Equal(2, attempts.Instants.Count);
        Assert.Equal("retry_exhausted", attempts.Error.Category);
        Assert.Equal("task_execution", attempts.Error.Source!.Category);
    }

    [Fact]
    [Trait("ID", "J12"), Trait("ID", "C1")]
    public async Task An_error_that_a_body_throws_is_kept_and_retried_like_any_other()
    {
        var attempts = await Attempts.OfAsync(
            TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero),
            () => new CanoException(CanoError.Of(Fault.NewRateLimited("api", TimeSpan.Zero)))
        );
        Assert.Equal(2, attempts.Instants.Count);
        Assert.Equal("rate_limited", attempts.Error.Source!.Category);
    }

    private sealed class Plain : ITask<Stage>
    {
        public ValueTask<Stage> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);
    }
}
