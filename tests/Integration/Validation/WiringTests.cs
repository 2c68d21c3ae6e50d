namespace Cano.Integration.Validation;

public sealed class WiringTests
{
    [Fact]
    public void B1_a_workflow_without_work_is_refused()
    {
        var error = Failures.Of(Workflow.Bare<Stage>().AddExitState(Stage.End).Validate);
        Assert.Equal("configuration", error.Category);
        Assert.Equal(["Workflow has no registered state handlers"], error.Problems);
    }

    [Fact]
    public void B2_a_workflow_without_an_exit_is_refused()
    {
        var error = Failures.Of(Workflow.Bare<Stage>().Register(Stage.Start, _ => Stage.Start).Validate);
        Assert.Equal("configuration", error.Category);
        Assert.Contains("no exit states", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void B1_B2_every_problem_is_told_at_once_the_missing_work_first()
    {
        var error = Failures.Of(Workflow.Bare<Stage>().Validate);
        Assert.Equal(2, error.Problems.Count);
        Assert.Contains("no registered", error.Problems[0], StringComparison.Ordinal);
        Assert.All(
            error.Problems,
            problem => Assert.Contains(problem, error.Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task B7_an_initial_state_that_is_unknown_is_refused_by_the_check_and_by_the_run()
    {
        var workflow = new Trail().Through(Stage.Start, Stage.End);
        var asked = Failures.Of(() => workflow.ValidateInitialState(Stage.Lost));
        var run = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Lost));
        Assert.Contains("Initial state Lost is neither registered nor an exit state", asked.Problems);
        Assert.Equal("configuration", run.Category);
        Assert.Equal(asked.Problems, run.Problems);
    }

    [Fact]
    public void B7_registered_states_and_exits_may_begin_a_run()
    {
        var workflow = new Trail().Through(Stage.Start, Stage.Work, Stage.End);
        workflow.ValidateInitialState(Stage.Work);
        workflow.ValidateInitialState(Stage.End);
        Assert.Throws<CanoException>(() => workflow.ValidateInitialState(Stage.Lost));
    }

    [Fact]
    public async Task B1_A11_wiring_is_checked_before_any_resource_is_set_up()
    {
        var trail = new Trail();
        var resources = new Resources().Insert("spy", new Providing.Spy("spy", trail));
        var workflow = Workflow.Create<Stage>(resources).AddExitState(Stage.End);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.End));
        var unknown = workflow.Register(Stage.Start, _ => Stage.End);
        await Failures.OfAsync(unknown.OrchestrateAsync(Stage.Lost));
        Assert.Empty(trail.Marks);
    }

    [Fact]
    public void Y12_two_states_with_one_name_are_refused()
    {
        var workflow = Workflow
            .Bare<Twin>()
            .Register(Twin.First, _ => Twin.Done)
            .Register(Twin.Second, _ => Twin.Done)
            .AddExitState(Twin.Done);
        var error = Failures.Of(workflow.Validate);
        Assert.Equal("configuration", error.Category);
        Assert.Contains("same", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Y12_a_state_and_an_exit_with_one_name_are_refused()
    {
        var workflow = Workflow.Bare<Twin>().Register(Twin.First, _ => Twin.Second).AddExitState(Twin.Second);
        var error = Failures.Of(workflow.Validate);
        Assert.Contains("same", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_arguments_fail_at_once()
    {
        var workflow = new Trail().Through(Stage.Start, Stage.End);
        Assert.Throws<ArgumentNullException>(() => workflow.Register(Stage.Work, (ITask<Stage>)null!));
        Assert.Throws<ArgumentNullException>(() => workflow.WithCheckpointStore(null!));
        Assert.Throws<ArgumentException>(() => workflow.WithName(""));
        Assert.ThrowsAny<ArgumentException>(() => workflow.WithTotalTimeout(TimeSpan.FromSeconds(-1)));
        Assert.ThrowsAny<ArgumentException>(() => workflow.WithStopGrace(TimeSpan.FromSeconds(-1)));
        Assert.ThrowsAny<ArgumentException>(() => TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.Zero));
        Assert.ThrowsAny<ArgumentException>(() => RetryMode.Fixed(-1, TimeSpan.Zero));
    }

    private enum Twin
    {
        [StoredAs("same")]
        First,

        [StoredAs("same")]
        Second,
        Done,
    }
}
