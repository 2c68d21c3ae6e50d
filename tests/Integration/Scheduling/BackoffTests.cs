namespace Cano.Integration.Scheduling;

/// <summary>What failures do to a flow.</summary>
public sealed class BackoffTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly Bench _bench = new() { Failure = new IOException("down") };

    [Fact]
    [Trait("ID", "Q7"), Trait("ID", "Q8"), Trait("ID", "Q9")]
    public async Task Each_failure_in_a_row_doubles_the_wait()
    {
        await using var running = await StartAsync(Bench.Doubling);
        var info = await running.RestAsync("flow", 1);
        Assert.Equal(
            (FlowStatus.Backoff, 1, _bench.Time.GetUtcNow() + s_second * 10),
            (info.Status, info.FailureStreak, info.NextEligible)
        );
        Assert.Equal("IOException: down", info.LastError!.Message);
        _bench.Time.Advance(s_second * 9.999);
        Assert.Equal(1, running.Status("flow")!.RunCount);
        _bench.Time.Advance(s_second * 0.001);
        Assert.Equal(
            (2, _bench.Time.GetUtcNow() + s_second * 20),
            (running.Status("flow")!.FailureStreak, running.Status("flow")!.NextEligible)
        );
        _bench.Time.Advance(s_second * 20);
        Assert.Equal((3, 3L), (running.Status("flow")!.FailureStreak, running.Status("flow")!.RunCount));
    }

    [Fact]
    [Trait("ID", "Q9")]
    public async Task An_interval_longer_than_the_backoff_stays()
    {
        await using var running = await _bench
            .Scheduler.Every("flow", _bench.Marking(), Stage.Start, TimeSpan.FromMinutes(1))
            .SetBackoff("flow", Bench.Doubling)
            .StartAsync();
        Assert.Equal(
            _bench.Time.GetUtcNow() + TimeSpan.FromMinutes(1),
            (await running.RestAsync("flow", 1)).NextOccurrence
        );
    }

    [Fact]
    [Trait("ID", "Q8")]
    public async Task Every_flow_has_the_default_policy()
    {
        await using var running = await _bench
            .Scheduler.Manual("flow", _bench.Marking(), Stage.Start)
            .StartAsync();
        for (var streak = 1; streak <= 12; streak++)
        {
            var info = await running.RunAsync("flow");
            var nominal = Math.Min(Math.Pow(2, streak - 1), 300);
            var wait = (info.NextEligible!.Value - _bench.Time.GetUtcNow()).TotalSeconds;
            Assert.InRange(wait, nominal * 0.9, Math.Min(nominal * 1.1, 300));
        }
    }

    [Fact]
    [Trait("ID", "Q7")]
    public async Task A_success_ends_the_streak()
    {
        await using var running = await StartAsync(Bench.Doubling);
        await running.RestAsync("flow", 1);
        _bench.Failure = null;
        _bench.Time.Advance(s_second * 10);
        var info = running.Status("flow")!;
        Assert.Equal((FlowStatus.Completed, 0, null), (info.Status, info.FailureStreak, info.NextEligible));
    }

    [Fact]
    [Trait("ID", "Q7"), Trait("ID", "Q10")]
    public async Task So_many_failures_trip_the_flow_and_nothing_starts_it()
    {
        await using var running = await StartAsync(Bench.Doubling with { TripAfter = 2 });
        await running.RestAsync("flow", 1);
        _bench.Time.Advance(s_second * 10);
        var info = running.Status("flow")!;
        Assert.Equal((FlowStatus.Tripped, 2, null), (info.Status, info.FailureStreak, info.NextOccurrence));
        _bench.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, running.Status("flow")!.RunCount);
        Assert.Equal(0, _bench.Time.WaitingCount);
        var refusal = await Assert.ThrowsAsync<CanoException>(() => running.TriggerAsync("flow"));
        Assert.Equal("workflow", refusal.Error.Category);
        Assert.Contains("tripped", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "Q8")]
    public async Task TripAfter_0_trips_at_the_first_failure()
    {
        await using var running = await StartAsync(new BackoffPolicy { TripAfter = 0 });
        Assert.Equal(FlowStatus.Tripped, (await running.RestAsync("flow", 1)).Status);
    }

    [Fact]
    [Trait("ID", "Q10")]
    public async Task A_trigger_runs_a_flow_that_backs_off()
    {
        await using var running = await StartAsync(Bench.Doubling);
        await running.RestAsync("flow", 1);
        _bench.Failure = null;
        Assert.Equal(
            (FlowStatus.Completed, 2L),
            ((await running.RunAsync("flow")).Status, running.Status("flow")!.RunCount)
        );
    }

    [Fact]
    [Trait("ID", "Q11")]
    public async Task A_reset_flow_is_idle_and_its_schedule_goes_on()
    {
        await using var running = await StartAsync(Bench.Doubling with { TripAfter = 1 });
        await running.RestAsync("flow", 1);
        _bench.Failure = null;
        _bench.Time.Advance(s_second * 3.5);
        await running.ResetFlowAsync("flow");
        var info = running.Status("flow")!;
        Assert.Equal((FlowStatus.Idle, 0, null), (info.Status, info.FailureStreak, info.NextEligible));
        Assert.Equal(_bench.Time.GetUtcNow() + s_second * 0.5, info.NextOccurrence);
        _bench.Time.Advance(s_second * 0.5);
        Assert.Equal(
            (FlowStatus.Completed, 2L),
            (running.Status("flow")!.Status, running.Status("flow")!.RunCount)
        );
    }

    [Fact]
    [Trait("ID", "Q11")]
    public async Task A_failure_after_a_reset_in_flight_is_the_first()
    {
        var gate = new Gate();
        var attempts = 0;
        var work = _bench
            .Marking()
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    if (++attempts == 3)
                        await gate.HoldAsync();
                    throw new IOException("down");
                },
                TaskConfig.Minimal
            );
        await using var running = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync();
        await running.RunAsync("flow");
        Assert.Equal(2, (await running.RunAsync("flow")).FailureStreak);
        await running.TriggerAsync("flow");
        await gate.Entered;
        await running.ResetFlowAsync("flow");
        Assert.Equal(
            (FlowStatus.Running, 0),
            (running.Status("flow")!.Status, running.Status("flow")!.FailureStreak)
        );
        gate.Open();
        Assert.Equal(1, (await running.RestAsync("flow", 3)).FailureStreak);
    }

    [Fact]
    [Trait("ID", "Q8")]
    public void A_policy_is_a_value()
    {
        var policy = new BackoffPolicy();
        Assert.Equal(
            (s_second, 2.0, s_second * 300, 0.1, null),
            (policy.Initial, policy.Multiplier, policy.Max, policy.Jitter, policy.TripAfter)
        );
        Assert.Equal(new BackoffPolicy { TripAfter = 3 }, policy with { TripAfter = 3 });
    }

    [Theory]
    [Trait("ID", "Z14")]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_policy_refuses_figures_that_make_no_sense_where_they_are_given(double figure)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BackoffPolicy { Multiplier = figure });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BackoffPolicy { Jitter = figure });
    }

    [Fact]
    [Trait("ID", "Z14")]
    public void A_policy_refuses_negative_spans_and_counts_and_a_multiplier_of_nothing()
    {
        var policy = new BackoffPolicy();
        var past = TimeSpan.FromTicks(-1);
        Assert.Throws<ArgumentOutOfRangeException>(() => policy with { Initial = past });
        Assert.Throws<ArgumentOutOfRangeException>(() => policy with { Max = past });
        Assert.Throws<ArgumentOutOfRangeException>(() => policy with { TripAfter = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => policy with { Multiplier = 0 });
    }

    [Fact]
    [Trait("ID", "Z14")]
    public async Task The_largest_figures_leave_no_flow_running()
    {
        var policy = new BackoffPolicy
        {
            Initial = TimeSpan.MaxValue,
            Multiplier = double.MaxValue,
            Max = TimeSpan.MaxValue,
            Jitter = 1,
        };
        await using var running = await _bench
            .Scheduler.Manual("flow", _bench.Marking(), Stage.Start)
            .SetBackoff("flow", policy)
            .StartAsync();
        for (var run = 0; run < 20; run++)
            Assert.Equal(FlowStatus.Backoff, (await running.RunAsync("flow")).Status);
    }

    private Task<RunningScheduler> StartAsync(BackoffPolicy policy) =>
        _bench
            .Scheduler.Every("flow", _bench.Marking(), Stage.Start, s_second)
            .SetBackoff("flow", policy)
            .StartAsync();
}
