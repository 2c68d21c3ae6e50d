namespace Cano.Integration.Sagas;

/// <summary>An append fails: the journal is in doubt, so nothing is undone and nothing more is
/// written.</summary>
public sealed class FailedAppendTests
{
    private readonly KeepingStore _store = new();
    private readonly Trail _trail = new();

    [Theory]
    [Trait("ID", "D12"), Trait("ID", "D13"), Trait("ID", "Y20")]
    [InlineData(RowKind.StepCompleted, "Next", "append compensation checkpoint: IOException: disk full")]
    [InlineData(RowKind.StateEntered, "Next", "append checkpoint: IOException: disk full")]
    [InlineData(RowKind.RollbackStarted, "Last", "append checkpoint: IOException: disk full")]
    [InlineData(RowKind.Compensated, "Next", "append checkpoint: IOException: disk full")]
    public async Task A_failed_append_undoes_nothing_more_and_writes_nothing_more(
        RowKind kind,
        string state,
        string message
    )
    {
        var tried = new List<string>();
        var isBroken = true;
        _store.Appending = row =>
        {
            tried.Add($"{row.Kind} {row.State}");
            if (isBroken && row.Kind == kind && row.State == state)
                throw new IOException("disk full");
        };
        var workflow = Saga.Three(_trail).WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(("checkpoint_store", message), (error.Category, error.Message));
        Assert.Empty(error.Errors);
        Assert.Equal($"{kind} {state}", tried[^1]);
        Assert.Equal(kind == RowKind.Compensated ? 1 : 0, _trail.Undone().Count());

        isBroken = false;
        var settled = await Failures.OfAsync(workflow.ResumeFromAsync("run"));
        Assert.Equal("IOException: broken", settled.Message);
        Assert.Equal(["undo Next", "undo Work", "undo Start"], _trail.Undone().Distinct());
        Assert.Equal(3, _store.Rows.Count(row => row.Kind == RowKind.Compensated));
    }

    [Fact]
    [Trait("ID", "Y20"), Trait("ID", "Y21")]
    public async Task An_owner_that_was_shut_out_by_a_newer_one_undoes_nothing()
    {
        var workflow = Saga.Three(_trail)
            .Step(_trail, Stage.Work, Stage.Next, doing: _ => Claim())
            .WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Equal(["do Start", "do Work"], _trail.Marks);
        Assert.Equal("StateEntered Work", _store.Story[^1]);
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task An_owner_that_is_shut_out_in_its_rollback_leaves_the_rest_to_the_new_one()
    {
        var isFirst = true;
        var workflow = Saga.Three(_trail)
            .Step(_trail, Stage.Next, Stage.Last, undoing: _ => ClaimOnce())
            .WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Equal(["undo Next"], _trail.Undone());
        Assert.Equal(
            "IOException: broken",
            (await Failures.OfAsync(workflow.ResumeFromAsync("run"))).Message
        );
        Assert.Equal(["undo Next", "undo Next", "undo Work", "undo Start"], _trail.Undone());

        void ClaimOnce()
        {
            if (isFirst)
                Claim();
            isFirst = false;
        }
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task No_append_of_a_saga_is_given_the_runs_token()
    {
        using var cancel = new CancellationTokenSource();
        var workflow = Saga.Three(_trail)
            .Step(_trail, Stage.Next, Stage.Last, doing: _ => cancel.Cancel())
            .WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run", cancel.Token));
        Assert.Equal("RollbackFinished", _store.Rows[^1].Kind.ToString());
        Assert.False(_store.WasGivenToken);
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task A_clean_rollback_whose_rows_cannot_be_cleared_is_not_undone_again_by_a_resume()
    {
        var store = new KeepingStore { ClearFailure = new IOException("busy") };
        var workflow = Saga.Three(_trail).WithCheckpointStore(store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        var error = await Failures.OfAsync(workflow.ResumeFromAsync("run"));
        Assert.Equal(("task_execution", "IOException: broken"), (error.Category, error.Message));
        Assert.Equal(3, _trail.Undone().Count());
    }

    /// <summary>Another owner takes the run over. A store in memory answers at once.</summary>
    private void Claim() => Assert.True(_store.ClaimAsync("run", "other").IsCompletedSuccessfully);
}
