namespace Cano.Integration.Sagas;

/// <summary>A cancel that starts a rollback, and one that comes while it runs.</summary>
public sealed class CancelledRollbackTests : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly KeepingStore _store = new();
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    [Trait("ID", "I7"), Trait("ID", "I11")]
    public async Task A_clean_rollback_after_a_cancel_says_cancelled_and_clears_the_rows()
    {
        var workflow = Saga.Three(_trail).Step(_trail, Stage.Next, Stage.Last, doing: _ => _cancel.Cancel());
        var run = workflow.WithCheckpointStore(_store).OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        var error = await Failures.OfAsync(run);
        Assert.Equal(("cancelled", "Workflow cancelled"), (error.Category, error.Message));
        Assert.Empty(error.Errors);
        Assert.Empty(await _store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "I7")]
    public async Task A_dirty_rollback_after_a_cancel_has_the_cancel_first_and_keeps_the_rows()
    {
        var workflow = Saga.Three(_trail, _ => throw new IOException("stuck"))
            .Register(Stage.Last, HoldAsync, TaskConfig.Minimal)
            .WithCheckpointStore(_store);
        var run = Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run", _cancel.Token));
        await _gate.Entered;
        await _cancel.CancelAsync();
        var error = await run;
        Assert.Equal(
            ["cancelled", "task_execution", "task_execution", "task_execution"],
            error.Errors.Select(one => one.Category)
        );
        Assert.Equal(_store.Rows.Count, (await _store.LoadRunAsync("run")).Count);
    }

    [Fact]
    [Trait("ID", "G15")]
    public async Task A_rollback_is_not_cancelled_and_its_compensations_are_not_told()
    {
        var told = new List<bool>();
        var workflow = Saga.Three(_trail, Noting).WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run", _cancel.Token));
        Assert.Equal("task_execution", error.Category);
        Assert.Equal([false, false, false], told);
        Assert.Equal(["undo Next", "undo Work", "undo Start"], _trail.Undone());

        void Noting(TaskContext context)
        {
            _cancel.Cancel();
            told.Add(context.CancellationToken.IsCancellationRequested);
        }
    }

    [Theory]
    [Trait("ID", "G15")]
    [InlineData(RowKind.RollbackStarted)]
    [InlineData(RowKind.Compensated)]
    [InlineData(RowKind.RollbackFinished)]
    public async Task A_cancel_while_a_row_of_the_rollback_is_written_changes_nothing(RowKind kind)
    {
        _store.Appending = row => CancelAt(row.Kind == kind);
        var workflow = Saga.Three(_trail).WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run", _cancel.Token));
        Assert.Equal("task_execution", error.Category);
        Assert.Equal(3, _trail.Undone().Count());
        Assert.True(_cancel.IsCancellationRequested);
        Assert.Equal(RowKind.RollbackFinished, _store.Rows[^1].Kind);
    }

    private void CancelAt(bool now)
    {
        if (now)
            _cancel.Cancel();
    }

    private async ValueTask<Stage> HoldAsync(TaskContext context, CancellationToken token)
    {
        await _gate.PassAsync(token);
        return Stage.End;
    }
}
