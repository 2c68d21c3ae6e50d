using System.Text;

namespace Cano.Integration.Sagas;

/// <summary>The rows of sagas.</summary>
public sealed class RollbackRowsTests
{
    private static readonly string[] s_forward =
    [
        "StateEntered Start",
        "StepCompleted Start",
        "StateEntered Work",
        "StepCompleted Work",
        "StateEntered Next",
        "StepCompleted Next",
        "StateEntered Last",
    ];

    private static readonly string[] s_rollback =
    [
        "RollbackStarted Last",
        "Compensated Next",
        "Compensated Work",
        "Compensated Start",
    ];

    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();

    [Fact]
    [Trait("ID", "D7")]
    public async Task A_saga_that_succeeds_leaves_an_entry_and_a_completion_for_every_step()
    {
        await Saga.Sound(_trail).WithCheckpointStore(_store).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal([.. s_forward, "Finished End"], _store.Story);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], _store.Rows.Select(row => row.Sequence));
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 4], _store.Rows.Select(row => row.Visit));
        Assert.Empty(await _store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "D7"), Trait("ID", "Y6")]
    public async Task A_completion_row_has_the_output_and_the_next_state_and_the_tasks_name()
    {
        var workflow = Saga.Sound(_trail)
            .RegisterWithCompensation(Stage.Work, new Reserve(_trail, Stage.Next))
            .WithWorkflowVersion(3)
            .WithCheckpointStore(_store);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        var row = _store.Rows[3];
        Assert.Equal((RowKind.StepCompleted, "Work", "Next"), (row.Kind, row.State, row.NextState));
        Assert.Equal(("Reserve", 3u), (row.TaskName, row.WorkflowVersion));
        Assert.Equal("\"r-Work\"", Encoding.UTF8.GetString(row.Payload!.Value.Span));
        Assert.All(
            _store.Rows.Where(other => other.Kind != RowKind.StepCompleted),
            other => Assert.Null(other.NextState)
        );
    }

    [Fact]
    [Trait("ID", "D7")]
    public async Task The_completion_row_is_durable_before_the_next_state_begins()
    {
        var rows = new List<int>();
        var workflow = Saga.Three(_trail)
            .Step(_trail, Stage.Work, Stage.Next, doing: _ => rows.Add(_store.Rows.Count))
            .WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal([3], rows);
    }

    [Fact]
    [Trait("ID", "G20"), Trait("ID", "Y5"), Trait("ID", "Y27")]
    public async Task A_clean_rollback_leaves_its_start_each_compensation_and_its_end()
    {
        var workflow = Saga.Three(_trail).WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal([.. s_forward, .. s_rollback], _store.Story.SkipLast(1));
        Assert.Equal(RowKind.RollbackFinished, _store.Rows[^1].Kind);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (long)i), _store.Rows.Select(row => row.Sequence));
        Assert.Null(_store.Rows[^2].Payload);
    }

    [Fact]
    [Trait("ID", "Y5")]
    public async Task A_dirty_rollback_leaves_the_same_rows_with_the_errors_in_them()
    {
        var workflow = Saga.Three(
                _trail,
                context => _ = context.State == "Work" ? throw new IOException("stuck") : 0
            )
            .WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal([.. s_forward, .. s_rollback], _store.Story.SkipLast(1));
        var failed = _store.Rows.Where(row => row.Kind == RowKind.Compensated && row.Payload is not null);
        Assert.Equal("Work", Assert.Single(failed).State);
        Assert.Equal(_store.Rows, await _store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "Y5")]
    public async Task Each_compensation_is_durable_before_the_next_one_begins()
    {
        var rows = new List<string>();
        var workflow = Saga.Three(_trail, _ => rows.Add(_store.Story[^1])).WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(s_rollback.Take(3), rows);
    }

    [Fact]
    [Trait("ID", "G5")]
    public async Task A_resume_of_a_dirty_rollback_answers_with_its_error_and_undoes_nothing_again()
    {
        var workflow = Saga.Three(_trail, _ => throw new IOException("stuck")).WithCheckpointStore(_store);
        var first = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        var (rows, marks) = (_store.Rows.Count, _trail.Marks.Count);
        var again = await Failures.OfAsync(workflow.ResumeFromAsync("run"));
        Assert.Equal(first.Texts(), again.Texts());
        Assert.Equal(first.State, again.State);
        Assert.Equal((rows, marks), (_store.Rows.Count, _trail.Marks.Count));
    }

    [Fact]
    [Trait("ID", "C6")]
    public async Task The_path_of_a_resumed_rollback_ends_with_the_state_that_failed()
    {
        var workflow = Saga.Three(_trail, _ => throw new IOException("stuck")).WithCheckpointStore(_store);
        var first = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        var again = await Failures.OfAsync(workflow.ResumeFromAsync("run"));
        Assert.Equal(["Start", "Work", "Next", "Last"], first.Path);
        Assert.Equal(first.Path, again.Path);
    }

    [Fact]
    [Trait("ID", "F16")]
    public async Task A_fresh_run_over_a_dirty_rollback_is_a_conflict()
    {
        var workflow = Saga.Three(_trail, _ => throw new IOException("stuck")).WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        var marks = _trail.Marks.Count;
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Equal(marks, _trail.Marks.Count);
    }

    [Fact]
    public async Task The_effect_key_of_a_compensation_is_its_steps_key_and_undo()
    {
        var keys = new List<string>();
        var workflow = Saga.Three(_trail, context => keys.Add(context.EffectKey)).WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(["run/k/2/undo", "run/k/1/undo", "run/k/0/undo"], EffectKeys.Told(keys));
    }

    [Fact]
    [Trait("ID", "Y12")]
    public async Task One_class_serves_two_states_and_each_is_undone_with_its_own_instance()
    {
        var (here, there) = (new Trail(), new Trail());
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation(Stage.Start, new Reserve(here, Stage.Work))
            .RegisterWithCompensation(Stage.Work, new Reserve(there, Stage.Last))
            .Failing(Stage.Last)
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(["do Start", "undo r-Start as Start"], here.Marks);
        Assert.Equal(["do Work", "undo r-Work as Work"], there.Marks);
    }

    private sealed class Reserve(Trail trail, Stage next) : ICompensatableTask<Stage, string>
    {
        public ValueTask<(Stage Next, string Output)> RunAsync(
            TaskContext context,
            CancellationToken cancellationToken
        )
        {
            trail.Add($"do {context.State}");
            return new((next, $"r-{context.State}"));
        }

        public ValueTask CompensateAsync(
            TaskContext context,
            string output,
            CancellationToken cancellationToken
        )
        {
            trail.Add($"undo {output} as {context.State}");
            return default;
        }
    }
}
