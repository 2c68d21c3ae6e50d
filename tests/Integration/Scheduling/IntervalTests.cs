namespace Cano.Integration.Scheduling;

public sealed class IntervalTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);

    private readonly Bench _bench = new();

    [Fact]
    [Trait("ID", "Q4")]
    public async Task The_first_run_is_at_once_and_each_further_one_an_interval_later()
    {
        await using var running = await _bench
            .Scheduler.Every("tick", _bench.Marking(), Stage.Start, s_interval)
            .StartAsync();
        var first = await running.RestAsync("tick", 1);
        Assert.Equal(FlowStatus.Completed, first.Status);
        Assert.Equal(_bench.Time.GetUtcNow(), first.LastRun);
        Assert.Equal(_bench.Time.GetUtcNow() + s_interval, first.NextOccurrence);

        _bench.Time.Advance(s_interval - TimeSpan.FromTicks(1));
        Assert.Equal(1, _bench.Trail.CountOf("run"));
        _bench.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, _bench.Trail.CountOf("run"));
        _bench.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(12, (await running.RestAsync("tick", 12)).RunCount);
    }

    [Fact]
    [Trait("ID", "Q4")]
    public async Task The_interval_counts_from_the_end_of_a_run()
    {
        var gate = new Gate();
        await using var running = await _bench
            .Scheduler.Every("slow", _bench.Waiting(gate), Stage.Start, s_interval)
            .StartAsync();
        await gate.Entered;
        _bench.Time.Advance(s_interval * 10);
        var busy = running.Status("slow")!;
        Assert.Equal((FlowStatus.Running, 1L, 0L), (busy.Status, busy.RunCount, busy.SkippedCount));
        Assert.Null(busy.NextOccurrence);
        gate.Open();
        var rest = await running.RestAsync("slow", 1);
        Assert.Equal(_bench.Time.GetUtcNow() + s_interval, rest.NextOccurrence);
    }

    [Fact]
    [Trait("ID", "Q1")]
    public async Task Intervals_are_given_in_seconds_minutes_and_hours()
    {
        var work = _bench.Marking();
        await using var running = await _bench
            .Scheduler.EverySeconds("s", work, Stage.Start, 30)
            .EveryMinutes("m", work, Stage.Start, 5)
            .EveryHours("h", work, Stage.Start, 2)
            .StartAsync();
        await _bench.Time.WhenWaitingAsync(3);
        _bench.Time.Advance(TimeSpan.FromHours(4));
        Assert.Equal([481L, 49L, 3L], running.List().Select(flow => flow.RunCount));
    }

    [Fact]
    [Trait("ID", "Q4")]
    public async Task An_interval_may_be_longer_than_a_platform_timer_takes()
    {
        await using var running = await _bench
            .Scheduler.Every("rare", _bench.Marking(), Stage.Start, TimeSpan.FromDays(100))
            .StartAsync();
        await _bench.Time.WhenWaitingAsync();
        _bench.Time.Advance(TimeSpan.FromDays(99));
        Assert.Equal(1, _bench.Trail.CountOf("run"));
        _bench.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, _bench.Trail.CountOf("run"));
    }

    [Fact]
    [Trait("ID", "Q4")]
    public async Task A_triggered_run_starts_the_interval_anew()
    {
        await using var running = await _bench
            .Scheduler.Every("tick", _bench.Marking(), Stage.Start, s_interval)
            .StartAsync();
        await running.RestAsync("tick", 1);
        _bench.Time.Advance(s_interval / 2);
        var info = await running.RunAsync("tick");
        Assert.Equal(_bench.Time.GetUtcNow() + s_interval, info.NextOccurrence);
    }

    [Fact]
    [Trait("ID", "Q20")]
    public async Task A_total_timeout_holds_in_scheduled_runs()
    {
        var gate = new Gate();
        var work = _bench.Waiting(gate).WithTotalTimeout(TimeSpan.FromSeconds(5));
        await using var running = await _bench
            .Scheduler.Every("slow", work, Stage.Start, s_interval)
            .StartAsync();
        await gate.Entered;
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        var info = await running.RestAsync("slow", 1);
        Assert.Equal((FlowStatus.Backoff, "workflow_timeout"), (info.Status, info.LastError!.Category));
    }

    [Fact]
    [Trait("ID", "Q16")]
    public async Task Whatever_a_body_throws_is_a_failure_and_the_flow_goes_on()
    {
        _bench.Failure = new InvalidOperationException("broken");
        await using var running = await _bench
            .Scheduler.Every("tick", _bench.Marking(), Stage.Start, s_interval)
            .StartAsync();
        var info = await running.RestAsync("tick", 1);
        Assert.Equal((FlowStatus.Backoff, "task_execution"), (info.Status, info.LastError!.Category));
        _bench.Failure = null;
        _bench.Time.Advance(s_interval);
        info = running.Status("tick")!;
        Assert.Equal((FlowStatus.Completed, 2L, 0), (info.Status, info.RunCount, info.FailureStreak));
        Assert.Null(info.LastError);
    }
}
