namespace Cano.Integration.Guides;

/// <summary>What docs/scheduling.md shows stands here, line by line, and runs.</summary>
public sealed class SchedulingGuideTests
{
    private enum Sync { Fetch, Done }

    private enum Report { Collect, Done }

    private enum Import { Read, Done }

    [Fact]
    [Trait("ID", "Y17")]
    public async Task Flows_of_one_scheduler_have_different_states()
    {
        using var stop = new CancellationTokenSource();
        var sync = Workflow.Bare<Sync>().Register(Sync.Fetch, _ => Sync.Done).AddExitState(Sync.Done);
        var report = Workflow.Bare<Report>().Register(Report.Collect, _ => Report.Done).AddExitState(Report.Done);
        // The import is the last thing this service does.
        var isImported = false;
        var import = Workflow.Bare<Import>()
            .Register(Import.Read, _ =>
            {
                isImported = true;
                stop.Cancel();
                return Import.Done;
            })
            .AddExitState(Import.Done);

        await using var running = await new Scheduler()
            .EveryMinutes("sync", sync, Sync.Fetch, 5)
            .Cron("nightly", report, Report.Collect, "0 30 2 * * *", TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))
            .Manual("import", import, Import.Read)
            .SetBackoff("sync", new BackoffPolicy { Initial = TimeSpan.FromSeconds(5), TripAfter = 10 })
            .StartAsync(stop.Token);

        await running.TriggerAsync("import");
        await running.WaitAsync();

        Assert.True(isImported);
    }

    [Fact]
    [Trait("ID", "T3")]
    public async Task An_occurrence_is_given_its_input()
    {
        var report = Reporting();

        await using var running = await new Scheduler()
            .Cron("nightly", report, Report.Collect, "30 2 * * *", at => new Period(at.AddDays(-1), at))
            .StartAsync();

        Assert.Equal("30 2 * * * in UTC", running.Status("nightly")!.Schedule);
    }

    [Fact]
    [Trait("ID", "X9")]
    public async Task Flows_of_an_engine_are_its_runs()
    {
        await using var engine = CanoEngine.InMemory();
        var report = Reporting();
        var sync = Workflow
            .Bare<Sync>()
            .WithName("sync")
            .Register(Sync.Fetch, _ => Sync.Done)
            .AddExitState(Sync.Done);

        await using var flows = await engine.ScheduleAsync(schedule => schedule
            .Cron("nightly", report, Report.Collect, "30 2 * * *", at => new Period(at.AddDays(-1), at))
            .EveryMinutes("sync", sync, Sync.Fetch, 5));

        await flows.TriggerAsync("nightly");
        Assert.Equal(["report", "sync"], engine.WorkflowNames.Order());
    }

    private static Workflow<Report> Reporting() =>
        Workflow
            .Bare<Report>()
            .WithName("report")
            .Accepts<Period>()
            .Register(Report.Collect, _ => Report.Done)
            .AddExitState(Report.Done);

    private sealed record Period(DateTimeOffset From, DateTimeOffset To);
}
