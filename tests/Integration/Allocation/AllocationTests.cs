using System.Diagnostics;
using System.Reflection;

namespace Cano.Integration.Allocation;

/// <summary>A plain transition allocates nothing: a longer run costs no more memory.</summary>
/// <remarks>A promise of the optimised build; in a debug build the kernel makes a tuple.</remarks>
[Collection(MeasuresMemory.Name)]
public sealed class AllocationTests
{
    private const int Short = 1_000;

    [Fact]
    public void Plain_transitions_allocate_nothing() => AssertFree(CancellationToken.None);

    [Fact]
    public void Plain_transitions_under_a_live_token_allocate_nothing()
    {
        using var cancel = new CancellationTokenSource();
        AssertFree(cancel.Token);
    }

    [Fact]
    public void Transitions_of_routers_and_declared_edges_allocate_nothing()
    {
        var left = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterRouter(
                Stage.Start,
                _ => left-- > 0 ? Stage.Work : Stage.End,
                to: [Stage.Work, Stage.End]
            )
            .Register(Stage.Work, _ => left-- > 0 ? Stage.Start : Stage.End, to: [Stage.Start, Stage.End])
            .AddExitState(Stage.End);
        AssertFree(count => Run(workflow, ref left, count, CancellationToken.None));
    }

    /// <summary>What a whole run takes that is given nothing, nor asked to stop.</summary>
    [Fact]
    public void A_run_of_ten_states_takes_304_bytes()
    {
        var turns = Turns();
        turns(9, CancellationToken.None);
        var least = long.MaxValue;
        for (var round = 0; round < 200; round++)
            least = Math.Min(least, turns(9, CancellationToken.None));
        Assert.InRange(least, 1, IsOptimised ? 304 : 4_096);
    }

    /// <remarks>Others may allocate meanwhile: the least of several rounds counts.</remarks>
    [Fact]
    public async Task Transitions_that_leave_no_row_allocate_nothing_inside_an_engine()
    {
        var left = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("turns")
            .Register(Stage.Start, _ => Stage.Work)
            .RegisterRouter(Stage.Work, _ => left-- > 0 ? Stage.Next : Stage.End)
            .RegisterRouter(Stage.Next, _ => left-- > 0 ? Stage.Work : Stage.End)
            .AddExitState(Stage.End);
        await using var engine = CanoEngine.InMemory().Add(workflow);
        var runs = 0;
        await RunAsync(Short);
        await RunAsync(10 * Short);
        var (brief, whole) = (long.MaxValue, long.MaxValue);
        for (var round = 0; round < 20; round++)
        {
            brief = Math.Min(brief, await RunAsync(Short));
            whole = Math.Min(whole, await RunAsync(100 * Short));
        }

        // A run's own beginning and end differ by a little.
        Assert.InRange((whole - brief) / (99.0 * Short), -1, IsOptimised ? 0.1 : 128);

        async Task<long> RunAsync(int count)
        {
            left = count;
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var run = await engine.StartAsync(workflow, Stage.Start, $"run-{runs++}");
            await run.Completion();
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }
    }

    /// <remarks>A context of its own, and a mark. Others may allocate meanwhile: the least of several rounds
    /// counts.</remarks>
    [Fact]
    public async Task A_branch_that_succeeds_at_once_costs_its_context_alone()
    {
        var (few, many) = (Split(100), Split(1_000));
        var (brief, whole) = (long.MaxValue, long.MaxValue);
        for (var round = 0; round < 40; round++)
        {
            brief = Math.Min(brief, await RunAsync(few));
            whole = Math.Min(whole, await RunAsync(many));
        }

        Assert.InRange((whole - brief) / 900.0, 1, IsOptimised ? 90 : 500);
        Assert.InRange(brief, 1, IsOptimised ? 11_000 : 60_000);

        static Workflow<Stage> Split(int count) =>
            Branches.Split(
                Branches.Joining(JoinStrategy.All),
                _ => { },
                [.. Enumerable.Range(0, count).Select(i => Branches.Succeeding($"{i}"))]
            );

        static async Task<long> RunAsync(Workflow<Stage> workflow)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await workflow.OrchestrateAsync(Stage.Start);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }
    }

    [Fact]
    public async Task A_million_transitions_leave_the_stack_as_deep_as_it_was()
    {
        var depths = new HashSet<int>();
        var left = 1_000_000;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Noted(--left, depths) > 0 ? Stage.Work : Stage.End)
            .Register(Stage.Work, _ => Noted(--left, depths) > 0 ? Stage.Start : Stage.End)
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        // The frames of a transition change while the runtime inlines them; they do not add up.
        Assert.InRange(depths.Max() - depths.Min(), 0, 8);
    }

    [Fact]
    public async Task Ten_thousand_attempts_leave_the_stack_as_deep_as_it_was()
    {
        var depths = new HashSet<int>();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context => Noted(context.Attempt, depths) < 10_000 ? throw new IOException() : Stage.End,
                TaskConfig.Minimal.WithFixedRetry(10_000, TimeSpan.Zero)
            )
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.InRange(depths.Max() - depths.Min(), 0, 8);
    }

    private static int Noted(int count, HashSet<int> depths)
    {
        if (count % 1_000 == 1)
            depths.Add(new StackTrace().FrameCount);
        return count;
    }

    private static void AssertFree(CancellationToken token)
    {
        var turns = Turns();
        AssertFree(count => turns(count, token));
    }

    /// <summary>Runs of two plain states that take turns. Gives the bytes that one of so many
    /// takes.</summary>
    private static Func<int, CancellationToken, long> Turns()
    {
        var left = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, (_, _) => new ValueTask<Stage>(left-- > 0 ? Stage.Work : Stage.End))
            .Register(Stage.Work, (_, _) => new ValueTask<Stage>(left-- > 0 ? Stage.Start : Stage.End))
            .AddExitState(Stage.End);
        return (count, token) => Run(workflow, ref left, count, token);
    }

    /// <summary>Two runs of different lengths allocate the same, once the code is warm.</summary>
    private static void AssertFree(Func<int, long> run)
    {
        run(Short);
        run(10 * Short);
        var least = double.MaxValue;
        // The runtime compiles now and then; what a transition allocates it allocates in every round.
        for (var round = 0; round < 5; round++)
        {
            var brief = run(Short);
            var lengthy = run(10 * Short);
            Assert.True(brief > 0);
            least = Math.Min(least, Math.Abs(lengthy - brief) / (9.0 * Short));
        }

        Assert.InRange(least, 0, IsOptimised ? 0 : 128);
    }

    private static bool IsOptimised =>
        typeof(Definition).Assembly.GetCustomAttribute<DebuggableAttribute>()
            is not { IsJITOptimizerDisabled: true };

    private static long Run(Workflow<Stage> workflow, ref int left, int count, CancellationToken token)
    {
        left = count;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var run = workflow.OrchestrateAsync(Stage.Start, token);
        var after = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(run.IsCompletedSuccessfully);
        return after - before;
    }
}
