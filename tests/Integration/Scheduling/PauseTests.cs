namespace Cano.Integration.Scheduling;

/// <summary>Flows that are paused, and what they tell of their schedules.</summary>
public sealed class PauseTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);

    private readonly Bench _bench = new();
    private readonly MemoryCheckpointStore _store = new();

    [Fact]
    [Trait("ID", "X9")]
    public async Task A_flow_tells_its_schedule()
    {
        await using var running = await _bench
            .Scheduler.Every("every", _bench.Marking(), Stage.Start, s_interval)
            .Cron("cron", _bench.Marking(), Stage.Start, "30 2 * * *")
            .Manual("manual", _bench.Marking(), Stage.Start)
            .StartAsync();
        Assert.Equal(
            ["every 30 s", "30 2 * * * in UTC", "manual"],
            running.List().Select(flow => flow.Schedule)
        );
    }

    [Theory]
    [Trait("ID", "X9")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_schedule_of_a_paused_flow_starts_nothing_until_it_is_continued(bool isCron)
    {
        await using var running = await (
            isCron
                ? _bench.Scheduler.Cron("flow", _bench.Marking(), Stage.Start, "* * * * *")
                : _bench.Scheduler.EveryMinutes("flow", _bench.Marking(), Stage.Start, 1)
        ).StartAsync();
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        await running.RestAsync("flow", 1);
        await running.PauseFlowAsync("flow");
        _bench.Time.Advance(TimeSpan.FromHours(1));
        var info = running.Status("flow")!;
        Assert.Equal((true, null, 1L), (info.IsPaused, info.NextOccurrence, info.RunCount));
        Assert.Contains("paused", info.ToString(), StringComparison.Ordinal);
        // Who asks may start one.
        await running.RunAsync("flow");
        _bench.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, running.Status("flow")!.RunCount);
        await running.ContinueFlowAsync("flow");
        Assert.False(running.Status("flow")!.IsPaused);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await running.RestAsync("flow", 3);
        Assert.Equal("workflow", (await Failures.OfAsync(PausedAsync(running, "none"))).Category);
    }

    [Theory]
    [Trait("ID", "X9")]
    [InlineData(MissedPolicy.Skip, 0)]
    [InlineData(MissedPolicy.RunOnce, 1)]
    public async Task What_fell_due_in_a_pause_is_as_after_a_downtime(MissedPolicy missed, int runs)
    {
        await using var running = await _bench
            .Scheduler.Cron("flow", _bench.Marking(), Stage.Start, "* * * * *", missed: missed)
            .StartAsync();
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        await running.RestAsync("flow", 1);
        await running.PauseFlowAsync("flow");
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        await running.ContinueFlowAsync("flow");
        await running.RestAsync("flow", 1 + runs);
        Assert.Equal(1 + runs, _bench.Trail.Marks.Count);
    }

    [Theory]
    [Trait("ID", "X9")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pause_of_a_journaled_flow_outlives_its_scheduler(bool hasRun)
    {
        await using (var first = await StartAsync())
        {
            if (hasRun)
                await first.RunAsync("flow");
            await first.PauseFlowAsync("flow");
            await first.PauseFlowAsync("flow");
        }

        await using (var second = await StartAsync())
        {
            Assert.True(second.Status("flow")!.IsPaused);
            _bench.Time.Advance(TimeSpan.FromHours(1));
            Assert.Equal(hasRun ? 1 : 0, _bench.Trail.Marks.Count);
            await second.ContinueFlowAsync("flow");
        }

        await using var third = await StartAsync();
        Assert.False(third.Status("flow")!.IsPaused);

        Task<RunningScheduler> StartAsync() =>
            _bench
                .Scheduler.Cron(
                    "flow",
                    _bench.Marking().WithCheckpointStore(_store),
                    Stage.Start,
                    "* * * * *"
                )
                .StartAsync();
    }

    [Fact]
    [Trait("ID", "X9")]
    public async Task Others_who_share_the_flow_hold_to_its_pause()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        await one.PauseFlowAsync("flow");
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await Flows.UntilAsync(() => !other.HasRunningFlows);
        Assert.Empty(_bench.Trail.Marks);
        await one.ContinueFlowAsync("flow");
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await Flows.UntilAsync(() => !one.HasRunningFlows && !other.HasRunningFlows);
        Assert.Equal(["run"], _bench.Trail.Marks);

        Task<RunningScheduler> StartAsync() =>
            _bench
                .Scheduler.Cron(
                    "flow",
                    _bench.Marking().WithCheckpointStore(_store),
                    Stage.Start,
                    "* * * * *"
                )
                .StartAsync();
    }

    private static async Task<bool> PausedAsync(RunningScheduler running, string id)
    {
        await running.PauseFlowAsync(id);
        return true;
    }
}
