namespace Cano.Integration.Validation;

public sealed class WiringTests
{
    [Fact]
    [Trait("ID", "B1")]
    public void A_workflow_without_work_is_refused()
    {
        var error = Failures.Of(Workflow.Bare<Stage>().AddExitState(Stage.End).Validate);
        Assert.Equal("configuration", error.Category);
        Assert.Equal(["Workflow has no registered state handlers"], error.Problems);
    }

    [Fact]
    [Trait("ID", "B2")]
    public void A_workflow_without_an_exit_is_refused()
    {
        var error = Failures.Of(Workflow.Bare<Stage>().Register(Stage.Start, _ => Stage.Start).Validate);
        Assert.Equal("configuration", error.Category);
        Assert.Contains("no exit states", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "B1"), Trait("ID", "B2")]
    public void Every_problem_is_told_at_once_the_missing_work_first()
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
    [Trait("ID", "B7")]
    public async Task An_initial_state_that_is_unknown_is_refused_by_the_check_and_by_the_run()
    {
        var workflow = new Trail().Through(Stage.Start, Stage.End);
        var asked = Failures.Of(() => workflow.ValidateInitialState(Stage.Lost));
        var run = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Lost));
        Assert.Contains("Initial state Lost is neither registered nor an exit state", asked.Problems);
        Assert.Equal("configuration", run.Category);
        Assert.Equal(asked.Problems, run.Problems);
    }

    [Fact]
    [Trait("ID", "B7")]
    public void Registered_states_and_exits_may_begin_a_run()
    {
        var workflow = new Trail().Through(Stage.Start, Stage.Work, Stage.End);
        workflow.ValidateInitialState(Stage.Work);
        workflow.ValidateInitialState(Stage.End);
        Assert.Throws<CanoException>(() => workflow.ValidateInitialState(Stage.Lost));
    }

    [Fact]
    [Trait("ID", "B1"), Trait("ID", "A11")]
    public async Task Wiring_is_checked_before_any_resource_is_set_up()
    {
        var trail = new Trail();
        var resources = new Resources().Insert("spy", new Spy("spy", trail));
        var workflow = Workflow.Create<Stage>(resources).AddExitState(Stage.End);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.End));
        var unknown = workflow.Register(Stage.Start, _ => Stage.End);
        await Failures.OfAsync(unknown.OrchestrateAsync(Stage.Lost));
        Assert.Empty(trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y12")]
    public void Two_states_with_one_name_are_refused()
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
    [Trait("ID", "Y12")]
    public void A_state_and_an_exit_with_one_name_are_refused()
    {
        var workflow = Workflow.Bare<Twin>().Register(Twin.First, _ => Twin.Second).AddExitState(Twin.Second);
        var error = Failures.Of(workflow.Validate);
        Assert.Contains("same", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "B7"), Trait("ID", "Y12")]
    public async Task An_initial_state_that_only_shares_the_name_of_a_known_one_is_refused()
    {
        var workflow = Workflow.Bare<Twin>().Register(Twin.First, _ => Twin.Done).AddExitState(Twin.Done);
        workflow.ValidateInitialState(Twin.First);
        var asked = Failures.Of(() => workflow.ValidateInitialState(Twin.Second));
        var run = await Failures.OfAsync(workflow.OrchestrateAsync(Twin.Second));
        Assert.Equal(["Initial state same is neither registered nor an exit state"], asked.Problems);
        Assert.Equal(asked, run);
    }

    [Fact]
    [Trait("ID", "Y12")]
    public void A_declared_target_and_a_join_state_that_only_share_the_name_of_a_known_state_are_refused()
    {
        var known = Workflow.Bare<Twin>().Register(Twin.First, _ => Twin.Done).AddExitState(Twin.Done);
        var declared = known.Register(Twin.Done, _ => Twin.Done, to: [Twin.Second]);
        var joined = known.RegisterSplit(
            Twin.Done,
            [CanoTask.From<Twin>("b", (_, _) => new(Twin.Done))],
            JoinConfig.Create(JoinStrategy.All, Twin.Second)
        );
        Assert.All(
            [declared, joined],
            workflow =>
            {
                var problem = Assert.Single(Failures.Of(workflow.Validate).Problems);
                Assert.Contains(
                    "'First' and 'Second' share the name 'same'",
                    problem,
                    StringComparison.Ordinal
                );
            }
        );
    }

    [Fact]
    [Trait("ID", "F3")]
    public async Task A_resume_tells_of_the_missing_store_first_and_of_every_other_problem_too()
    {
        var error = await Failures.OfAsync(
            Workflow.Bare<Stage>().AddExitState(Stage.End).ResumeFromAsync("run")
        );
        Assert.Equal("configuration", error.Category);
        Assert.Equal(2, error.Problems.Count);
        Assert.Contains(
            "resume_from requires a checkpoint store",
            error.Problems[0],
            StringComparison.Ordinal
        );
        Assert.Contains("no registered state handlers", error.Problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resuming_all_tells_of_every_problem_at_once()
    {
        var error = await Failures.OfAsync(Workflow.Bare<Stage>().AddExitState(Stage.End).ResumeAllAsync(1));
        Assert.Equal("configuration", error.Category);
        Assert.Equal(3, error.Problems.Count);
    }

    [Fact]
    public void A_missing_state_branch_name_or_config_is_told_by_its_argument()
    {
        var workflow = Workflow.Bare<string>();
        var join = JoinConfig.Create(JoinStrategy.All, "end");
        var branch = CanoTask.From<string>("b", (_, _) => new("end"));
        Assert.Equal("state", Refused(() => workflow.AddExitState(null!)));
        Assert.Equal("states", Refused(() => workflow.AddExitStates("end", null!)));
        Assert.Equal("to", Refused(() => workflow.Register("a", _ => "end", to: [null!])));
        Assert.Equal("branches", Refused(() => workflow.RegisterSplit("a", [branch, null!], join)));
        Assert.Equal("strategy", Refused(() => JoinConfig.Create(null!, "end")));
        Assert.Equal("next", Refused(() => JoinConfig.Create(JoinStrategy.All, (string)null!)));
        Assert.Equal(
            "branches",
            Refused(() => workflow.RegisterSplit("a", [new Unfinished(null!, TaskConfig.Default)], join))
        );
        Assert.Equal("task", Refused(() => workflow.Register("a", new Unfinished("a", null!))));
        Assert.Equal(
            "branches",
            Refused(() => workflow.RegisterSplit("a", [new Unfinished("b", null!)], join))
        );

        static string? Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action).ParamName;
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

    private sealed class Unfinished(string name, TaskConfig config) : ITask<string>
    {
        public string Name => name;

        public TaskConfig Config => config;

        public ValueTask<string> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            new("end");
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
