using Cano.Testing;

namespace Cano.Integration.Checkpoints;

public sealed class StoreUseTests
{
    [Fact]
    [Trait("ID", "D12"), Trait("ID", "Y20")]
    public async Task A_failed_append_ends_the_run_and_its_task_does_not_run()
    {
        var trail = new Trail();
        var inner = new MemoryCheckpointStore();
        var store = new CrashingCheckpointStore(inner, 2, CrashPoint.BeforeAppend);
        var workflow = trail.Through(Stage.Start, Stage.Work, Stage.End).WithCheckpointStore(store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("append checkpoint", error.Message, StringComparison.Ordinal);
        Assert.Equal("Work", error.State);
        Assert.Equal(["Start"], trail.Marks);
        Assert.Equal(2, store.AppendCount);
        Assert.Single(await inner.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task What_the_store_threw_stays_inside_the_exception()
    {
        var store = new KeepingStore { Appending = _ => throw new IOException("disk full") };
        var workflow = new Trail().Through(Stage.Start, Stage.End).WithCheckpointStore(store);
        var thrown = await Assert.ThrowsAsync<CanoException>(() =>
            workflow.OrchestrateAsync(Stage.Start, "run")
        );
        Assert.Equal("checkpoint_store", thrown.Error.Category);
        Assert.Contains("disk full", thrown.Error.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(thrown.InnerException);
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task After_a_failed_append_nothing_more_is_written_or_cleared_and_a_resume_settles_it()
    {
        var trail = new Trail();
        var store = new KeepingStore();
        store.Appending = row => Fail(row.State == "Next");
        var workflow = trail
            .Through(Stage.Start, Stage.Work, Stage.Next, Stage.End)
            .WithCheckpointStore(store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(2, (await store.LoadRunAsync("run")).Count);
        store.Appending = null;
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
        Assert.Equal(["Start", "Work", "Work", "Next"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task A_stale_owner_is_stopped_by_its_fence()
    {
        var store = new KeepingStore();
        var workflow = new Trail().Through(Stage.Start, Stage.Work, Stage.End).WithCheckpointStore(store);
        store.Appending = row => Claim(store, row.State == "Work");
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("conflict", error.Message, StringComparison.Ordinal);
        Assert.Single(store.Rows);
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task The_runs_token_is_never_passed_to_an_append()
    {
        using var cancel = new CancellationTokenSource();
        var store = new KeepingStore();
        var workflow = new Trail().Through(Stage.Start, Stage.Work, Stage.End).WithCheckpointStore(store);
        await workflow
            .WithTotalTimeout(TimeSpan.FromHours(1))
            .OrchestrateAsync(Stage.Start, "run", cancel.Token);
        Assert.Equal(3, store.Rows.Count);
        Assert.False(store.WasGivenToken);
    }

    [Fact]
    [Trait("ID", "D15")]
    public async Task A_store_without_a_run_id_is_refused_before_any_task_runs()
    {
        var trail = new Trail();
        var store = new KeepingStore();
        var workflow = trail.Through(Stage.Start, Stage.End).WithCheckpointStore(store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("checkpointing requires a run id", error.Message, StringComparison.Ordinal);
        Assert.Empty(trail.Marks);
        Assert.Empty(store.Rows);
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task Success_clears_the_run_and_no_other()
    {
        var store = new KeepingStore();
        var workflow = new Trail().Through(Stage.Start, Stage.End).WithCheckpointStore(store);
        var failing = workflow.Register(Stage.Start, _ => throw new IOException(), TaskConfig.Minimal);
        await Failures.OfAsync(failing.OrchestrateAsync(Stage.Start, "other"));
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Empty(await store.LoadRunAsync("run"));
        Assert.Equal(2, (await store.LoadRunAsync("other")).Count);
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task A_clear_that_fails_is_logged_and_the_run_has_ended_well_all_the_same()
    {
        var logger = new KeepingLogger();
        var store = new KeepingStore { ClearFailure = new IOException("locked") };
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .WithCheckpointStore(store)
            .WithLogger(logger);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Contains("run", Assert.Single(logger.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "D17")]
    public async Task Without_a_store_nothing_is_written_and_no_id_is_needed()
    {
        var store = new KeepingStore();
        var plain = new Trail().Through(Stage.Start, Stage.End);
        _ = plain.WithCheckpointStore(store);
        await plain.OrchestrateAsync(Stage.Start, "run");
        await plain.OrchestrateAsync(Stage.Start);
        Assert.Empty(store.Rows);
    }

    [Fact]
    [Trait("ID", "Y16")]
    public async Task Runs_of_one_workflow_are_journaled_under_the_ids_of_their_calls()
    {
        var store = new KeepingStore();
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .WithCheckpointStore(store)
            .WithRunId("default");
        await Task.WhenAll(
            workflow.OrchestrateAsync(Stage.Start, "a"),
            workflow.OrchestrateAsync(Stage.Start, "b")
        );
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.All(
            ["a", "b", "default"],
            id => Assert.Equal([0, 1], store.RowsOf(id).Select(row => row.Sequence))
        );
    }

    [Fact]
    [Trait("ID", "Y16")]
    public async Task A_context_knows_the_id_of_its_run_one_that_was_given_or_one_that_is_drawn()
    {
        var ids = new List<string>();
        var workflow = Workflow.Bare<Stage>().AddExitState(Stage.End).Register(Stage.Start, Remember);
        Stage Remember(TaskContext context)
        {
            ids.Add(context.RunId);
            return Stage.End;
        }

        await workflow.WithRunId("default").OrchestrateAsync(Stage.Start);
        await workflow.WithRunId("default").OrchestrateAsync(Stage.Start, "call");
        await workflow.OrchestrateAsync(Stage.Start);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["default", "call"], ids[..2]);
        Assert.All(ids[2..], id => Assert.Equal(32, id.Length));
        Assert.NotEqual(ids[2], ids[3]);
    }

    private static void Fail(bool fails)
    {
        if (fails)
            throw new IOException("disk full");
    }

    private static void Claim(ICheckpointStore store, bool claims)
    {
        if (claims)
            _ = store.ClaimAsync("run", "another host").AsTask();
    }
}
