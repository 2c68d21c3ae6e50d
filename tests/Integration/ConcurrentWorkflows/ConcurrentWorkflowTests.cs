using Cano.Testing;

namespace Cano.Integration.ConcurrentWorkflows;

public sealed partial class ConcurrentWorkflowTests : IDisposable
{
    private static readonly TimeSpan s_span = TimeSpan.FromSeconds(30);

    private readonly VirtualTime _time = new();
    private readonly Gate _gate = new();
    private readonly Trail _trail = new();
    private readonly CancellationTokenSource _cancel = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    public async Task WaitForever_waits_for_all_and_has_each_outcome_by_name()
    {
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstance("good", Ending(Stage.End), Stage.Start)
            .AddInstance("other", Ending(Stage.Stop), Stage.Start)
            .AddInstance("bad", Failing(), Stage.Start)
            .OrchestrateAsync();
        Assert.Equal((2, 1, 0), Counts(results));
        Assert.Equal(["bad", "good", "other"], results.Outcomes.Keys.Order());
        Assert.Equal((Stage.End, Stage.Stop), (Exit(results, "good"), Exit(results, "other")));
        Assert.Equal("IOException: broken", Error(results, "bad").Message);
    }

    [Fact]
    public async Task A_failed_instance_fails_nobody_and_ends_nothing_early()
    {
        var run = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstance("bad", Failing(), Stage.Start)
            .AddInstance("late", Held(), Stage.Start)
            .OrchestrateAsync();
        await _gate.Entered.Soon();
        Assert.False(run.IsCompleted);
        _gate.Open();
        Assert.Equal((1, 1, 0), Counts(await run));
    }

    [Fact]
    public async Task WaitForQuota_ends_with_enough_completed_ones_and_cancels_the_rest()
    {
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForQuota(2))
            .AddInstances(["a", "b"], Ending(Stage.End), Stage.Start)
            .AddInstance("never", Held(), Stage.Start)
            .OrchestrateAsync();
        Assert.Equal((2, 0, 1), Counts(results));
        Assert.Equal("cancelled", Error(results, "never").Category);
    }

    [Fact]
    public async Task WaitForQuota_counts_no_failure()
    {
        // One after the other, in whatever order: did failures count, the third would not run any more.
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForQuota(2))
            .AddInstances(["bad", "worse"], Failing(), Stage.Start)
            .AddInstance("good", Ending(Stage.End), Stage.Start)
            .WithConcurrencyLimit(1)
            .OrchestrateAsync();
        Assert.Equal((1, 2, 0), Counts(results));
    }

    [Fact]
    public async Task WaitForQuota_out_of_reach_waits_for_all()
    {
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForQuota(3))
            .AddInstance("a", Ending(Stage.End), Stage.Start)
            .AddInstance("bad", Failing(), Stage.Start)
            .OrchestrateAsync();
        Assert.Equal((1, 1, 0), Counts(results));
    }

    [Fact]
    public async Task A_losers_callback_that_throws_when_it_is_told_to_stop_is_logged()
    {
        var logger = new KeepingLogger();
        var odd = Ending(Stage.End)
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await _gate.PassOddlyAsync(token);
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .WithLogger(logger);
        var winner = Ending(Stage.End)
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    await _gate.Entered;
                    return Stage.End;
                },
                TaskConfig.Minimal
            );
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForQuota(1))
            .AddInstance("odd", odd, Stage.Start)
            .AddInstance("winner", winner, Stage.Start)
            .OrchestrateAsync();
        Assert.Equal((1, 0, 1), Counts(results));
        // The run has ended in a callback behind the one that threw: what that threw is told after them all.
        await Scheduling.Flows.UntilAsync(() =>
            logger.Warnings.Any(warning => warning.Contains("callback", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task The_losers_are_awaited_until_they_have_stopped()
    {
        var stopping = new Gate();
        var slow = Ending(Stage.End)
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    try
                    {
                        await _gate.PassAsync(token);
                    }
                    finally
                    {
                        await stopping.HoldAsync();
                        _trail.Add("stopped");
                    }

                    return Stage.End;
                },
                TaskConfig.Minimal
            );
        var winner = Ending(Stage.End)
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    await _gate.Entered;
                    return Stage.End;
                },
                TaskConfig.Minimal
            );
        var run = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForQuota(1))
            .AddInstance("winner", winner, Stage.Start)
            .AddInstance("slow", slow.WithTimeProvider(_time), Stage.Start)
            .OrchestrateAsync();
        await stopping.Entered.Soon();
        Assert.False(run.IsCompleted);
        stopping.Open();
        Assert.Equal((1, 0, 1), Counts(await run));
        Assert.Equal(["stopped"], _trail.Marks);
    }

    [Fact]
    public async Task WaitDuration_cancels_what_still_runs_when_the_span_is_over()
    {
        var run = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitDuration(s_span))
            .AddInstance("never", Held(), Stage.Start)
            .WithTimeProvider(_time)
            .OrchestrateAsync();
        await _gate.Entered.Soon();
        _time.Advance(s_span - TimeSpan.FromTicks(1));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        var results = await run;
        Assert.Equal(s_span, results.Duration);
        Assert.Equal("cancelled", Error(results, "never").Category);
        Assert.Equal(0, results.Failed);
    }

    [Fact]
    public async Task WaitDuration_ends_at_once_when_all_have_ended_and_leaves_no_timer()
    {
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitDuration(s_span))
            .AddInstances(["a", "b", "c"], Ending(Stage.End), Stage.Start)
            .WithTimeProvider(_time)
            .OrchestrateAsync();
        Assert.Equal((3, 0, 0), Counts(results));
        Assert.Equal(TimeSpan.Zero, results.Duration);
        Assert.Equal(0, _time.WaitingCount);
    }

    [Fact]
    public async Task WaitDuration_of_no_time_starts_nothing_and_of_the_longest_waits_for_all()
    {
        var none = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitDuration(TimeSpan.Zero)).AddInstances(
            ["a", "b"],
            _trail.Through(Stage.Start, Stage.End),
            Stage.Start
        );
        Assert.Equal((0, 0, 2), Counts(await none.OrchestrateAsync()));
        Assert.Empty(_trail.Marks);
        var all = new ConcurrentWorkflow<Stage>(
            ConcurrentStrategy.WaitDuration(TimeSpan.MaxValue)
        ).AddInstances(["a", "b"], _trail.Through(Stage.Start, Stage.End), Stage.Start);
        Assert.Equal((2, 0, 0), Counts(await all.OrchestrateAsync()));
    }

    [Fact]
    public async Task WaitQuotaOrDuration_ends_with_the_quota_when_that_comes_first()
    {
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitQuotaOrDuration(1, s_span))
            .AddInstance("quick", Ending(Stage.End), Stage.Start)
            .AddInstance("never", Held(), Stage.Start)
            .WithTimeProvider(_time)
            .OrchestrateAsync();
        Assert.Equal((1, 0, 1), Counts(results));
        Assert.Equal(TimeSpan.Zero, results.Duration);
    }

    [Fact]
    public async Task WaitQuotaOrDuration_ends_with_the_span_when_that_comes_first()
    {
        var run = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitQuotaOrDuration(1, s_span))
            .AddInstance("never", Held(), Stage.Start)
            .WithTimeProvider(_time)
            .OrchestrateAsync();
        await _gate.Entered.Soon();
        _time.Advance(s_span);
        var results = await run;
        Assert.Equal((0, 0, 1), Counts(results));
        Assert.Equal(s_span, results.Duration);
    }

    private static (int, int, int) Counts(ConcurrentResults<Stage> results) =>
        (results.Completed, results.Failed, results.Cancelled);

    private static Stage Exit(ConcurrentResults<Stage> results, string name) =>
        results.Outcomes[name].Match(Right: exit => exit, Left: error => throw new CanoException(error));

    private static CanoError Error(ConcurrentResults<Stage> results, string name) =>
        results
            .Outcomes[name]
            .Match(
                Right: exit => throw new InvalidOperationException($"{name}: {exit}"),
                Left: error => error
            );

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; seen < value; seen = most)
            Interlocked.CompareExchange(ref most, value, seen);
    }

    private static Workflow<Stage> Ending(Stage exit) =>
        Workflow.Bare<Stage>().Register(Stage.Start, _ => exit).AddExitStates(Stage.End, Stage.Stop);

    private static Workflow<Stage> Failing() =>
        Ending(Stage.End).Register(Stage.Start, _ => throw new IOException("broken"), TaskConfig.Minimal);

    private Workflow<Stage> Held() => OneState.Awaiting(_gate.PassAsync);

    private sealed class SlowResource(Gate gate) : IResource
    {
        public async ValueTask SetupAsync(CancellationToken cancellationToken) =>
            await gate.PassAsync(cancellationToken);
    }
}
