namespace Cano.Integration.Provision;

/// <summary>Runs of one workflow overlap; what they share lives from the first to the last of them.</summary>
public sealed class SharedResourceTests
{
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "Y25")]
    public async Task Overlapping_runs_share_one_setup_and_one_teardown()
    {
        Gate[] gates = [new(), new(), new()];
        var workflow = Held(gates, new Spy("db", _trail));
        var runs = gates.Select((_, i) => workflow.OrchestrateAsync(0, $"{i}")).ToArray();
        await Task.WhenAll(gates.Select(gate => gate.Entered));
        Assert.Equal(["setup db"], _trail.Marks);
        gates[1].Open();
        await runs[1];
        gates[0].Open();
        await runs[0];
        Assert.Equal(["setup db"], _trail.Marks);
        gates[2].Open();
        await runs[2];
        Assert.Equal(["setup db", "teardown db"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y25")]
    public async Task A_run_after_the_last_sets_them_up_again()
    {
        var workflow = _trail
            .Through(Stage.Start, Stage.End)
            .WithResources(new Resources().Insert("db", new Spy("db", _trail)));
        await workflow.OrchestrateAsync(Stage.Start);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["setup db", "Start", "teardown db", "setup db", "Start", "teardown db"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y25")]
    public async Task A_second_run_waits_until_the_first_has_set_them_up()
    {
        var setup = new Gate();
        var resources = new Resources().Insert("db", new SlowSetup(setup, _trail));
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(resources);
        var first = workflow.OrchestrateAsync(Stage.Start);
        await setup.Entered;
        var second = workflow.OrchestrateAsync(Stage.Start);
        Assert.Empty(_trail.Marks);
        setup.Open();
        await Task.WhenAll(first, second);
        Assert.Equal("setup", _trail.Marks[0]);
        Assert.Equal(2, _trail.CountOf("Start"));
    }

    [Fact]
    [Trait("ID", "Y25")]
    public async Task A_run_that_is_cancelled_while_another_sets_them_up_does_not_wait_for_it()
    {
        var setup = new Gate();
        using var cancel = new CancellationTokenSource();
        var resources = new Resources().Insert("db", new SlowSetup(setup, _trail));
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(resources);
        var first = workflow.OrchestrateAsync(Stage.Start);
        await setup.Entered;
        var second = workflow.OrchestrateAsync(Stage.Start, cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(second)).Category);
        Assert.Empty(_trail.Marks);
        setup.Open();
        Assert.Equal(Stage.End, await first);
        Assert.Equal(["setup", "Start"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y25")]
    public async Task A_run_that_fails_leaves_them_to_the_others()
    {
        Gate[] gates = [new(), new()];
        using var cancel = new CancellationTokenSource();
        var workflow = Held(gates, new Spy("db", _trail));
        var first = workflow.OrchestrateAsync(0, "0", cancel.Token);
        var second = workflow.OrchestrateAsync(0, "1");
        await Task.WhenAll(gates.Select(gate => gate.Entered));
        await cancel.CancelAsync();
        await Failures.OfAsync(first);
        Assert.Equal(["setup db"], _trail.Marks);
        gates[1].Open();
        await second;
        Assert.Equal(["setup db", "teardown db"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y25")]
    public async Task A_setup_that_failed_is_tried_again_by_the_next_run()
    {
        var resources = new Resources().Insert("db", new FailingOnce(_trail));
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(resources);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["setup", "setup", "Start", "teardown"], _trail.Marks);
    }

    private static Workflow<int> Held(Gate[] gates, Spy spy) =>
        Workflow
            .Create<int>(new Resources().Insert("db", spy))
            .Register(
                0,
                async (context, token) =>
                {
                    await gates[int.Parse(context.RunId)].PassAsync(token);
                    return 1;
                },
                TaskConfig.Minimal
            )
            .AddExitState(1);

    private sealed class SlowSetup(Gate gate, Trail trail) : IResource
    {
        public async ValueTask SetupAsync(CancellationToken cancellationToken)
        {
            await gate.HoldAsync();
            trail.Add("setup");
        }
    }

    private sealed class FailingOnce(Trail trail) : IResource
    {
        private bool _failed;

        public ValueTask SetupAsync(CancellationToken cancellationToken)
        {
            trail.Add("setup");
            if (_failed)
                return default;
            _failed = true;
            return ValueTask.FromException(new IOException("not yet"));
        }

        public ValueTask TeardownAsync(CancellationToken cancellationToken)
        {
            trail.Add("teardown");
            return default;
        }
    }
}
