namespace Cano.Integration.Guests;

/// <summary>A clock may throw, at any call: nothing hangs, and the run fails with an error of its
/// own.</summary>
public sealed class OddClockTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Theory]
    [Trait("ID", "X5")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clock_that_throws_once_ends_the_run_in_order_and_what_was_completed_is_undone(
        bool isJournaled
    )
    {
        for (var call = 0; ; call++)
        {
            var clock = new OddClock(call, 1);
            var trail = new Trail();
            var error = await ErrorAsync(clock, trail, isJournaled);
            if (!clock.HasThrown)
            {
                Assert.InRange(call, 10, 1_000);
                return;
            }

            // An append that fails leaves the run to be resumed.
            if (error is { Category: not "checkpoint_store" })
                Assert.True(trail.CountOf("pay") == trail.CountOf("refund"), $"{call}: {error}");
        }
    }

    [Fact]
    [Trait("ID", "X5")]
    public async Task A_clock_that_throws_from_some_call_on_ends_the_run_with_an_error()
    {
        for (var call = 0; ; call++)
        {
            var clock = new OddClock(call, int.MaxValue);
            var error = await ErrorAsync(clock, new Trail(), isJournaled: false);
            if (!clock.HasThrown)
                return;
            if (clock.HasRefused)
                Assert.NotNull(error);
        }
    }

    /// <summary>Why the run failed; null when it reached its exit.</summary>
    private static async Task<CanoError?> ErrorAsync(OddClock clock, Trail trail, bool isJournaled)
    {
        var time = clock.Inner;
        var retried = TaskConfig.Minimal.WithFixedRetry(1, s_second).WithAttemptTimeout(s_second * 5);
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) =>
                {
                    trail.Add("pay");
                    return new((Stage.Work, 1));
                },
                (_, _, _) =>
                {
                    trail.Add("refund");
                    return default;
                },
                TaskConfig.Minimal
            )
            .RegisterSplit(
                Stage.Work,
                [
                    CanoTask.From<Stage>("retried", FailingOnce, retried),
                    CanoTask.From<Stage>("slow", SlowAsync, TaskConfig.Minimal),
                ],
                JoinConfig.Create(JoinStrategy.All, Stage.Next).WithTimeout(s_second * 60)
            )
            .RegisterTimer(Stage.Next, s_second, Stage.Last)
            .Register(Stage.Last, FailingOnce, retried)
            .AddExitState(Stage.End)
            .WithTotalTimeout(s_second * 600)
            .WithTimeProvider(clock);
        if (isJournaled)
            workflow = workflow.WithCheckpointStore(new MemoryCheckpointStore());
        try
        {
            await time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start, "run")).Soon();
            return null;
        }
        catch (CanoException failure)
        {
            return failure.Error;
        }

        ValueTask<Stage> FailingOnce(TaskContext context, CancellationToken token) =>
            context.Attempt == 1 ? throw new IOException() : new(Stage.End);

        async ValueTask<Stage> SlowAsync(TaskContext context, CancellationToken token)
        {
            await time.PauseAsync(s_second, token);
            return Stage.End;
        }
    }
}
