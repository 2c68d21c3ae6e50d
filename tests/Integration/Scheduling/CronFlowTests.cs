namespace Cano.Integration.Scheduling;

/// <summary>Flows that follow a calendar.</summary>
public sealed class CronFlowTests
{
    private static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private readonly Bench _bench = new();
    private readonly Gate _gate = new();

    [Fact]
    [Trait("ID", "Q5")]
    public async Task A_flow_runs_at_each_occurrence_and_not_at_the_start()
    {
        await using var running = await _bench
            .Scheduler.Cron("nightly", _bench.Marking(), Stage.Start, "0 0 2 * * *")
            .StartAsync();
        var info = running.Status("nightly")!;
        Assert.Equal((FlowStatus.Idle, 0L, At(1, 2)), (info.Status, info.RunCount, info.NextOccurrence));
        _bench.Time.Advance(At(1, 2) - _bench.Time.GetUtcNow() - TimeSpan.FromTicks(1));
        Assert.Equal(0, running.Status("nightly")!.RunCount);
        _bench.Time.Advance(TimeSpan.FromTicks(1));
        info = running.Status("nightly")!;
        Assert.Equal(
            (FlowStatus.Completed, 1L, At(1, 2), At(2, 2)),
            (info.Status, info.RunCount, info.LastRun, info.NextOccurrence)
        );
        _bench.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(31, running.Status("nightly")!.RunCount);
    }

    [Fact]
    [Trait("ID", "Q5")]
    public async Task Without_a_future_occurrence_nothing_is_waited_for()
    {
        await using var running = await _bench
            .Scheduler.Cron("never", _bench.Marking(), Stage.Start, "0 0 0 30 2 *")
            .StartAsync();
        Assert.Null(running.Status("never")!.NextOccurrence);
        Assert.Equal(0, _bench.Time.WaitingCount);
        Assert.Equal(FlowStatus.Completed, (await running.RunAsync("never")).Status);
    }

    [Fact]
    [Trait("ID", "Y17")]
    public async Task A_time_that_the_clock_skips_runs_at_the_next_valid_instant()
    {
        await using var running = await _bench
            .Scheduler.Cron("nightly", Telling(), Stage.Start, "0 30 2 * * *", s_berlin)
            .StartAsync();
        _bench.Time.Advance(
            new DateTimeOffset(2026, 3, 31, 0, 0, 0, TimeSpan.Zero) - _bench.Time.GetUtcNow()
        );
        Assert.Equal(
            ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
            _bench.Trail.Marks.TakeLast(3)
        );
    }

    [Theory]
    [Trait("ID", "Y17")]
    [InlineData("0 30 2 * * *", new[] { "2026-10-25T00:30:00Z" })]
    [InlineData(
        "0 */30 2 * * *",
        new[]
        {
            "2026-10-25T00:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T01:30:00Z",
        }
    )]
    public async Task A_time_that_comes_twice_runs_once_unless_it_is_an_interval(
        string cron,
        string[] expected
    )
    {
        _bench.Time.Advance(
            new DateTimeOffset(2026, 10, 24, 12, 0, 0, TimeSpan.Zero) - _bench.Time.GetUtcNow()
        );
        await using var running = await _bench
            .Scheduler.Cron("nightly", Telling(), Stage.Start, cron, s_berlin)
            .StartAsync();
        _bench.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(expected, _bench.Trail.Marks);
    }

    [Fact]
    [Trait("ID", "Q6"), Trait("ID", "Y10")]
    public async Task An_occurrence_during_a_run_is_passed_over_and_no_failure()
    {
        await using var running = await _bench
            .Scheduler.Cron("often", _bench.Waiting(_gate), Stage.Start, "* * * * *")
            .StartAsync();
        _bench.Time.Advance(TimeSpan.FromMinutes(3));
        await _gate.Entered;
        var info = running.Status("often")!;
        Assert.Equal(
            (FlowStatus.Running, 1L, 2L, 0),
            (info.Status, info.RunCount, info.SkippedCount, info.FailureStreak)
        );
        _gate.Open();
        info = await running.RestAsync("often", 1);
        Assert.Equal((FlowStatus.Completed, null), (info.Status, info.LastError));
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _bench.Trail.CountOf("run"));
    }

    [Fact]
    [Trait("ID", "Q5")]
    public async Task One_run_makes_up_for_what_was_missed_when_that_is_asked_for()
    {
        await using var running = await _bench
            .Scheduler.Cron(
                "often",
                _bench.Waiting(_gate),
                Stage.Start,
                "* * * * *",
                missed: MissedPolicy.RunOnce
            )
            .StartAsync();
        _bench.Time.Advance(TimeSpan.FromMinutes(3.1));
        await _gate.Entered;
        _gate.Open();
        var info = await running.RestAsync("often", 2);
        Assert.Equal((2L, 2L), (info.RunCount, info.SkippedCount));
        Assert.Equal(2, _bench.Trail.CountOf("run"));
    }

    [Fact]
    [Trait("ID", "Q9")]
    public async Task Occurrences_within_a_backoff_are_left_out()
    {
        _bench.Failure = new IOException("down");
        await using var running = await _bench
            .Scheduler.Cron("often", _bench.Marking(), Stage.Start, "* * * * *")
            .SetBackoff("often", new BackoffPolicy { Initial = TimeSpan.FromMinutes(2.5), Jitter = 0 })
            .StartAsync();
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        var info = running.Status("often")!;
        Assert.Equal(
            (FlowStatus.Backoff, At(1, 0, 3).AddSeconds(30), At(1, 0, 4)),
            (info.Status, info.NextEligible, info.NextOccurrence)
        );
        _bench.Failure = null;
        _bench.Time.Advance(TimeSpan.FromMinutes(3));
        info = running.Status("often")!;
        Assert.Equal((FlowStatus.Completed, 2L, At(1, 0, 4)), (info.Status, info.RunCount, info.LastRun));
    }

    [Fact]
    [Trait("ID", "Q11")]
    public async Task A_reset_flow_takes_the_next_occurrence()
    {
        _bench.Failure = new IOException("down");
        await using var running = await _bench
            .Scheduler.Cron("often", _bench.Marking(), Stage.Start, "* * * * *")
            .SetBackoff("often", new BackoffPolicy { TripAfter = 1 })
            .StartAsync();
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(
            (FlowStatus.Tripped, 1L),
            (running.Status("often")!.Status, running.Status("often")!.RunCount)
        );
        await running.ResetFlowAsync("often");
        Assert.Equal(
            (FlowStatus.Idle, At(1, 0, 11)),
            (running.Status("often")!.Status, running.Status("often")!.NextOccurrence)
        );
    }

    [Fact]
    [Trait("ID", "Z11"), Trait("ID", "Q21")]
    public async Task A_clock_that_is_set_back_fires_no_occurrence_twice()
    {
        var time = new SettableTime(_bench.Time);
        await using var running = await new Scheduler(time)
            .Cron("often", _bench.Marking(), Stage.Start, "*/10 * * * *")
            .StartAsync();
        _bench.Time.Advance(TimeSpan.FromMinutes(21));
        Assert.Equal(2, running.Status("often")!.RunCount);
        time.Ahead = -TimeSpan.FromMinutes(15);
        // 00:20 came already; the next one is 00:30, and that is 24 minutes away again.
        _bench.Time.Advance(TimeSpan.FromMinutes(23));
        Assert.Equal(2, running.Status("often")!.RunCount);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(
            (3L, At(1, 0, 30)),
            (running.Status("often")!.RunCount, running.Status("often")!.LastRun)
        );
    }

    [Theory]
    [Trait("ID", "Q5")]
    [InlineData(MissedPolicy.Skip, 0)]
    [InlineData(MissedPolicy.RunOnce, 1)]
    public async Task A_clock_that_is_set_forward_is_noticed_within_a_minute(MissedPolicy missed, int made)
    {
        var time = new SettableTime(_bench.Time);
        await using var running = await new Scheduler(time)
            .Cron("nightly", _bench.Marking(), Stage.Start, "0 0 2 * * *", missed: missed)
            .StartAsync();
        time.Ahead = TimeSpan.FromHours(72 + 12);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        var info = running.Status("nightly")!;
        Assert.Equal((made, At(5, 2)), ((int)info.RunCount, info.NextOccurrence));
        Assert.True(info.SkippedCount > 0);
    }

    [Fact]
    [Trait("ID", "Z11")]
    public async Task An_interval_does_not_care_about_the_wall_clock()
    {
        var time = new SettableTime(_bench.Time);
        await using var running = await new Scheduler(time)
            .EverySeconds("tick", _bench.Marking(), Stage.Start, 30)
            .StartAsync();
        await running.RestAsync("tick", 1);
        time.Ahead = -TimeSpan.FromDays(1);
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2, running.Status("tick")!.RunCount);
        time.Ahead = TimeSpan.FromDays(1);
        _bench.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(2, running.Status("tick")!.RunCount);
    }

    [Theory]
    [Trait("ID", "Y10")]
    [InlineData(MissedPolicy.Skip, 1)]
    [InlineData(MissedPolicy.RunOnce, 2)]
    public async Task The_watermark_tells_what_was_missed_while_the_process_was_down(
        MissedPolicy missed,
        int runs
    )
    {
        var store = new KeepingStore { KeepsBytes = true };
        Scheduler Nightly() =>
            _bench.Scheduler.Cron(
                "nightly",
                Telling().WithCheckpointStore(store),
                Stage.Start,
                "0 0 2 * * *",
                missed: missed
            );
        await using (var first = await Nightly().StartAsync())
        {
            _bench.Time.Advance(TimeSpan.FromHours(3));
            Assert.Equal(1, first.Status("nightly")!.RunCount);
        }

        _bench.Time.Advance(TimeSpan.FromDays(7));
        await using var second = await Nightly().StartAsync();
        await Flows.UntilAsync(() => !second.HasRunningFlows);
        Assert.Equal(runs, _bench.Trail.Marks.Count);
        Assert.Equal(At(9, 2), second.Status("nightly")!.NextOccurrence);
        if (missed == MissedPolicy.RunOnce)
            Assert.NotEmpty(store.RowsOf("nightly/2026-03-08T02:00:00.0000000Z"));
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task An_occurrence_that_another_scheduler_ran_is_not_run_again()
    {
        var store = new KeepingStore { KeepsBytes = true };
        Scheduler Nightly() =>
            _bench.Scheduler.Cron(
                "nightly",
                Telling().WithCheckpointStore(store),
                Stage.Start,
                "0 0 2 * * *"
            );
        await using var first = await Nightly().StartAsync();
        await using var second = await Nightly().StartAsync();
        _bench.Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal((1L, 0L), (first.Status("nightly")!.RunCount, first.Status("nightly")!.SkippedCount));
        Assert.Equal((0L, 1L), (second.Status("nightly")!.RunCount, second.Status("nightly")!.SkippedCount));
        Assert.Equal(["2026-03-01T02:00:00Z"], _bench.Trail.Marks);
        _bench.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["2026-03-01T02:00:00Z", "2026-03-02T02:00:00Z"], _bench.Trail.Marks);
    }

    private static DateTimeOffset At(int day, int hour, int minute = 0) =>
        new(2026, 3, day, hour, minute, 0, TimeSpan.Zero);

    /// <summary>Marks the instant at which it runs.</summary>
    private Workflow<Stage> Telling() =>
        _bench
            .Marking()
            .Register(
                Stage.Start,
                _ =>
                {
                    _bench.Trail.Add(
                        _bench
                            .Time.GetUtcNow()
                            .ToString(
                                "yyyy-MM-dd'T'HH:mm:ss'Z'",
                                System.Globalization.CultureInfo.InvariantCulture
                            )
                    );
                    return Stage.End;
                }
            );
}
