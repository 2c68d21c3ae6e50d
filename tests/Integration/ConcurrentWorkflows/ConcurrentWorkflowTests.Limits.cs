namespace Cano.Integration.ConcurrentWorkflows;

// Which instances run at once.
public sealed partial class ConcurrentWorkflowTests
{
    [Fact]
    public async Task Five_instances_that_wait_for_each_other_overlap()
    {
        // None passes before all five are there: run one after the other they would never end.
        const int Instances = 5;
        var arrived = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var meeting = Ending(Stage.End)
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    if (Interlocked.Increment(ref arrived) == Instances)
                        all.SetResult();
                    await all.Task.Soon();
                    return Stage.End;
                },
                TaskConfig.Minimal
            );
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstances(Enumerable.Range(0, Instances).Select(i => $"{i}"), meeting, Stage.Start)
            .OrchestrateAsync();
        Assert.Equal((Instances, 0, 0), Counts(results));
    }

    [Fact]
    public async Task Instances_overlap_even_when_a_body_blocks_its_thread()
    {
        var blocking = new ManualResetEventSlim();
        var blocked = Ending(Stage.End)
            .Register(
                Stage.Start,
                _ =>
                {
                    Assert.True(blocking.Wait(s_span));
                    return Stage.End;
                },
                TaskConfig.Minimal
            );
        var freeing = Ending(Stage.End)
            .Register(
                Stage.Start,
                _ =>
                {
                    blocking.Set();
                    return Stage.End;
                }
            );
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstance("blocked", blocked, Stage.Start)
            .AddInstance("freeing", freeing, Stage.Start)
            .OrchestrateAsync();
        Assert.Equal((2, 0, 0), Counts(results));
    }

    [Fact]
    public async Task An_async_local_of_the_caller_reaches_each_instance_and_what_one_puts_there_stays_its_own()
    {
        const int Instances = 40;
        var local = new AsyncLocal<string?> { Value = "caller" };
        var seen = new System.Collections.Concurrent.ConcurrentBag<string?>();
        var writing = Ending(Stage.End)
            .Register(
                Stage.Start,
                context =>
                {
                    seen.Add(local.Value);
                    local.Value = context.RunId;
                    return Stage.End;
                },
                TaskConfig.Minimal
            );
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstances(Enumerable.Range(0, Instances).Select(i => $"{i}"), writing, Stage.Start)
            .OrchestrateAsync();
        Assert.Equal((Instances, 0, 0), Counts(results));
        Assert.Equal(Enumerable.Repeat("caller", Instances), seen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_concurrency_limit_is_reached_and_never_passed(int limit)
    {
        var (now, most) = (0, 0);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var counting = Ending(Stage.End)
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    var here = Interlocked.Increment(ref now);
                    InterlockedMax(ref most, here);
                    if (here == limit)
                        full.TrySetResult();
                    await full.Task.Soon();
                    Interlocked.Decrement(ref now);
                    return Stage.End;
                },
                TaskConfig.Minimal
            );
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstances(Enumerable.Range(0, 10).Select(i => $"{i}"), counting, Stage.Start)
            .WithConcurrencyLimit(limit)
            .OrchestrateAsync();
        Assert.Equal((10, 0, 0), Counts(results));
        Assert.Equal(limit, most);
    }

    [Fact]
    public async Task An_instance_that_waits_for_a_place_when_the_quota_is_met_never_starts()
    {
        var marking = Ending(Stage.End)
            .Register(
                Stage.Start,
                _ =>
                {
                    _trail.Add("ran");
                    return Stage.End;
                }
            );
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForQuota(1))
            .AddInstances(["a", "b", "c"], marking, Stage.Start)
            .WithConcurrencyLimit(1)
            .OrchestrateAsync();
        Assert.Equal((1, 0, 2), Counts(results));
        Assert.Equal(["ran"], _trail.Marks);
    }
}
