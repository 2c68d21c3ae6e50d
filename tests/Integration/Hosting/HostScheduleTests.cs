using Cano.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cano.Integration.Hosting;

/// <summary>Schedules of a host.</summary>
public sealed class HostScheduleTests
{
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "X17")]
    public async Task Flows_of_all_schedules_run_when_the_host_has_started_and_their_runs_are_the_engines()
    {
        await using var host = Of(cano =>
            cano.AddSchedule(
                    (services, scheduler) => scheduler.EveryMinutes("often", Report(services), Stage.Start, 1)
                )
                .AddSchedule(
                    (services, scheduler) => scheduler.Manual("by hand", Report(services), Stage.Start)
                )
        );
        var early = Assert.Throws<InvalidOperationException>(() =>
            host.Services.GetRequiredService<RunningScheduler>()
        );
        Assert.Contains("has not come there yet", early.Message, StringComparison.Ordinal);
        await host.StartedAsync();
        var schedules = host.Services.GetRequiredService<RunningScheduler>();
        Assert.Equal(["often", "by hand"], schedules.List().Select(flow => flow.Id));
        await schedules.TriggerAsync("by hand");
        await _trail.HasAsync("by hand").Soon();
        _time.Advance(TimeSpan.FromMinutes(1));
        await _trail.HasAsync("often").Soon();
        Assert.Contains(
            await host.Engine.ListAsync().ToListAsync(),
            run => run.RunId.StartsWith("often/", StringComparison.Ordinal) && run.WorkflowName == "report"
        );
    }

    [Fact]
    [Trait("ID", "X17")]
    public async Task Nothing_is_due_before_all_services_have_started()
    {
        await using var host = Of(
            cano =>
                cano.AddSchedule(
                    (services, scheduler) => scheduler.EverySeconds("often", Report(services), Stage.Start, 1)
                ),
            services => services.AddHostedService<Slow>()
        );
        await host.StartedAsync();
        Assert.Equal(["all started"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X17")]
    public async Task What_is_wrong_with_a_schedule_stops_the_start()
    {
        await using var host = Of(cano =>
            cano.AddSchedule(
                (services, scheduler) =>
                    scheduler
                        .Cron("nightly", Report(services), Stage.Lost, "0 3 * * *")
                        .Cron("nightly", Report(services), Stage.Start, "0 3 * * *")
            )
        );
        var error = await Failures.OfAsync(host.StartedAsync());
        Assert.Equal("configuration", error.Category);
        Assert.NotEmpty(error.Problems);
    }

    [Fact]
    [Trait("ID", "X17")]
    public async Task A_scheduler_beside_the_engine_is_refused_its_workflows()
    {
        await using var host = Of(_ => { });
        await host.StartedAsync();
        var report = Report(host.Services);
        var many = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever).AddInstance(
            "one",
            report,
            Stage.Start
        );
        var scheduler = new Scheduler(_time).Manual("single", report, Stage.Start).Manual("many", many);
        var error = await Failures.OfAsync(scheduler.StartAsync());
        Assert.Equal("configuration", error.Category);
        Assert.Equal(
            [
                "flow 'single': the runs of its workflow are those of the host's engine: add it with AddSchedule, or by the engine's ScheduleAsync",
                "flow 'many': the runs of its workflow are those of the host's engine: add it with AddSchedule, or by the engine's ScheduleAsync",
            ],
            error.Problems
        );
        await using var own = await host.Engine.ScheduleAsync(_ => scheduler);
        await own.TriggerAsync("many");
        await _trail.HasAsync("many").Soon();
    }

    private static Workflow<Stage> Report(IServiceProvider services) =>
        services.GetRequiredKeyedService<Workflow<Stage>>("report");

    private TestHost Of(Action<CanoBuilder> build, Action<IServiceCollection>? more = null) =>
        new(
            services =>
            {
                services.AddSingleton(_trail);
                services.AddSingleton(_time);
                more?.Invoke(services);
                build(
                    services
                        .AddCano()
                        .UseCheckpointStore(new MemoryCheckpointStore())
                        .AddWorkflow<Stage>(
                            "report",
                            workflow =>
                                workflow
                                    .Register(
                                        Stage.Start,
                                        context =>
                                        {
                                            _trail.Add(context.RunId.Split('/')[0]);
                                            return Stage.End;
                                        }
                                    )
                                    .AddExitState(Stage.End)
                        )
                );
            },
            time: _time
        );

    private sealed class Slow(VirtualTime time, Trail trail) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            time.Advance(TimeSpan.FromHours(1));
            trail.Add("all started");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
