namespace Cano.Integration.Checkpoints;

public sealed class RowTests
{
    [Fact]
    [Trait("ID", "D1")]
    public async Task A_row_tells_state_task_kind_version_and_visit()
    {
        var store = new KeepingStore();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, CanoTask.From<Stage>("reserve", (_, _) => new(Stage.End)))
            .AddExitState(Stage.End)
            .WithName("order")
            .WithWorkflowVersion(7)
            .WithCheckpointStore(store);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        var row = store.Rows[0];
        Assert.Equal(
            (0, RowKind.StateEntered, "Start", "reserve"),
            (row.Sequence, row.Kind, row.State, row.TaskName)
        );
        Assert.Equal((7u, 0, "order"), (row.WorkflowVersion, row.Visit, row.WorkflowName));
        Assert.Null(row.NextState);
        Assert.Null(row.Data);
    }

    [Fact]
    [Trait("ID", "D3"), Trait("ID", "D5")]
    public async Task Sequences_are_dense_from_zero_whatever_the_kind_of_state()
    {
        var store = new KeepingStore();
        await Mixed(store).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(
            ["StateEntered Start", "StateEntered Next", "StateEntered Last", "Finished End"],
            store.Story
        );
        Assert.Equal([0, 1, 2, 3], store.Rows.Select(row => row.Sequence));
        Assert.Equal([0, 2, 3, 4], store.Rows.Select(row => row.Visit));
    }

    [Fact]
    [Trait("ID", "D5")]
    public async Task A_split_leaves_one_row_without_a_task_name()
    {
        var store = new KeepingStore();
        await Mixed(store).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal("", Assert.Single(store.Rows, row => row.State == "Next").TaskName);
    }

    [Fact]
    [Trait("ID", "D6"), Trait("ID", "Y27")]
    public async Task An_exit_leaves_one_finished_row_without_a_task_name()
    {
        var store = new KeepingStore();
        await Mixed(store).OrchestrateAsync(Stage.Start, "run");
        var last = Assert.Single(store.Rows, row => row.State == "End");
        Assert.Equal(RowKind.Finished, last.Kind);
        Assert.Equal("", last.TaskName);
    }

    [Fact]
    [Trait("ID", "A2"), Trait("ID", "Y27")]
    public async Task An_exit_state_that_is_registered_too_leaves_its_finished_row_alone()
    {
        var store = new KeepingStore();
        var workflow = new Trail()
            .Through(Stage.Start, Stage.Work, Stage.End)
            .AddExitState(Stage.Work)
            .WithCheckpointStore(store);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["StateEntered Start", "Finished Work"], store.Story);
        Assert.Equal("", store.Rows[1].TaskName);
    }

    [Fact]
    [Trait("ID", "D10")]
    public async Task Every_row_carries_the_version_zero_unless_given()
    {
        var store = new KeepingStore();
        await Mixed(store).WithWorkflowVersion(3).OrchestrateAsync(Stage.Start, "three");
        await Mixed(store).OrchestrateAsync(Stage.Start, "none");
        Assert.All(store.RowsOf("three"), row => Assert.Equal(3u, row.WorkflowVersion));
        Assert.All(store.RowsOf("none"), row => Assert.Equal(0u, row.WorkflowVersion));
    }

    [Fact]
    public async Task A_workflows_name_stands_in_the_first_row_alone_and_in_the_summary()
    {
        var store = new KeepingStore();
        var workflow = new Trail()
            .Through(Stage.Start, Stage.Work, Stage.End)
            .Register(Stage.Work, _ => throw new IOException(), TaskConfig.Minimal)
            .WithName("order")
            .WithCheckpointStore(store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(["order", null, null], store.Rows.Select(row => row.WorkflowName));
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
            Assert.Equal(
                ("run", "order", "Work", 2L),
                (run.RunId, run.WorkflowName, run.State, run.LastSequence)
            );
    }

    [Fact]
    public async Task Rows_of_a_run_survive_their_own_byte_format()
    {
        var store = new KeepingStore();
        await Mixed(store).WithName("order").OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(store.Rows, store.Rows.Select(row => CheckpointRow.FromBytes(row.ToBytes())));
        Assert.NotEqual(store.Rows[0], store.Rows[1]);
    }

    [Fact]
    public async Task Data_written_by_a_task_goes_with_the_row_that_follows_it()
    {
        var store = new KeepingStore();
        var workflow = Workflow
            .Create<Stage>(new Resources().Insert("store", MemoryStore.Durable()))
            .Register(Stage.Start, context => Put(context, Stage.Work))
            .Register(Stage.Work, _ => Stage.End)
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal([false, true, false], store.Rows.Select(row => row.Data is not null));
    }

    private static Stage Put(TaskContext context, Stage next)
    {
        context.Store.Put("key", "value");
        return next;
    }

    private static Workflow<Stage> Mixed(ICheckpointStore store) =>
        Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Stage.Work)
            .RegisterRouter(Stage.Work, _ => Stage.Next)
            .RegisterSplit(
                Stage.Next,
                [Branches.Succeeding("a"), Branches.Succeeding("b")],
                JoinConfig.Create(JoinStrategy.All, Stage.Last)
            )
            .Register(Stage.Last, _ => Stage.End)
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);
}
