namespace Cano.Integration.Resumes;

public sealed class ResumeTests
{
    [Fact]
    [Trait("ID", "F2")]
    public async Task The_last_state_runs_again_under_a_fresh_row_of_its_visit_and_no_earlier_one()
    {
        var trail = new Trail();
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        await Mended(trail, store).ResumeFromAsync("run");
        Assert.Equal(["Work", "Next"], trail.Marks);
        Assert.Equal(
            [
                "StateEntered Start",
                "StateEntered Work",
                "StateEntered Work",
                "StateEntered Next",
                "Finished End",
            ],
            store.Story
        );
        Assert.Equal([0, 1, 2, 3, 4], store.Rows.Select(row => row.Sequence));
        Assert.Equal([0, 1, 1, 2, 3], store.Rows.Select(row => row.Visit));
    }

    [Fact]
    [Trait("ID", "F22"), Trait("ID", "S6")]
    public async Task A_run_that_its_caller_gave_up_with_nothing_to_undo_stays_resumable()
    {
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        Assert.Equal(["StateEntered Start", "StateEntered Work"], store.Story);
        Assert.Equal(Stage.End, await Mended(new Trail(), store).ResumeFromAsync("run"));
        Assert.Empty(await store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "F2")]
    public async Task A_run_may_be_interrupted_and_resumed_many_times()
    {
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        for (var i = 0; i < 3; i++)
            await Interrupted.AgainAsync(Stage.Work, store, "run");
        Assert.Equal(5, store.Rows.Count);
        Assert.Equal(Stage.End, await Mended(new Trail(), store).ResumeFromAsync("run"));
    }

    [Fact]
    [Trait("ID", "F3")]
    public async Task A_resume_without_a_store_is_a_configuration_error()
    {
        var error = await Failures.OfAsync(
            new Trail().Through(Stage.Start, Stage.End).ResumeFromAsync("run")
        );
        Assert.Equal("configuration", error.Category);
        Assert.Contains("resume_from requires a checkpoint store", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "F3")]
    public async Task A_resume_of_an_unknown_run_names_it()
    {
        var error = await Failures.OfAsync(
            Mended(new Trail(), new MemoryCheckpointStore()).ResumeFromAsync("nobody")
        );
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("no checkpoint rows for run id", error.Message, StringComparison.Ordinal);
        Assert.Contains("nobody", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "F4")]
    public async Task A_last_state_that_the_workflow_no_longer_has_refuses_the_resume()
    {
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        var without = new Trail().Through(Stage.Start, Stage.Next, Stage.End).WithCheckpointStore(store);
        var error = await Failures.OfAsync(without.ResumeFromAsync("run"));
        Assert.Equal("workflow", error.Category);
        Assert.Contains("'Work' is not a registered or exit state", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, store.Rows.Count);
    }

    [Fact]
    [Trait("ID", "F5")]
    public async Task A_run_of_another_version_is_refused_and_stays_as_it_was()
    {
        var trail = new Trail();
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        var error = await Failures.OfAsync(
            Mended(trail, store).WithWorkflowVersion(2).ResumeFromAsync("run")
        );
        Assert.Equal("workflow_version_mismatch", error.Category);
        Assert.Equal(CanoError.Of(Fault.NewWorkflowVersionMismatch(0, 2)), error);
        Assert.Empty(trail.Marks);
        Assert.Equal(Stage.End, await Mended(trail, store).ResumeFromAsync("run"));
    }

    [Fact]
    [Trait("ID", "F5")]
    public async Task The_version_is_compared_with_the_last_row_alone()
    {
        var store = new KeepingStore();
        await store.AppendAsync("run", Row(0, "Start", version: 1), 1);
        await store.AppendAsync("run", Row(1, "Work", version: 2), 1);
        Assert.Equal(
            Stage.End,
            await Mended(new Trail(), store).WithWorkflowVersion(2).ResumeFromAsync("run")
        );
    }

    [Fact]
    [Trait("ID", "F11")]
    public async Task The_path_of_a_resumed_run_has_the_states_before_and_the_resumed_one_once()
    {
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Next, store, "run");
        await Interrupted.AgainAsync(Stage.Next, store, "run");
        var error = await Interrupted.AgainAsync(Stage.Next, store, "run");
        Assert.Equal(["Start", "Work", "Next"], error.Path);
        Assert.Equal("Next", error.State);
    }

    [Fact]
    [Trait("ID", "F13")]
    public async Task A_state_lost_from_an_earlier_row_is_warned_of_and_dropped_from_the_path()
    {
        var logger = new KeepingLogger();
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        var without = Workflow
            .Bare<Stage>()
            .Register(Stage.Work, _ => throw new IOException(), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithCheckpointStore(store)
            .WithLogger(logger);
        var error = await Failures.OfAsync(without.ResumeFromAsync("run"));
        Assert.Equal(["Work"], error.Path);
        Assert.Contains("Start", Assert.Single(logger.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "F17")]
    public async Task A_run_that_is_under_way_here_is_not_resumed_a_second_time()
    {
        var gate = new Gate();
        var store = new KeepingStore();
        var workflow = Interrupted.Held(gate, store);
        var run = workflow.OrchestrateAsync(Stage.Start, "run");
        await gate.Entered;
        var error = await Failures.OfAsync(workflow.ResumeFromAsync("run"));
        Assert.Equal("workflow", error.Category);
        gate.Open();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "F2")]
    public async Task A_run_of_another_workflow_name_is_refused()
    {
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        var error = await Failures.OfAsync(
            Mended(new Trail(), store).WithName("order").ResumeFromAsync("run")
        );
        Assert.Equal("workflow", error.Category);
        Assert.Contains("order", error.Message, StringComparison.Ordinal);
    }

    private static CheckpointRow Row(long sequence, string state, uint version) =>
        new()
        {
            Sequence = sequence,
            Kind = RowKind.StateEntered,
            State = state,
            WorkflowVersion = version,
            Visit = sequence,
        };

    private static Workflow<Stage> Mended(Trail trail, ICheckpointStore store) =>
        trail.Through(Stage.Start, Stage.Work, Stage.Next, Stage.End).WithCheckpointStore(store);
}
