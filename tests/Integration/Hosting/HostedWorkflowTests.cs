using Microsoft.Extensions.DependencyInjection;
using Cases = Microsoft.FSharp.Core.FSharpChoice<int, string, bool>;

namespace Cano.Integration.Hosting;

/// <summary>Workflows that a container gives.</summary>
public sealed class HostedWorkflowTests
{
    private static readonly Signal s_go = new("go");

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

    private static Workflow<Stage> OneState(Workflow<Stage> workflow) =>
        workflow.Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End);

    private static Workflow<Stage> Waiting(Workflow<Stage> workflow) =>
        workflow.RegisterWait(Stage.Start, Wait.For<Stage>().On(s_go, Stage.End)).AddExitState(Stage.End);

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
}
