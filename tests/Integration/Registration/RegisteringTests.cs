namespace Cano.Integration.Registration;

public sealed class RegisteringTests
{
    [Fact]
    [Trait("ID", "J1")]
    public void A_task_without_a_config_is_refused_where_it_is_registered()
    {
        var bare = new Unconfigured();
        foreach (
            var register in new Action<Workflow<Stage>>[]
            {
                workflow => workflow.Register(Stage.Start, (ITask<Stage>)bare),
                workflow => workflow.RegisterWithCompensation(Stage.Start, bare),
            }
        )
        {
            var refusal = Assert.Throws<ArgumentException>(() => register(Workflow.Bare<Stage>()));
            Assert.Contains("'Unconfigured' has no config", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("ID", "A8")]
    public async Task Registering_a_state_again_replaces_its_task()
    {
        var trail = new Trail();
        var workflow = trail
            .Through(Stage.Start, Stage.End)
            .Register(Stage.Start, trail.Marking(Stage.Next, Stage.End));
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["Next"], trail.Marks);
        Assert.Single(workflow.RegisteredStates);
    }

    [Fact]
    [Trait("ID", "A8")]
    public async Task A_split_replaces_a_task_and_a_task_a_split()
    {
        var trail = new Trail();
        var plain = trail.Through(Stage.Start, Stage.End);
        var branch = CanoTask.From<Stage>("b", (_, _) => Mark(trail, "branch"));
        var split = plain.RegisterSplit(
            Stage.Start,
            [branch],
            JoinConfig.Create(JoinStrategy.All, Stage.End)
        );
        await split.OrchestrateAsync(Stage.Start);
        await split.Register(Stage.Start, trail.Marking(Stage.Last, Stage.End)).OrchestrateAsync(Stage.Start);
        Assert.Equal(["branch", "Last"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "A8")]
    public async Task A_changed_copy_leaves_the_workflow_it_came_from_as_it_was()
    {
        var trail = new Trail();
        var before = trail.Through(Stage.Start, Stage.End);
        _ = before.Register(Stage.Start, trail.Marking(Stage.Next, Stage.End)).AddExitState(Stage.Start);
        await before.OrchestrateAsync(Stage.Start);
        Assert.Equal(["Start"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "A9")]
    public void Exit_states_are_kept_once_whatever_lists_them()
    {
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .AddExitStates(new HashSet<Stage> { Stage.End, Stage.Stop })
            .AddExitStates(Stage.Stop, Stage.End)
            .AddExitState(Stage.End);
        Assert.Equal(["End", "Stop"], workflow.Definition.Exits);
    }

    [Fact]
    [Trait("ID", "A10")]
    public void The_registered_states_are_those_with_work()
    {
        var workflow = new Trail()
            .Through(Stage.Start, Stage.Work, Stage.End)
            .AddExitStates(Stage.Work, Stage.Stop);
        Assert.Equal([Stage.Start, Stage.Work], workflow.RegisteredStates.Order());
    }

    [Fact]
    [Trait("ID", "A12")]
    public async Task A_changed_copy_is_validated_again_and_the_valid_one_stays_valid()
    {
        var valid = new Trail().Through(Stage.Start, Stage.End);
        valid.Validate();
        var broken = valid.RegisterSplit(
            Stage.Work,
            _ => [],
            JoinConfig.Create(JoinStrategy.All, Stage.Lost)
        );
        Assert.Equal("configuration", Failures.Of(broken.Validate).Category);
        Assert.Equal("configuration", Failures.Of(broken.Validate).Category);
        Assert.Equal(Stage.End, await valid.OrchestrateAsync(Stage.Start));
    }

    [Fact]
    [Trait("ID", "A14")]
    public async Task A_tasks_config_is_read_once_at_its_registration()
    {
        var task = new CountingConfig();
        var workflow = Workflow.Bare<Stage>().Register(Stage.Start, task).AddExitState(Stage.End);
        var read = task.ConfigReads;
        await workflow.OrchestrateAsync(Stage.Start);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(1, read);
        Assert.Equal(1, task.ConfigReads);
    }

    [Fact]
    [Trait("ID", "A14")]
    public async Task A_branchs_config_is_read_once_at_its_registration()
    {
        var task = new CountingConfig();
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterSplit(Stage.Start, [task], JoinConfig.Create(JoinStrategy.All, Stage.End))
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(1, task.ConfigReads);
    }

    [Fact]
    [Trait("ID", "A17")]
    public void A_class_is_named_by_its_type_and_a_lambda_by_its_state()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, new CountingConfig())
            .Register(Stage.Work, _ => Stage.End)
            .AddExitState(Stage.End);
        Assert.Equal(
            [nameof(CountingConfig), "Work"],
            workflow.Definition.States.Select(state => state.Task)
        );
    }

    [Fact]
    [Trait("ID", "A17")]
    public async Task A_name_of_its_own_stands_in_the_definition_and_in_the_rows()
    {
        var store = new KeepingStore();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, CanoTask.From<Stage>("reserve stock", (_, _) => new(Stage.End)))
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal("reserve stock", workflow.Definition.States[0].Task);
        Assert.Equal("reserve stock", store.Rows[0].TaskName);
    }

    [Fact]
    [Trait("ID", "Y12")]
    public async Task One_class_may_serve_two_states()
    {
        var task = new CountingConfig();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, task)
            .Register(Stage.Work, task)
            .AddExitState(Stage.End);
        workflow.Validate();
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Work));
    }

    [Fact]
    public async Task A_body_may_be_a_function_a_task_method_or_a_value_task_lambda()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Stage.Work)
            .Register(Stage.Work, AsTaskAsync)
            .Register(Stage.Next, (_, _) => new ValueTask<Stage>(Stage.End))
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
    }

    private static async Task<Stage> AsTaskAsync(TaskContext context, CancellationToken token)
    {
        await Task.Yield();
        return Stage.Next;
    }

    private static async ValueTask<Stage> Mark(Trail trail, string mark)
    {
        trail.Add(mark);
        await Task.Yield();
        return Stage.Lost;
    }

    private sealed class CountingConfig : ITask<Stage>
    {
        public int ConfigReads { get; private set; }

        public TaskConfig Config
        {
            get
            {
                ConfigReads++;
                return TaskConfig.Minimal;
            }
        }

        public ValueTask<Stage> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);
    }

    private sealed class Unconfigured : ITask<Stage>, ICompensatableTask<Stage, int>
    {
        public string Name => nameof(Unconfigured);

        public TaskConfig Config => null!;

        public ValueTask<Stage> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);

        ValueTask<(Stage Next, int Output)> ICompensatableTask<Stage, int>.RunAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new((Stage.End, 1));

        public ValueTask CompensateAsync(
            TaskContext context,
            int output,
            CancellationToken cancellationToken
        ) => default;
    }
}
