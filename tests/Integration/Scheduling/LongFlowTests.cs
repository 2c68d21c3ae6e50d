using System.Diagnostics;

namespace Cano.Integration.Scheduling;

/// <summary>Flows that go on for very long.</summary>
[Collection(MeasuresMemory.Name)]
public sealed class LongFlowTests
{
    private const int RunsCount = 12_000;

    private readonly Bench _bench = new();
    private readonly List<(int Run, int Frames)> _depths = [];
    private int _runs;

    [Fact]
    [Trait("ID", "F61")]
    public async Task Runs_that_are_always_late_take_no_stack_of_each_other()
    {
        var late = Workflow.Bare<Stage>().Register(Stage.Start, _ => Late()).AddExitState(Stage.End);
        await using var running = await StartAsync(late);
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(_depths, depth => Assert.InRange(depth.Frames, 1, _depths[0].Frames + 10));
        Assert.Equal(RunsCount, _runs);

        // A blocking body: while it runs two occurrences pass.
        Stage Late()
        {
            _runs++;
            if (_runs % 500 == 1)
                _depths.Add((_runs, new StackTrace().FrameCount));
            if (_runs < RunsCount && _depths[^1].Frames <= _depths[0].Frames + 10)
                _bench.Time.Advance(TimeSpan.FromSeconds(2));
            return Stage.End;
        }
    }

    [Fact]
    [Trait("ID", "F61")]
    public async Task Runs_that_are_always_late_leave_nothing_on_the_heap()
    {
        var late = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    _runs++;
                    await Task.Delay(TimeSpan.FromSeconds(2.5), _bench.Time, token);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        await using var running = await StartAsync(late);
        DriveTo(2_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        DriveTo(RunsCount);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(kept, long.MinValue, 500_000);
    }

    private void DriveTo(int runs)
    {
        while (_runs < runs)
            Assert.True(_bench.Time.AdvanceToNext());
    }

    private Task<RunningScheduler> StartAsync(Workflow<Stage> workflow) =>
        _bench
            .Scheduler.Cron(
                "flow",
                workflow.WithTimeProvider(_bench.Time),
                Stage.Start,
                "* * * * * *",
                missed: MissedPolicy.RunOnce
            )
            .StartAsync();
}
