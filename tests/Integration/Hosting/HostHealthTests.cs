using Cano.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cano.Integration.Hosting;

/// <summary>What a host says of its engine's health.</summary>
public sealed class HostHealthTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly Trail _trail = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "X20")]
    public async Task It_is_unhealthy_before_the_start_and_after_the_stop_and_well_between()
    {
        await using var host = OnJournal();
        await AllAreAsync(host, HealthStatus.Unhealthy);
        await host.StartedAsync();
        await AllAreAsync(host, HealthStatus.Healthy);
        await host.StopAsync();
        await AllAreAsync(host, HealthStatus.Unhealthy);
    }

    [Fact]
    [Trait("ID", "X20")]
    public async Task Without_a_journal_it_is_degraded_and_alive()
    {
        await using var host = new TestHost(services => services.AddCano().AddHealthCheck("engine"));
        await host.StartedAsync();
        var report = await ReportAsync(host);
        Assert.Equal(["engine", "engine-live"], report.Entries.Keys.Order());
        Assert.Equal(HealthStatus.Degraded, report.Entries["engine"].Status);
        Assert.Contains(
            "no journal is given",
            report.Entries["engine"].Description,
            StringComparison.Ordinal
        );
        Assert.Equal(["ready"], report.Entries["engine"].Tags);
        Assert.Equal(HealthStatus.Healthy, report.Entries["engine-live"].Status);
        Assert.Equal(["live"], report.Entries["engine-live"].Tags);
    }

    [Fact]
    [Trait("ID", "X20")]
    public async Task A_journal_that_takes_nothing_is_unhealthy_and_the_process_alive()
    {
        var store = new Refusing();
        await using var host = new TestHost(services =>
            services.AddCano().UseCheckpointStore(store).AddHealthCheck()
        );
        await host.StartedAsync();
        await AllAreAsync(host, HealthStatus.Healthy);
        store.IsFull = true;
        var report = await ReportAsync(host);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["cano"].Status);
        Assert.Contains("disk full", report.Entries["cano"].Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, report.Entries["cano-live"].Status);
        store.IsFull = false;
        await AllAreAsync(host, HealthStatus.Healthy);
    }

    [Fact]
    [Trait("ID", "X20")]
    public async Task Asking_leaves_no_run_behind()
    {
        var store = new Counting();
        await using var host = new TestHost(services =>
            services.AddCano().UseCheckpointStore(store).AddHealthCheck()
        );
        await host.StartedAsync();
        for (var i = 0; i < 5; i++)
            await AllAreAsync(host, HealthStatus.Healthy);
        Assert.Equal(5, store.Claimed.Count);
        Assert.Equal(store.Claimed, store.Cleared);
        Assert.Empty(await host.Engine.ListAsync().ToListAsync());
    }

    [Fact]
    [Trait("ID", "X20")]
    public async Task Whoever_asks_and_does_not_wait_leaves_no_claim_behind()
    {
        var gate = new Gate();
        var store = new Counting { Claims = gate.HoldAsync };
        await using var host = new TestHost(services =>
            services.AddCano().UseCheckpointStore(store).AddHealthCheck()
        );
        await host.StartedAsync();
        using var patience = new CancellationTokenSource();
        var asking = host
            .Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(patience.Token)
            .Soon();
        await gate.Entered.Soon();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        gate.Open();
        await store.HasCleared.Soon();
        Assert.Equal(store.Claimed, store.Cleared);
    }

    [Fact]
    [Trait("ID", "X20")]
    public async Task Asking_leaves_a_flow_of_any_name_its_watermark()
    {
        var store = new Counting();
        await using var host = new TestHost(services =>
            services
                .AddCano()
                .UseCheckpointStore(store)
                .AddWorkflow<Stage>("orders", Build)
                .AddSchedule(
                    (provider, scheduler) =>
                        scheduler.Manual(
                            "cano-health",
                            provider.GetRequiredService<Workflow<Stage>>(),
                            Stage.Start
                        )
                )
                .AddHealthCheck()
        );
        await host.StartedAsync();
        await ReportAsync(host);
        Assert.Equal(["/watermark"], store.Cleared);
    }

    [Fact]
    [Trait("ID", "X20")]
    public async Task Runs_that_a_person_must_look_at_are_counted()
    {
        await using (var before = await OnJournal("other").StartedAsync())
        {
            await before.Engine.StartAsync(before.Workflow, Stage.Work, "held");
        }

        await using var host = OnJournal(resumes: false);
        await host.StartedAsync();
        await Failures.OfAsync(host.Workflow.OrchestrateAsync(Stage.Start, "failed").Soon());
        await Engines.Engines.ResumedAsync(host.Engine).Soon();
        var entry = (await ReportAsync(host)).Entries["cano"];
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal(1L, entry.Data["Failed"]);
        Assert.Equal(1L, entry.Data["Held"]);
        Assert.Contains("Failed: 1 runs", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "X20")]
    public async Task A_backlog_is_counted_and_a_long_one_degrades()
    {
        var gate = new Gate();
        await using var host = new TestHost(services =>
            services
                .AddCano(options => options.Engine = new CanoEngineOptions { MaxRunning = 1 })
                .UseFasterCheckpoints(_folder.Path)
                .AddWorkflow<Stage>("orders", (_, _) => Engines.Engines.Saga(_trail, gate))
                .AddHealthCheck(backlogMax: 1)
        );
        await host.StartedAsync();
        await host.Engine.StartAsync(host.Workflow, Stage.Start, "a");
        await gate.Entered.Soon();
        await host.Engine.StartAsync(host.Workflow, Stage.Start, "b");
        Assert.Equal((HealthStatus.Healthy, 1L), await BacklogAsync());
        await host.Engine.StartAsync(host.Workflow, Stage.Start, "c");
        Assert.Equal((HealthStatus.Degraded, 2L), await BacklogAsync());
        gate.Open();

        async Task<(HealthStatus, long)> BacklogAsync()
        {
            var entry = (await ReportAsync(host)).Entries["cano"];
            return (entry.Status, (long)entry.Data["backlog"]);
        }
    }

    [Fact]
    [Trait("ID", "X20")]
    public async Task A_run_that_waits_and_is_held_takes_none_out_of_the_backlog()
    {
        await using (var before = await OnJournal("other").StartedAsync())
        {
            await before.Engine.StartAsync(before.Workflow, Stage.Work, "held");
        }

        var gate = new Gate();
        await using var host = new TestHost(services =>
            services
                .AddCano(options =>
                {
                    options.ResumeOnStart = false;
                    options.Engine = new CanoEngineOptions { MaxRunning = 1 };
                })
                .UseFasterCheckpoints(_folder.Path)
                .AddWorkflow<Stage>("orders", (_, _) => Engines.Engines.Saga(_trail, gate))
                .AddHealthCheck()
        );
        await host.StartedAsync();
        await Engines.Engines.ResumedAsync(host.Engine).Soon();
        await host.Engine.StartAsync(host.Workflow, Stage.Start, "a");
        await gate.Entered.Soon();
        await host.Engine.StartAsync(host.Workflow, Stage.Start, "b");
        var entry = (await ReportAsync(host)).Entries["cano"];
        Assert.Equal((1L, 1L), ((long)entry.Data["Held"], (long)entry.Data["backlog"]));
        gate.Open();
    }

    [Fact]
    [Trait("ID", "X20")]
    public async Task Flows_that_have_tripped_are_named()
    {
        await using var host = new TestHost(services =>
            services
                .AddCano()
                .UseCheckpointStore(new MemoryCheckpointStore())
                .AddWorkflow<Stage>("orders", Build)
                .AddSchedule(
                    (provider, scheduler) =>
                        scheduler
                            .Manual("nightly", provider.GetRequiredService<Workflow<Stage>>(), Stage.Start)
                            .SetBackoff("nightly", new BackoffPolicy { TripAfter = 1, Jitter = 0 })
                )
                .AddHealthCheck()
        );
        await host.StartedAsync();
        var schedules = host.Services.GetRequiredService<RunningScheduler>();
        await schedules.TriggerAsync("nightly");
        while (schedules.Status("nightly")!.Status != FlowStatus.Tripped)
            await Task.Yield();
        var entry = (await ReportAsync(host)).Entries["cano"];
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains("flow 'nightly' has tripped: ", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "X20"), Trait("ID", "X22")]
    public async Task Resources_of_the_host_and_those_that_runs_share_tell_their_health_while_they_are_set_up()
    {
        var gate = new Gate();
        var own = new Spy("own", _trail) { Health = ResourceHealth.Degraded("slow") };
        await using var host = new TestHost(services =>
        {
            services.AddSingleton<IResource>(new Spy("of host", _trail));
            services
                .AddCano()
                .UseCheckpointStore(new MemoryCheckpointStore())
                .AddWorkflow<Stage>(
                    "orders",
                    (_, _) =>
                        Engines.Engines.Saga(_trail, gate).WithResources(new Resources().Insert("bank", own))
                )
                .AddWorkflow<Stage>(
                    "orders",
                    (_, _) =>
                        Engines
                            .Engines.Saga(_trail, gate)
                            .WithWorkflowVersion(2)
                            .WithResources(new Resources().Insert("bank", own))
                )
                .AddHealthCheck();
        });
        await host.StartedAsync();
        var before = (await ReportAsync(host)).Entries["cano"];
        Assert.Equal(HealthStatus.Healthy, before.Status);
        Assert.Equal("Healthy", before.Data["Spy"]);
        var run = await host.Engine.StartAsync(host.Workflow, Stage.Start, "a");
        await gate.Entered.Soon();
        var entry = (await ReportAsync(host)).Entries["cano"];
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal("resource 'orders 2/bank' is Degraded: slow", entry.Description);
        gate.Open();
        await run.Completion().Soon();
    }

    private static readonly Signal s_go = new("go");

    private TestHost OnJournal(string name = "orders", bool resumes = true) =>
        new(services =>
            services
                .AddCano(options => options.ResumeOnStart = resumes)
                .UseFasterCheckpoints(_folder.Path)
                .AddWorkflow<Stage>(name, Build)
                .AddHealthCheck()
        );

    private static Workflow<Stage> Build(Workflow<Stage> workflow) =>
        workflow
            .Register(Stage.Start, _ => throw new IOException("down"), TaskConfig.Minimal)
            .RegisterWait(Stage.Work, Wait.For<Stage>().On(s_go, Stage.End))
            .AddExitState(Stage.End);

    private static async Task AllAreAsync(TestHost host, HealthStatus status)
    {
        var report = await ReportAsync(host);
        Assert.Equal(2, report.Entries.Count);
        Assert.All(
            report.Entries,
            entry => Assert.Equal((status, entry.Key), (entry.Value.Status, entry.Key))
        );
    }

    private static Task<HealthReport> ReportAsync(TestHost host) =>
        host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync().Soon();

    private sealed class Counting() : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        private readonly TaskCompletionSource _cleared = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public List<string> Claimed { get; } = [];

        public List<string> Cleared { get; } = [];

        public Task HasCleared => _cleared.Task;

        /// <summary>Comes before each claim.</summary>
        public Func<Task> Claims { get; init; } = () => Task.CompletedTask;

        public override async ValueTask<long> ClaimAsync(
            string runId,
            string owner,
            CancellationToken cancellationToken = default
        )
        {
            await Claims();
            Claimed.Add(runId);
            return await base.ClaimAsync(runId, owner, cancellationToken);
        }

        public override async ValueTask ClearAsync(
            string runId,
            CancellationToken cancellationToken = default
        )
        {
            await base.ClearAsync(runId, cancellationToken);
            Cleared.Add(runId);
            _cleared.TrySetResult();
        }
    }

    private sealed class Refusing() : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        public bool IsFull { get; set; }

        public override ValueTask<long> ClaimAsync(
            string runId,
            string owner,
            CancellationToken cancellationToken = default
        ) => IsFull ? throw new IOException("disk full") : base.ClaimAsync(runId, owner, cancellationToken);
    }
}
