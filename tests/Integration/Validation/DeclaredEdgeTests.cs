namespace Cano.Integration.Validation;

public sealed class DeclaredEdgeTests
{
    private static Stage ToEnd(TaskContext context) => Stage.End;

    [Fact]
    [Trait("ID", "Y19")]
    public async Task A_declared_edge_may_be_taken()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, ToEnd, to: [Stage.End, Stage.Stop])
            .AddExitStates(Stage.End, Stage.Stop);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
    }

    [Fact]
    [Trait("ID", "Y19")]
    public async Task An_undeclared_edge_fails_with_both_states_named()
    {
        var trail = new Trail();
        var workflow = trail
            .Through(Stage.Start, Stage.Work, Stage.End)
            .Register(Stage.Start, trail.Marking(Stage.Start, Stage.Work), to: [Stage.End]);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal("workflow", error.Category);
        Assert.Equal("Start", error.State);
        Assert.Contains("'Start'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Work'", error.Message, StringComparison.Ordinal);
        Assert.Equal(["Start"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y19")]
    public async Task A_routers_declared_edges_hold_too()
    {
        var workflow = new Trail()
            .Through(Stage.Work, Stage.End)
            .RegisterRouter(Stage.Start, _ => Stage.Work, to: [Stage.End]);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal("workflow", error.Category);
        Assert.Equal("Start", error.State);
    }

    [Fact]
    [Trait("ID", "Y19")]
    public void A_declared_target_that_is_unknown_is_refused()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, ToEnd, to: [Stage.End, Stage.Lost])
            .AddExitState(Stage.End);
        Assert.Contains(
            "'Lost'",
            Assert.Single(Failures.Of(workflow.Validate).Problems),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "Y19")]
    public void A_state_that_declares_no_way_out_is_refused()
    {
        var workflow = Workflow.Bare<Stage>().Register(Stage.Start, ToEnd, to: []).AddExitState(Stage.End);
        Assert.Contains(
            "'Start'",
            Assert.Single(Failures.Of(workflow.Validate).Problems),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "Y19")]
    public async Task Unreachable_states_and_dead_ends_are_told_at_once_by_the_check_and_by_the_run()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, ToEnd, to: [Stage.End, Stage.Work])
            .Register(Stage.Work, ToEnd, to: [Stage.Work])
            .Register(Stage.Last, ToEnd, to: [Stage.End])
            .AddExitState(Stage.End);
        workflow.Validate();
        var problems = Failures.Of(() => workflow.ValidateInitialState(Stage.Start)).Problems;
        Assert.Contains(
            problems,
            problem => problem.Contains("'Last' cannot be reached", StringComparison.Ordinal)
        );
        Assert.Contains(
            problems,
            problem => problem.Contains("'Work' is a dead end", StringComparison.Ordinal)
        );
        Assert.Equal(2, problems.Count);
        Assert.Equal(problems, (await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start))).Problems);
    }

    [Fact]
    [Trait("ID", "Y19")]
    public void What_is_reachable_depends_on_where_the_run_starts()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, ToEnd, to: [Stage.Work])
            .Register(Stage.Work, ToEnd, to: [Stage.End])
            .AddExitState(Stage.End);
        workflow.ValidateInitialState(Stage.Start);
        Assert.Contains(
            "'Start'",
            Failures.Of(() => workflow.ValidateInitialState(Stage.Work)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "Y19")]
    public void Reachability_is_not_judged_while_one_handler_declares_nothing()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, ToEnd, to: [Stage.End])
            .Register(Stage.Last, ToEnd, to: [Stage.End])
            .Register(Stage.Work, ToEnd)
            .AddExitState(Stage.End);
        workflow.ValidateInitialState(Stage.Start);
        var declared = workflow.Register(Stage.Work, ToEnd, to: [Stage.End]);
        Assert.Equal(2, Failures.Of(() => declared.ValidateInitialState(Stage.Start)).Problems.Count);
    }

    [Fact]
    [Trait("ID", "Y19")]
    public void A_split_declares_its_join_state()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterSplit(
                Stage.Start,
                [Branches.Succeeding("a")],
                JoinConfig.Create(JoinStrategy.All, Stage.Work)
            )
            .Register(Stage.Work, ToEnd, to: [Stage.End])
            .AddExitState(Stage.End);
        workflow.ValidateInitialState(Stage.Start);
        var apart = workflow.Register(Stage.Last, ToEnd, to: [Stage.End]);
        Assert.Contains(
            "'Last'",
            Failures.Of(() => apart.ValidateInitialState(Stage.Start)).Message,
            StringComparison.Ordinal
        );
    }
}
