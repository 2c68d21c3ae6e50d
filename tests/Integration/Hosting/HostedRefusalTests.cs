using Microsoft.Extensions.DependencyInjection;

namespace Cano.Integration.Hosting;

/// <summary>Workflows that stop the start of a host.</summary>
public sealed class HostedRefusalTests
{
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

    private static Workflow<Stage> OneState(Workflow<Stage> workflow) =>
        workflow.Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End);

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

    [Fact]
    [Trait("ID", "X15")]
    public async Task Those_that_ask_for_each_other_while_they_are_built_are_told_of_the_circle()
    {
        await using var host = new TestHost(services =>
            services
                .AddCano()
                .AddWorkflow<Stage>("orders", (provider, workflow) => Starting(provider, workflow, "returns"))
                .AddWorkflow<Stage>(
                    "returns",
                    (provider, workflow) => Starting(provider, workflow, "refunds")
                )
                .AddWorkflow<Stage>(
                    "refunds",
                    (provider, workflow) => Starting(provider, workflow, "returns")
                )
        );
        var error = await Failures.OfAsync(host.StartedAsync());
        Assert.Equal("configuration", error.Category);
        Assert.Contains("'returns' → 'refunds' → 'returns'", error.Problems[0], StringComparison.Ordinal);
    }

    private static Workflow<Stage> Starting(
        IServiceProvider services,
        Workflow<Stage> workflow,
        string child
    ) =>
        workflow
            .RegisterChild(
                Stage.Start,
                services.GetRequiredKeyedService<Workflow<Stage>>(child),
                Stage.Start,
                (_, _) => Stage.End
            )
            .AddExitState(Stage.End);
}
