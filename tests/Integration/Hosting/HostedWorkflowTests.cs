using Cano.Testing;
using Microsoft.Extensions.DependencyInjection;
using Cases = Microsoft.FSharp.Core.FSharpChoice<int, string, bool>;

namespace Cano.Integration.Hosting;

/// <summary>Workflows that a container gives.</summary>
public sealed class HostedWorkflowTests
{
    [Fact]
    [Trait("ID", "X15")]
    public async Task Workflows_are_found_by_name_and_without_one_where_there_is_one()
    {
        await using var host = new TestHost(services =>
            services
                .AddCano()
                .AddWorkflow<Stage>("orders", OneState)
                .AddWorkflow<Stage>("returns", OneState)
                .AddWorkflow<string>("texts", workflow => workflow.Register("a", _ => "b").AddExitState("b"))
        );
        var orders = host.Services.GetRequiredKeyedService<Workflow<Stage>>("orders");
        Assert.Same(orders, host.Services.GetRequiredKeyedService<Workflow<Stage>>("orders"));
        Assert.Equal(
            "returns",
            host.Services.GetRequiredKeyedService<Workflow<Stage>>("returns").Definition.Name
        );
        Assert.Equal("texts", host.Services.GetRequiredService<Workflow<string>>().Definition.Name);
        Assert.Null(host.Services.GetKeyedService<Workflow<Stage>>("none"));
        Assert.Equal(
            "Several workflows have states of type `Stage`: ask for one by its name as key, \"orders\", \"returns\".",
            Assert.Throws<InvalidOperationException>(() => host.Workflow).Message
        );
        await host.StartedAsync();
        Assert.Equal(["orders", "returns", "texts"], host.Engine.WorkflowNames.Order());
    }

    [Fact]
    [Trait("ID", "X15")]
    public async Task Of_several_versions_the_container_gives_the_newest_and_the_engine_knows_all()
    {
        var store = new MemoryCheckpointStore();
        await using (
            var before = new TestHost(services =>
                services.AddCano().UseCheckpointStore(store).AddWorkflow<Stage>("orders", Waiting)
            )
        )
        {
            await before.StartedAsync();
            await before.Engine.StartAsync(before.Workflow, Stage.Start, "old");
        }

        await using var host = new TestHost(services =>
            services
                .AddCano()
                .UseCheckpointStore(store)
                .AddWorkflow<Stage>("orders", workflow => OneState(workflow).WithWorkflowVersion(2))
                .AddWorkflow<Stage>("orders", Waiting)
        );
        await host.StartedAsync();
        Assert.Equal(2u, host.Workflow.Definition.Version);
        await host.Engine.SignalAsync("old", s_go);
        Assert.Equal(Stage.End, await host.Engine.Run(host.Workflow, "old").Completion().Soon());
    }

    [Fact]
    [Trait("ID", "X15")]
    public async Task A_class_that_defines_one_is_made_by_the_container()
    {
        await using var host = new TestHost(services =>
        {
            services.AddSingleton("paid");
            services.AddCano().AddWorkflow<Payments>();
        });
        await host.StartedAsync();
        var run = await host.Engine.StartAsync(host.Workflow, Stage.Start, "a");
        Assert.Equal("paid", await run.OutputAsync<string>().Soon());
        Assert.Same(host.Workflow, host.Services.GetRequiredKeyedService<Workflow<Stage>>("payments"));
    }

    [Fact]
    [Trait("ID", "X15")]
    public async Task It_is_built_with_services_as_resources_and_may_start_others_as_children()
    {
        await using var host = new TestHost(services =>
        {
            services.AddKeyedSingleton("greeting", "hello");
            services
                .AddCano()
                .AddWorkflow<Stage>(
                    "parent",
                    (provider, workflow) =>
                        workflow
                            .RegisterChild(
                                Stage.Start,
                                provider.GetRequiredKeyedService<Workflow<string>>("child"),
                                "begin",
                                (context, end) =>
                                {
                                    context.SetOutput(end.Output<string>());
                                    return Stage.End;
                                }
                            )
                            .AddExitState(Stage.End)
                )
                .AddWorkflow<string>(
                    "child",
                    workflow =>
                        workflow
                            .Register(
                                "begin",
                                context =>
                                {
                                    context.SetOutput(context.Get<string>("greeting"));
                                    return "end";
                                }
                            )
                            .AddExitState("end")
                );
        });
        await host.StartedAsync();
        var run = await host.Engine.StartAsync(host.Workflow, Stage.Start, "a");
        Assert.Equal("hello", await run.OutputAsync<string>().Soon());
    }

    [Fact]
    [Trait("ID", "X15")]
    public async Task Whatever_is_wrong_with_any_of_them_stops_the_start()
    {
        await using var host = new TestHost(services =>
            services
                .AddCano()
                .AddWorkflow<Stage>(
                    "loose",
                    workflow =>
                        workflow
                            .Register(Stage.Start, _ => Stage.End, to: [Stage.Lost])
                            .AddExitState(Stage.End)
                )
                .AddWorkflow<Stage>("renamed", workflow => OneState(workflow).WithName("other"))
                .AddWorkflow<Stage>(
                    "missing",
                    workflow => workflow.Register<Stage, NeedsClock>(Stage.Start).AddExitState(Stage.End)
                )
        );
        var error = await Failures.OfAsync(host.StartedAsync());
        Assert.Equal("configuration", error.Category);
        Assert.Contains(
            error.Problems,
            it =>
                it.StartsWith("loose: ", StringComparison.Ordinal)
                && it.Contains("Lost", StringComparison.Ordinal)
        );
        Assert.Contains(
            "renamed: Workflow 'renamed' calls itself 'other' where it is built: give it one name",
            error.Problems
        );
        Assert.Contains(
            error.Problems,
            it => it.StartsWith("missing: Task `NeedsClock` cannot be made: ", StringComparison.Ordinal)
        );
    }

    [Fact]
    [Trait("ID", "X15")]
    public async Task Whatever_a_build_or_a_constructor_throws_is_told_with_the_others()
    {
        await using var host = new TestHost(services =>
            services
                .AddCano()
                .AddWorkflow<Stage>("broken", _ => throw new IOException("no rates"))
                .AddWorkflow<Unmade>()
                .AddWorkflow<Stage>("renamed", workflow => OneState(workflow).WithName("other"))
        );
        var error = await Failures.OfAsync(host.StartedAsync());
        Assert.Equal("configuration", error.Category);
        Assert.Equal(
            [
                "broken: it cannot be built: IOException: no rates",
                "Unmade: it cannot be built: InvalidDataException: no plan",
                "renamed: Workflow 'renamed' calls itself 'other' where it is built: give it one name",
            ],
            error.Problems
        );
    }

    [Fact]
    [Trait("ID", "X15")]
    public async Task Cases_that_an_engine_may_do_without_a_host_may_too()
    {
        await using var host = new TestHost(services =>
            services
                .AddCano()
                .AddWorkflow<Cases>(
                    "cases",
                    (_, _) =>
                        Workflow
                            .OfCases<Cases>()
                            .Register(Cases.NewChoice1Of3(0), _ => Cases.NewChoice2Of3("end"))
                            .AddExitState(Cases.NewChoice2Of3(""))
                )
        );
        await host.StartedAsync();
        var cases = host.Services.GetRequiredService<Workflow<Cases>>();
        Assert.Equal("configuration", Failures.Of(cases.Validate).Category);
        Assert.Equal(
            Cases.NewChoice2Of3("end"),
            await cases.OrchestrateAsync(Cases.NewChoice1Of3(1), "a").Soon()
        );
    }

    [Fact]
    [Trait("ID", "X15")]
    public async Task Two_of_one_name_and_version_stop_the_start()
    {
        await using var host = new TestHost(services =>
            services.AddCano().AddWorkflow<Stage>("orders", OneState).AddWorkflow<Stage>("orders", OneState)
        );
        var error = await Failures.OfAsync(host.StartedAsync());
        Assert.Contains(
            "Another workflow has the name 'orders'",
            Assert.Single(error.Problems),
            StringComparison.Ordinal
        );
    }

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

    private static readonly Signal s_go = new("go");

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

    private sealed class Payments(string output) : IWorkflowDefinition<Stage>
    {
        public string Name => "payments";

        public Workflow<Stage> Build(Workflow<Stage> workflow) =>
            workflow
                .Register(
                    Stage.Start,
                    context =>
                    {
                        context.SetOutput(output);
                        return Stage.End;
                    }
                )
                .AddExitState(Stage.End);
    }

    private sealed class Unmade : IWorkflowDefinition<Stage>
    {
        public Unmade() => throw new InvalidDataException("no plan");

        public string Name => "unmade";

        public Workflow<Stage> Build(Workflow<Stage> workflow) => OneState(workflow);
    }

    private sealed class NeedsClock(TimeProvider time) : ITask<Stage>
    {
        public ValueTask<Stage> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(time is null ? Stage.Start : Stage.End);
    }
}
