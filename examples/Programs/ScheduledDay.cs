using Cano.Testing;

namespace Cano.Examples.Programs;

/// <summary>Flows at intervals, by cron, on request and many at once, and a flaky one that backs off and
/// trips: a day and a half of it on a virtual clock, so that it takes no time.</summary>
public static class ScheduledDay
{
    private enum State
    {
        Work,
        Done,
    }

    public static async Task RunAsync(TextWriter output)
    {
        var time = new VirtualTime(new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero));
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var isUp = false;
        var scheduler = new Scheduler(time)
            .EverySeconds("pulse", Quick, State.Work, 30)
            .EveryMinutes("sync", Quick, State.Work, 5)
            .EveryHours("report", Quick, State.Work, 2)
            .Cron("nightly", Quick, State.Work, "0 30 2 * * *", berlin)
            .Every("tenants", Tenants(), TimeSpan.FromHours(6))
            .EveryMinutes(
                "flaky",
                Working(() => isUp ? State.Done : throw new IOException("no route")),
                State.Work,
                1
            )
            .SetBackoff(
                "flaky",
                new BackoffPolicy
                {
                    Initial = TimeSpan.FromMinutes(2),
                    Jitter = 0,
                    TripAfter = 3,
                }
            )
            .Manual("import", Quick, State.Work);

        // The night of 29 March has no 02:30 in Berlin; better to see that before it happens.
        output.WriteLine(scheduler.Preview("nightly", 3));

        await using var running = await scheduler.StartAsync();

        await PassAsync(time, TimeSpan.Zero);
        Show(output, running, "flaky");
        time.Advance(TimeSpan.FromMinutes(10));
        Show(output, running, "flaky");

        // Nothing starts a tripped flow until somebody has looked after it.
        isUp = true;
        await running.ResetFlowAsync("flaky");
        Show(output, running, "flaky");
        time.Advance(TimeSpan.FromMinutes(1));
        Show(output, running, "flaky");

        await running.TriggerAsync("import");
        await PassAsync(time, TimeSpan.FromMinutes(49));
        for (var hour = 1; hour < 36; hour++)
            await PassAsync(time, TimeSpan.FromHours(1));
        foreach (var flow in running.List())
            output.WriteLine($"{flow.Id}: {flow.RunCount} runs");

        var stopped = await running.StopAsync();
        output.WriteLine(
            stopped.Clean ? "stopped" : $"still running: {string.Join(", ", stopped.StillRunning)}"
        );
    }

    private static Workflow<State> Quick { get; } = Working(() => State.Done);

    private static Workflow<State> Working(Func<State> work) =>
        Workflow.Bare<State>().Register(State.Work, _ => work(), TaskConfig.Minimal).AddExitState(State.Done);

    private static ConcurrentWorkflow<State> Tenants() =>
        new ConcurrentWorkflow<State>(ConcurrentStrategy.WaitForever).AddInstances(
            ["north", "south"],
            Quick,
            State.Work
        );

    /// <summary>First runs and instances run on threads of their own; they have ended when the timers of all
    /// six flows wait again. Until then the clock stands.</summary>
    private static Task PassAsync(VirtualTime time, TimeSpan span)
    {
        time.Advance(span);
        return time.WhenWaitingAsync(6);
    }

    private static void Show(TextWriter output, RunningScheduler running, string id)
    {
        var flow = running.Status(id)!;
        var next = flow.NextOccurrence is { } due ? $", next at {due:HH:mm}" : "";
        output.WriteLine($"{flow.Id}: {flow.Status}, {flow.FailureStreak} failed in a row{next}");
    }
}
