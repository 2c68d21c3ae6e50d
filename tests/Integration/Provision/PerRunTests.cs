namespace Cano.Integration.Provision;

public sealed class PerRunTests
{
    private readonly Trail _trail = new();

    [Fact]
    public async Task Every_run_has_a_value_of_its_own_and_the_same_one_in_all_its_states()
    {
        var seen = new List<object>();
        Stage See(TaskContext context, Stage next)
        {
            seen.Add(context.Get<object>("own"));
            return next;
        }

        var workflow = Workflow
            .Create<Stage>(new Resources().InsertPerRun("own", () => new object()))
            .Register(Stage.Start, context => See(context, Stage.Work))
            .Register(Stage.Work, context => See(context, Stage.End))
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Same(seen[0], seen[1]);
        Assert.Same(seen[2], seen[3]);
        Assert.NotSame(seen[0], seen[2]);
    }

    [Fact]
    [Trait("ID", "Y25")]
    public async Task A_per_run_resource_is_set_up_after_the_shared_ones_and_torn_down_before_them()
    {
        var made = 0;
        var resources = new Resources()
            .InsertPerRun("own", () => new Spy($"own {++made}", _trail))
            .Insert("shared", new Spy("shared", _trail));
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(resources);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(
            ["setup shared", "setup own 1", "Start", "teardown own 1", "teardown shared"],
            _trail.Marks
        );
    }

    [Fact]
    [Trait("ID", "Y25")]
    public async Task Overlapping_runs_set_up_and_tear_down_their_own()
    {
        Gate[] gates = [new(), new()];
        var made = 0;
        var resources = new Resources().InsertPerRun("own", () => new Spy($"{made++}", _trail));
        var workflow = Workflow
            .Create<int>(resources)
            .Register(0, async (context, token) => await Passed(gates[int.Parse(context.RunId)], token))
            .AddExitState(1);
        var first = workflow.OrchestrateAsync(0, "0");
        await gates[0].Entered;
        var second = workflow.OrchestrateAsync(0, "1");
        await gates[1].Entered;
        gates[1].Open();
        await second;
        Assert.Equal(["setup 0", "setup 1", "teardown 1"], _trail.Marks);
        gates[0].Open();
        await first;
        Assert.Equal("teardown 0", _trail.Marks[^1]);
    }

    [Fact]
    [Trait("ID", "P2")]
    public async Task A_per_run_setup_that_fails_ends_the_run_and_tears_down_what_was_ready()
    {
        var resources = new Resources()
            .Insert("shared", new Spy("shared", _trail))
            .InsertPerRun("a", () => new Spy("a", _trail))
            .InsertPerRun("b", () => new Spy("b", _trail) { SetupFailure = new IOException("no") });
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(resources);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["setup shared", "setup a", "setup b", "teardown a", "teardown shared"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "P2")]
    public async Task A_factory_that_throws_ends_the_run_with_an_error_and_shared_resources_are_torn_down()
    {
        var resources = new Resources()
            .Insert("shared", new Spy("shared", _trail))
            .InsertPerRun("own", () => throw new IOException("no"));
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(resources);
        var answer = await workflow.TryOrchestrateAsync(Stage.Start);
        Assert.True(answer.IsLeft);
        Assert.Equal(["setup shared", "teardown shared"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "P2")]
    public async Task A_per_run_setup_that_fails_on_every_resume_is_not_taken_for_a_run_that_kills_its_process()
    {
        var store = new KeepingStore();
        var broken = true;
        var workflow = _trail
            .Through(Stage.Start, Stage.End)
            .WithName("mine")
            .WithCheckpointStore(store)
            .WithResources(
                new Resources().InsertPerRun(
                    "own",
                    () => new Spy("own", _trail) { SetupFailure = broken ? new IOException("no db") : null }
                )
            );
        await Interrupted.AtStartAsync(workflow.WithResources(new Resources()), "run");
        for (var i = 0; i < 4; i++)
        {
            var (id, outcome) = Assert.Single(await workflow.ResumeAllAsync(1));
            Assert.Equal("run", id);
            Assert.Contains(
                "no db",
                outcome.Match(_ => "", error => error.Message),
                StringComparison.Ordinal
            );
        }

        broken = false;
        Assert.Equal(Stage.End, Assert.Single(await workflow.ResumeAllAsync(1)).Value);
    }

    [Fact]
    [Trait("ID", "P8")]
    public async Task A_plain_store_is_shared_by_all_runs()
    {
        var store = new MemoryStore();
        var workflow = Counting(store);
        await workflow.OrchestrateAsync(Stage.Start);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(2, store.Get<int>("count"));
    }

    [Fact]
    public async Task A_durable_store_is_a_template_from_which_each_run_gets_data_of_its_own()
    {
        var template = MemoryStore.Durable();
        template.Put("count", 10);
        var workflow = Counting(template);
        await workflow.OrchestrateAsync(Stage.Start);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["11", "11"], _trail.Marks);
        Assert.Equal(10, template.Get<int>("count"));
    }

    [Fact]
    [Trait("ID", "P5"), Trait("ID", "P4")]
    public async Task A_store_that_is_not_there_is_a_resource_not_found()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context => context.Store.Contains("x") ? Stage.End : Stage.Stop,
                TaskConfig.Minimal
            )
            .AddExitStates(Stage.End, Stage.Stop);
        Assert.Equal(
            "resource_not_found",
            (await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start))).Category
        );
    }

    private static async Task<int> Passed(Gate gate, CancellationToken token)
    {
        await gate.PassAsync(token);
        return 1;
    }

    private Workflow<Stage> Counting(MemoryStore store) =>
        Workflow
            .Create<Stage>(new Resources().Insert("store", store))
            .Register(
                Stage.Start,
                context =>
                {
                    context.Store.Put("count", context.Store.GetOr("count", 0) + 1);
                    _trail.Add(context.Store.Get<int>("count"));
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
}
