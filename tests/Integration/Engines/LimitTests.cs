using Cano.Integration.Scheduling;

namespace Cano.Integration.Engines;

/// <summary>How many runs of a workflow, and of an engine, are worked on at once.</summary>
public sealed class LimitTests
{
    private readonly Gate _gate = new();

    [Fact]
    [Trait("ID", "X10")]
    public async Task A_workflows_own_limit_holds_up_none_of_another_workflow()
    {
        await using var engine = CanoEngine.InMemory(new CanoEngineOptions());
        var (limited, free) = (StartTests.Gated(_gate).WithMaxRunning(1), Free());
        engine.Add(limited).Add(free);
        var first = await engine.StartAsync(limited, Stage.Start, "a").Soon();
        await _gate.Entered.Soon();
        var second = await engine.StartAsync(limited, Stage.Start, "b").Soon();
        var info = await second.DescribeAsync();
        Assert.Equal((RunStatus.Suspended, null), (info.Status, info.Held));
        var other = await engine.StartAsync(free, Stage.Start, "c").Soon();
        await other.Completion().Soon();
        Assert.Equal(RunStatus.Suspended, (await second.DescribeAsync()).Status);
        _gate.Open();
        await first.Completion().Soon();
        await second.Completion().Soon();
    }

    [Theory]
    [InlineData(3, 5, 3)]
    [InlineData(5, 3, 3)]
    [Trait("ID", "X10")]
    public async Task Both_limits_bound_and_everything_comes_to_its_end(int own, int all, int expected)
    {
        var (now, most) = (0, 0);
        await using var engine = CanoEngine.InMemory(new CanoEngineOptions { MaxRunning = all });
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("counted")
            .WithMaxRunning(own)
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    InterlockedMax(Interlocked.Increment(ref now));
                    await _gate.PassAsync(token);
                    Interlocked.Decrement(ref now);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var runs = new List<WorkflowRun<Stage>>();
        for (var i = 0; i < 40; i++)
            runs.Add(await engine.StartAsync(workflow, Stage.Start, $"run-{i}").Soon());
        await Flows.UntilAsync(() => Volatile.Read(ref now) == expected);
        _gate.Open();
        foreach (var run in runs)
            Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(expected, most);
        Assert.Throws<ArgumentOutOfRangeException>(() => workflow.WithMaxRunning(0));

        void InterlockedMax(int value)
        {
            for (var seen = most; value > seen; seen = most)
                if (Interlocked.CompareExchange(ref most, value, seen) == seen)
                    return;
        }
    }

    private static Workflow<Stage> Free() =>
        Workflow.Bare<Stage>().WithName("free").Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End);
}
