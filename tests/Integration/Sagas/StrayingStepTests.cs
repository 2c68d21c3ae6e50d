namespace Cano.Integration.Sagas;

/// <summary>Steps that are done, and name a next state that cannot follow.</summary>
public sealed class StrayingStepTests
{
    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();

    [Fact]
    [Trait("ID", "Y26")]
    public async Task A_step_that_returns_an_unregistered_state_is_undone_and_no_row_names_it()
    {
        var workflow = Saga.Three(_trail).Step(_trail, Stage.Next, Stage.Lost).WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("No task registered for state: Lost", error.Message);
        Assert.Equal(("workflow", "Next"), (error.Category, error.State));
        Assert.Equal(["undo Next", "undo Work", "undo Start"], _trail.Undone());
        Assert.DoesNotContain(_store.Rows, row => row.State == "Lost" || row.NextState == "Lost");
    }

    [Fact]
    [Trait("ID", "Y26")]
    public async Task A_step_that_returns_no_state_at_all_is_undone_and_not_tried_again()
    {
        var workflow = Workflow
            .Bare<string>()
            .RegisterWithCompensation<int>(
                "pay",
                (_, _) =>
                {
                    _trail.Add("pay");
                    return new((null!, 1));
                },
                (_, _, _) =>
                {
                    _trail.Add("refund");
                    return default;
                },
                TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero)
            )
            .AddExitState("end");
        await Failures.OfAsync(workflow.OrchestrateAsync("pay"));
        Assert.Equal(["pay", "refund"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y19")]
    public async Task A_step_that_leaves_by_an_undeclared_edge_is_undone()
    {
        var error = await Failures.OfAsync(Straying(_store).OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(("workflow", "Work"), (error.Category, error.State));
        Assert.Contains("'Work'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'End'", error.Message, StringComparison.Ordinal);
        Assert.Equal(["undo Work", "undo Start"], _trail.Undone());
    }

    [Fact]
    [Trait("ID", "Y19"), Trait("ID", "Y6")]
    public async Task An_undeclared_edge_is_refused_by_a_resume_from_its_completion_row_too()
    {
        _store.Appending = row =>
            _ = row.Kind == RowKind.RollbackStarted ? throw new IOException("power") : row;
        var workflow = Straying(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Empty(_trail.Undone());
        _store.Appending = null;
        var error = await Failures.OfAsync(workflow.ResumeFromAsync("run"));
        Assert.Equal(("workflow", "Work"), (error.Category, error.State));
        Assert.Equal(["undo Work", "undo Start"], _trail.Undone());
    }

    private Workflow<Stage> Straying(ICheckpointStore store) =>
        Workflow
            .Bare<Stage>()
            .Step(_trail, Stage.Start, Stage.Work)
            .RegisterWithCompensation<string>(
                Stage.Work,
                (_, _) => new((Stage.End, "Work")),
                (_, output, _) =>
                {
                    _trail.Add($"undo {output}");
                    return default;
                },
                to: [Stage.Last]
            )
            .Register(Stage.Last, _trail.Marking(Stage.Last, Stage.End))
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);
}
