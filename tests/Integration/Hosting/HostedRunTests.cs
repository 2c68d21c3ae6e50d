using Cano.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cano.Integration.Hosting;

/// <summary>Runs that workflows of a container start or go on with: the engine's.</summary>
public sealed class HostedRunTests
{
    private static readonly Signal s_go = new("go");

    [Fact]
    [Trait("ID", "X9")]
    public async Task A_run_that_a_workflow_of_the_container_starts_is_the_engines()
    {
        var gate = new Gate();
        await using var host = Gated(gate, new Trail());
        await host.StartedAsync();
        var run = host.Workflow.OrchestrateAsync(Stage.Start, "a");
        await gate.Entered.Soon();
        Assert.Equal(RunStatus.Running, (await host.Engine.FindAsync("a"))!.Status);
        gate.Open();
        Assert.Equal(Stage.End, await run.Soon());
        Assert.Equal(RunStatus.Completed, (await host.Engine.FindAsync("a"))!.Status);
        // One without an id draws one.
        Assert.Equal(Stage.End, await host.Workflow.OrchestrateAsync(Stage.Start).Soon());
        Assert.Equal(2, await host.Engine.ListAsync().CountAsync());
    }

    [Fact]
    [Trait("ID", "X9")]
    public async Task One_that_is_forgotten_at_once_gives_its_end_all_the_same()
    {
        await using var host = new TestHost(services =>
            services
                .AddCano(options => options.Retention = Retention.Clear)
                .UseCheckpointStore(new MemoryCheckpointStore())
                .AddWorkflow<Stage>("orders", OneState)
        );
        await host.StartedAsync();
        for (var i = 0; i < 200; i++)
            Assert.Equal(Stage.End, await host.Workflow.OrchestrateAsync(Stage.Start, $"{i}").Soon());
        Assert.Empty(await host.Engine.ListAsync().ToListAsync());
    }

    [Fact]
    [Trait("ID", "X9")]
    public async Task A_run_is_gone_on_with_by_its_own_workflow_alone()
    {
        await using var host = new TestHost(services =>
            services
                .AddCano()
                .UseCheckpointStore(new MemoryCheckpointStore())
                .AddWorkflow<Stage>("orders", Failing)
                .AddWorkflow<Stage>("returns", OneState)
        );
        await host.StartedAsync();
        var orders = host.Services.GetRequiredKeyedService<Workflow<Stage>>("orders");
        await Failures.OfAsync(orders.OrchestrateAsync(Stage.Start, "a").Soon());
        var rows = (await host.Engine.HistoryAsync("a")).Count;
        var returns = host.Services.GetRequiredKeyedService<Workflow<Stage>>("returns");
        var error = await Failures.OfAsync(returns.ResumeFromAsync("a").Soon());
        Assert.Equal("workflow", error.Category);
        Assert.Contains(
            "one of workflow 'orders', not of 'returns'",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(rows, (await host.Engine.HistoryAsync("a")).Count);
    }

    [Fact]
    [Trait("ID", "X9")]
    public async Task Its_token_cancels_the_run_and_what_was_completed_is_undone()
    {
        var (gate, trail) = (new Gate(), new Trail());
        await using var host = Gated(gate, trail);
        await host.StartedAsync();
        using var stop = new CancellationTokenSource();
        var run = host.Workflow.OrchestrateAsync(Stage.Start, "a", stop.Token);
        await gate.Entered.Soon();
        await stop.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Soon())).Category);
        Assert.Equal(["pay", "ship told to stop", "undo pay"], trail.Marks);
        Assert.Equal(RunStatus.Cancelled, (await host.Engine.FindAsync("a"))!.Status);
        var late = host.Workflow.OrchestrateAsync(Stage.Start, "b", stop.Token);
        Assert.Equal("cancelled", (await Failures.OfAsync(late.Soon())).Category);
        Assert.Null(await host.Engine.FindAsync("b"));
    }

    [Fact]
    [Trait("ID", "X9")]
    public async Task A_run_that_failed_is_gone_on_with_by_the_value_and_all_of_them_by_the_engine()
    {
        var isDown = true;
        await using var host = new TestHost(services =>
            services
                .AddCano()
                .UseCheckpointStore(new MemoryCheckpointStore())
                .AddWorkflow<Stage>(
                    "orders",
                    workflow =>
                        workflow
                            .Register(
                                Stage.Start,
                                _ => isDown ? throw new IOException("down") : Stage.End,
                                TaskConfig.Minimal
                            )
                            .AddExitState(Stage.End)
                )
        );
        await host.StartedAsync();
        Assert.Contains(
            "down",
            (await Failures.OfAsync(host.Workflow.OrchestrateAsync(Stage.Start, "a").Soon())).Message,
            StringComparison.Ordinal
        );
        isDown = false;
        Assert.Equal(Stage.End, await host.Workflow.ResumeFromAsync("a").Soon());
        Assert.Equal(Stage.End, await host.Workflow.ResumeFromAsync("a").Soon());
        Assert.Equal(
            "run_not_found",
            (await Failures.OfAsync(host.Workflow.ResumeFromAsync("none").Soon())).Category
        );
        Assert.Equal("configuration", (await Failures.OfAsync(host.Workflow.ResumeAllAsync(1))).Category);
    }

    [Fact]
    [Trait("ID", "X9")]
    public async Task A_changed_copy_is_told_that_its_runs_would_be_the_engines()
    {
        await using var host = new TestHost(services =>
            services.AddCano().AddWorkflow<Stage>("orders", OneState)
        );
        var early = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            host.Workflow.OrchestrateAsync(Stage.Start)
        );
        Assert.Contains("has not started yet", early.Message, StringComparison.Ordinal);
        await host.StartedAsync();
        var copy = host.Workflow.WithObserver(new RecordingObserver());
        var error = await Failures.OfAsync(copy.OrchestrateAsync(Stage.Start));
        Assert.Equal("configuration", error.Category);
        Assert.Contains("changed copy of workflow 'orders'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "X9")]
    public async Task One_that_is_forgotten_at_once_is_gone_on_with_to_its_end_all_the_same()
    {
        var store = new MemoryCheckpointStore();
        for (var i = 0; i < 50; i++)
        {
            await using (
                var before = new TestHost(services =>
                    services.AddCano().UseCheckpointStore(store).AddWorkflow<Stage>("orders", Waiting)
                )
            )
            {
                await before.StartedAsync();
                await before.Engine.StartAsync(before.Workflow, Stage.Start, "a");
                await before.Engine.SuspendAsync();
                await before.Engine.SignalAsync("a", s_go);
            }

            await using var host = new TestHost(services =>
                services
                    .AddCano(options =>
                    {
                        options.Retention = Retention.Clear;
                        options.ResumeOnStart = false;
                    })
                    .UseCheckpointStore(store)
                    .AddWorkflow<Stage>("orders", Waiting)
            );
            await host.StartedAsync();
            Assert.Equal(Stage.End, await host.Workflow.ResumeFromAsync("a").Soon());
        }
    }

    private static Workflow<Stage> OneState(Workflow<Stage> workflow) =>
        workflow.Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End);

    private static Workflow<Stage> Failing(Workflow<Stage> workflow) =>
        workflow
            .Register(Stage.Start, _ => throw new IOException("down"), TaskConfig.Minimal)
            .AddExitState(Stage.End);

    private static Workflow<Stage> Waiting(Workflow<Stage> workflow) =>
        workflow.RegisterWait(Stage.Start, Wait.For<Stage>().On(s_go, Stage.End)).AddExitState(Stage.End);

    private static TestHost Gated(Gate gate, Trail trail) =>
        new(services =>
            services
                .AddCano()
                .UseCheckpointStore(new MemoryCheckpointStore())
                .AddWorkflow<Stage>("orders", (_, _) => Engines.Engines.Saga(trail, gate))
        );
}
