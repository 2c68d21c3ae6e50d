using Cano.Integration.Scheduling;

namespace Cano.Integration.Guests;

/// <summary>A scheduler whose clock throws: no process dies of it, no flow is lost, no stop hangs.</summary>
public sealed class SchedulerClockTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "X5"), Trait("ID", "Z14")]
    public async Task A_clock_that_throws_once_at_any_call_leaves_a_scheduler_that_runs_and_stops()
    {
        for (var call = 0; ; call++)
        {
            var clock = new OddClock(call, 1);
            await LiveAsync(clock);
            if (!clock.HasThrown)
            {
                Assert.InRange(call, 10, 1_000);
                return;
            }
        }
    }

    [Fact]
    [Trait("ID", "X5")]
    public async Task A_clock_that_throws_for_a_while_is_told_and_asked_again()
    {
        var (clock, logger) = (new OddClock(), new KeepingLogger());
        await using var running = await new Scheduler(clock)
            .Every("flow", Work().WithLogger(logger), Stage.Start, s_minute)
            .StartAsync();
        await running.RestAsync("flow", 1);
        clock.IsBroken = true;
        clock.Inner.Advance(s_minute);
        Assert.Contains("the clock", Assert.Single(logger.Errors), StringComparison.OrdinalIgnoreCase);
        clock.IsBroken = false;
        await running.TriggerAsync("flow");
        await running.RestAsync("flow", 2);
        clock.Inner.Advance(s_minute);
        await running.RestAsync("flow", 3);
    }

    private async Task LiveAsync(OddClock clock)
    {
        var running = await new Scheduler(clock)
            .Every("every", Work(), Stage.Start, s_minute)
            .Cron("cron", Work(), Stage.Start, "* * * * *")
            .StartAsync()
            .Soon();
        await running.RestAsync("every", 1);
        clock.Inner.Advance(s_minute);
        await running.RestAsync("every", 1);
        await running.RunAsync("cron");
        Assert.True((await running.StopAsync().Soon()).Clean);
        Assert.False(running.HasRunningFlows);
    }

    /// <summary>Its own clock is the platform's.</summary>
    private Workflow<Stage> Work() =>
        Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                _ =>
                {
                    _trail.Add("run");
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
}
