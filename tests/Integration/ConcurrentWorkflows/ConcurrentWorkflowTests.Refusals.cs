namespace Cano.Integration.ConcurrentWorkflows;

// Instances that are stopped, cannot begin, or may not be added.
public sealed partial class ConcurrentWorkflowTests
{
    [Fact]
    public async Task Its_callers_token_cancels_every_instance_and_the_counts_say_so()
    {
        var run = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstances(["a", "b", "c"], Held(), Stage.Start)
            .OrchestrateAsync(_cancel.Token);
        await _gate.Entered.Soon();
        await _cancel.CancelAsync();
        var results = await run;
        Assert.Equal((0, 0, 3), Counts(results));
        Assert.All(results.Outcomes.Keys, name => Assert.Equal("cancelled", Error(results, name).Category));
    }

    [Fact]
    public async Task A_token_cancelled_beforehand_starts_no_instance()
    {
        await _cancel.CancelAsync();
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstances(["a", "b"], _trail.Through(Stage.Start, Stage.End), Stage.Start)
            .OrchestrateAsync(_cancel.Token);
        Assert.Equal((0, 0, 2), Counts(results));
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    public async Task An_instance_whose_resource_fails_to_be_set_up_fails_alone()
    {
        var resources = new Resources().InsertPerRun("spoilt", () => throw new IOException("no disk"));
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstance("good", Ending(Stage.End), Stage.Start)
            .AddInstance("bad", Ending(Stage.End).WithResources(resources), Stage.Start)
            .OrchestrateAsync();
        Assert.Equal((1, 1, 0), Counts(results));
        Assert.Contains("no disk", Error(results, "bad").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_stopped_while_its_resource_is_set_up_is_cancelled()
    {
        var resources = new Resources().InsertPerRun("slow", () => new SlowResource(_gate));
        var winner = Ending(Stage.End)
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    await _gate.Entered;
                    return Stage.End;
                },
                TaskConfig.Minimal
            );
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForQuota(1))
            .AddInstance("winner", winner, Stage.Start)
            .AddInstance("slow", Ending(Stage.End).WithResources(resources), Stage.Start)
            .OrchestrateAsync();
        Assert.Equal((1, 0, 1), Counts(results));
        Assert.Equal("cancelled", Error(results, "slow").Category);
    }

    [Fact]
    public async Task An_instance_whose_wiring_is_wrong_fails_alone()
    {
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstance("good", Ending(Stage.End), Stage.Start)
            .AddInstance("bad", Workflow.Bare<Stage>(), Stage.Start)
            .AddInstance("lost", Ending(Stage.End), Stage.Lost)
            .OrchestrateAsync();
        Assert.Equal((1, 2, 0), Counts(results));
        Assert.Equal("configuration", Error(results, "bad").Category);
    }

    [Fact]
    public async Task No_instances_at_all_have_no_outcomes()
    {
        var results = await new ConcurrentWorkflow<Stage>(
            ConcurrentStrategy.WaitForQuota(1)
        ).OrchestrateAsync();
        Assert.Equal((0, 0, 0), Counts(results));
        Assert.Empty(results.Outcomes);
    }

    [Fact]
    public void Names_must_be_there_and_differ()
    {
        var one = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever).AddInstance(
            "a",
            Ending(Stage.End),
            Stage.Start
        );
        Assert.Throws<ArgumentException>(() => one.AddInstance("a", Ending(Stage.End), Stage.Start));
        Assert.Throws<ArgumentException>(() => one.AddInstances(["b", "b"], Ending(Stage.End), Stage.Start));
        Assert.Throws<ArgumentException>(() => one.AddInstance("", Ending(Stage.End), Stage.Start));
        Assert.Throws<ArgumentNullException>(() => one.AddInstance("b", null!, Stage.Start));
    }

    [Fact]
    public void What_is_missing_is_refused_when_it_is_added_and_named()
    {
        var none = new ConcurrentWorkflow<string>(ConcurrentStrategy.WaitForever);
        var workflow = Workflow.Bare<string>().Register("a", _ => "b").AddExitState("b");
        Assert.Equal(
            "name",
            Assert.Throws<ArgumentNullException>(() => none.AddInstance(null!, workflow, "a")).ParamName
        );
        Assert.Equal(
            "name",
            Assert.Throws<ArgumentException>(() => none.AddInstance("", workflow, "a")).ParamName
        );
        Assert.Equal(
            "workflow",
            Assert.Throws<ArgumentNullException>(() => none.AddInstance("x", null!, "a")).ParamName
        );
        Assert.Equal(
            "initial",
            Assert.Throws<ArgumentNullException>(() => none.AddInstance("x", workflow, null!)).ParamName
        );
        Assert.Equal(
            "workflow",
            Assert.Throws<ArgumentNullException>(() => none.AddInstances(["x"], null!, "a")).ParamName
        );
        Assert.Equal(
            "initial",
            Assert.Throws<ArgumentNullException>(() => none.AddInstances(["x"], workflow, null!)).ParamName
        );
        Assert.Equal(
            "instances",
            Assert.Throws<ArgumentNullException>(() => none.AddInstances([("x", workflow, null!)])).ParamName
        );
        Assert.Equal(
            "time",
            Assert.Throws<ArgumentNullException>(() => none.WithTimeProvider(null!)).ParamName
        );
    }

    [Fact]
    public void Bad_numbers_are_refused_at_once()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ConcurrentStrategy.WaitForQuota(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConcurrentStrategy.WaitDuration(-s_span));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConcurrentStrategy.WaitQuotaOrDuration(1, -s_span));
        Assert.Throws<ArgumentNullException>(() => new ConcurrentWorkflow<Stage>(null!));
        var none = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever);
        Assert.Throws<ArgumentOutOfRangeException>(() => none.WithConcurrencyLimit(0));
    }

    [Fact]
    public async Task Adding_returns_a_copy_and_a_value_runs_many_times()
    {
        var none = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever);
        var one = none.AddInstances([("a", Ending(Stage.End), Stage.Start)]);
        var two = one.AddInstance("b", Ending(Stage.End), Stage.Start);
        Assert.Equal(0, (await none.OrchestrateAsync()).Completed);
        Assert.Equal(1, (await one.OrchestrateAsync()).Completed);
        Assert.Equal(2, (await two.OrchestrateAsync()).Completed);
        Assert.Equal(2, (await two.OrchestrateAsync()).Completed);
    }
}
