using Cano.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cano.Integration.Hosting;

/// <summary>Tasks that a container makes.</summary>
public sealed class ScopeTests
{
    private readonly Numbers _numbers = new();

    /// <summary>Scope 1 is the one that was asked for name and config at the start.</summary>
    public static TheoryData<string, string> Kinds =>
        new()
        {
            {
                "work",
                "+2, attempt 1 in 2, task disposed in 2, -2, +3, attempt 2 in 3, task disposed in 3, -3"
            },
            { "node", "+2, prep in 2, exec in 2, post in 2, -2" },
            { "router", "+2, route in 2, -2" },
            { "poll", "+2, look in 2, -2, +3, look in 3, -3" },
            { "timer", "+2, wait in 2, -2, +3, after in 3, -3" },
            { "batch", "+2, load in 2, item 1 in 2, item 2 in 2, finish 2 in 2, -2" },
            { "payment", "+2, pay in 2, -2, +3, refund receipt in 3, -3" },
            { "steps", "+2, step 0 in 2, -2, +3, step 1 in 3, -3" },
            { "stream", "+2, flush 2 in 2, source closed in 2, flush 1 in 2, close in 2, -2" },
        };

    [Theory]
    [Trait("ID", "X16")]
    [MemberData(nameof(Kinds))]
    public async Task Each_attempt_has_a_task_and_a_scope_that_are_disposed_of_with_it(
        string kind,
        string marks
    )
    {
        await using var host = Of(workflow => Register(workflow, kind));
        await host.StartedAsync();
        var asked = _numbers.Trail.Marks;
        Assert.Equal(kind == "work" ? ["+1", "task disposed in 1", "-1"] : ["+1", "-1"], asked);
        var run = host.Workflow.OrchestrateAsync(Stage.Start, "a").Soon();
        if (kind == "payment")
            await Failures.OfAsync(run);
        else
            Assert.Equal(Stage.End, await run);
        Assert.Equal(marks, string.Join(", ", _numbers.Trail.Marks.Skip(asked.Count)));
        Assert.Equal(kind, TaskOf(host.Workflow, Stage.Start));
    }

    [Fact]
    [Trait("ID", "X16")]
    public async Task A_stream_that_fails_lets_go_of_its_source_before_its_scope()
    {
        await using var host = Of(workflow => Register(workflow, "stream"));
        await host.StartedAsync();
        _numbers.FailsAt = 3;
        await Failures.OfAsync(host.Workflow.OrchestrateAsync(Stage.Start, "a").Soon());
        Assert.Equal(["+2", "flush 2 in 2", "source closed in 2", "-2"], _numbers.Trail.Marks.Skip(2));
    }

    [Fact]
    [Trait("ID", "X16")]
    public async Task Branches_of_a_split_have_scopes_of_their_own()
    {
        await using var host = Of(workflow =>
            workflow
                .RegisterSplit(
                    Stage.Start,
                    [workflow.TaskOf<Stage, ScopedWork>(), workflow.TaskOf<Stage, ScopedWork>()],
                    JoinConfig.Create(JoinStrategy.All, Stage.End)
                )
                .AddExitState(Stage.End)
        );
        await host.StartedAsync();
        Assert.Equal(Stage.End, await host.Workflow.OrchestrateAsync(Stage.Start, "a").Soon());
        var marks = _numbers.Trail.Marks;
        // Two that were asked, and two attempts of each branch.
        Assert.Equal(6, marks.Count(mark => mark[0] == '+'));
        Assert.Equal(6, marks.Count(mark => mark[0] == '-'));
    }

    [Fact]
    [Trait("ID", "X16")]
    public async Task A_task_that_is_a_service_is_the_containers()
    {
        await using var host = new TestHost(services =>
        {
            services.AddSingleton(_numbers).AddScoped<Scoped>();
            services.AddScoped(provider => new ScopedWork(provider.GetRequiredService<Scoped>()));
            services.AddCano().AddWorkflow<Stage>("orders", workflow => Register(workflow, "work"));
        });
        await host.StartedAsync();
        Assert.Equal(Stage.End, await host.Workflow.OrchestrateAsync(Stage.Start, "a").Soon());
        // Disposed of once.
        Assert.Equal(1, _numbers.Trail.CountOf("task disposed in 2"));
    }

    [Fact]
    [Trait("ID", "X16")]
    public async Task A_scope_that_cannot_be_disposed_of_is_logged_and_the_answer_stands()
    {
        await using var host = Of(workflow => Register(workflow, "router"));
        await host.StartedAsync();
        _numbers.FailsToDispose = true;
        Assert.Equal(Stage.End, await host.Workflow.OrchestrateAsync(Stage.Start, "a").Soon());
        Assert.Equal(
            "The scope of task ScopedRouter failed when it was disposed of",
            Assert.Single(host.Logger.Errors)
        );
    }

    [Fact]
    [Trait("ID", "X16")]
    public async Task A_constructor_that_throws_is_a_failed_attempt()
    {
        var fails = false;
        await using var host = new TestHost(services =>
        {
            services.AddSingleton(_numbers);
            services.AddScoped(provider =>
                fails
                    ? throw new IOException("no database")
                    : new Scoped(provider.GetRequiredService<Numbers>())
            );
            services.AddCano().AddWorkflow<Stage>("orders", workflow => Register(workflow, "router"));
        });
        await host.StartedAsync();
        fails = true;
        var error = await Failures.OfAsync(host.Workflow.OrchestrateAsync(Stage.Start, "a").Soon());
        Assert.Contains("no database", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("ID", "X16")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_constructor_that_throws_is_told_whatever_was_made_before_it(bool failsToDispose)
    {
        await using var host = new TestHost(services =>
        {
            services.AddSingleton(_numbers).AddScoped<Scoped>();
            services.AddCano().AddWorkflow<Stage>("orders", Workflow);
        });
        await host.StartedAsync();
        var asked = _numbers.Trail.Marks.Count;
        (_numbers.FailsToMake, _numbers.FailsToDispose) = (true, failsToDispose);
        var error = await Failures.OfAsync(host.Workflow.OrchestrateAsync(Stage.Start, "a").Soon());
        Assert.Contains("no database", error.Message, StringComparison.Ordinal);
        Assert.Equal(["+2", "-2"], _numbers.Trail.Marks.Skip(asked));

        static Workflow<Stage> Workflow(Workflow<Stage> workflow) =>
            workflow.RegisterRouter<Stage, Unmade>(Stage.Start).AddExitState(Stage.End);
    }

    [Fact]
    [Trait("ID", "X16")]
    public void Without_a_container_there_is_a_sentence()
    {
        var error = Failures.Of(() =>
            Workflow.Bare<Stage>().RegisterRouter<Stage, ScopedRouter>(Stage.Start)
        );
        Assert.Equal("configuration", error.Category);
        Assert.Contains(
            "No container is there to make a `ScopedRouter`",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [Trait("ID", "X16")]
    [InlineData("router")]
    [InlineData("payment")]
    [InlineData("steps")]
    [InlineData("stream")]
    public async Task A_workflow_of_a_container_is_simulated_as_any_other(string kind)
    {
        _numbers.DisposesAtOnce = true;
        await using var host = Of(workflow => Register(workflow, kind));
        var report = await Simulate.RunAsync(host.Workflow, Stage.Start, seeds: 100).Soon();
        Assert.Equal(100, report.SeedCount);
    }

    [Fact]
    [Trait("ID", "X16")]
    public async Task A_workflow_of_ones_own_may_take_tasks_of_a_container()
    {
        await using var host = Of(workflow => Register(workflow, "node"));
        var own = Register(Workflow.Create<Stage>(Resources.From(host.Services)), "batch");
        Assert.Equal(Stage.End, await own.OrchestrateAsync(Stage.Start).Soon());
        Assert.Equal(2, _numbers.Trail.Marks.Count(mark => mark[0] == '-'));
    }

    private TestHost Of(Func<Workflow<Stage>, Workflow<Stage>> build) =>
        new(services =>
        {
            services.AddSingleton(_numbers).AddScoped<Scoped>();
            services.AddCano().AddWorkflow<Stage>("orders", build);
        });

    private sealed class Unmade : IRouterTask<Stage>
    {
        public Unmade(Scoped scoped, Numbers numbers)
        {
            if (numbers.FailsToMake)
                throw new IOException($"no database in {scoped.Number}");
        }

        public TaskConfig Config => TaskConfig.Minimal;

        public ValueTask<Stage> RouteAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);
    }

    private static string TaskOf(Workflow<Stage> workflow, Stage stage) =>
        workflow.Setup.Find(stage)!.Body.TaskName;

    private static Workflow<Stage> Register(Workflow<Stage> workflow, string kind) =>
        (
            kind switch
            {
                "work" => workflow.Register<Stage, ScopedWork>(Stage.Start),
                "node" => workflow.RegisterNode<Stage, ScopedNode, int, int>(Stage.Start),
                "router" => workflow.RegisterRouter<Stage, ScopedRouter>(Stage.Start),
                "poll" => workflow.RegisterPoll<Stage, ScopedPoll>(Stage.Start),
                "timer" => workflow.RegisterTimer<Stage, ScopedTimer>(Stage.Start),
                "batch" => workflow.RegisterBatch<Stage, ScopedBatch, int, int>(Stage.Start),
                "payment" => workflow
                    .RegisterWithCompensation<Stage, ScopedPayment, string>(Stage.Start)
                    .Register(Stage.Work, _ => throw new IOException("then"), TaskConfig.Minimal),
                "steps" => workflow.RegisterStepped<Stage, ScopedSteps, int>(Stage.Start),
                "stream" => workflow.RegisterStream<Stage, ScopedStream, int, int, int>(Stage.Start),
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            }
        ).AddExitStates([Stage.End, Stage.Stop]);
}
