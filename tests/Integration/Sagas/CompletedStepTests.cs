using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>Steps whose completion is durable, and runs that died on their way.</summary>
public sealed class CompletedStepTests
{
    private readonly MemoryCheckpointStore _store = new();
    private readonly Trail _trail = new();

    /// <summary>The appends of the sound saga, from 1: an entry and a completion for each step, Last, and the
    /// end.</summary>
    public static TheoryData<int, CrashPoint> EveryPoint => CrashPoints.Of(1, 8);

    [Theory]
    [Trait("ID", "Y6"), Trait("ID", "G18")]
    [InlineData(2, CrashPoint.AfterAppend)]
    [InlineData(3, CrashPoint.BeforeAppend)]
    public async Task A_completed_step_does_not_run_again_after_a_crash_before_the_next_entry(
        int append,
        CrashPoint point
    )
    {
        await CrashAsync(append, point);
        Assert.Equal(RowKind.StepCompleted, (await _store.LoadRunAsync("run"))[^1].Kind);
        Assert.Equal(Stage.End, await Sound(_store).ResumeFromAsync("run"));
        Assert.Equal(["do Start", "do Work", "do Next"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "G18"), Trait("ID", "F7")]
    [InlineData(2, CrashPoint.AfterAppend)]
    [InlineData(3, CrashPoint.BeforeAppend)]
    public async Task Such_a_step_is_undone_exactly_once_when_the_resumed_run_fails(
        int append,
        CrashPoint point
    )
    {
        await CrashAsync(append, point);
        await Failures.OfAsync(Saga.Three(_trail).WithCheckpointStore(_store).ResumeFromAsync("run"));
        Assert.Equal(
            ["do Start", "do Work", "do Next", "undo Next", "undo Work", "undo Start"],
            _trail.Marks
        );
    }

    [Fact]
    [Trait("ID", "D13")]
    public async Task A_step_whose_completion_row_was_lost_runs_again_with_the_same_effect_key()
    {
        var keys = new List<string>();
        var saga = Saga.Sound(_trail)
            .Step(_trail, Stage.Work, Stage.Next, doing: context => keys.Add(context.EffectKey));
        var crashing = new CrashingCheckpointStore(_store, 4, CrashPoint.BeforeAppend);
        await Failures.OfAsync(saga.WithCheckpointStore(crashing).OrchestrateAsync(Stage.Start, "run"));
        await saga.WithCheckpointStore(_store).ResumeFromAsync("run");
        Assert.Equal(["run/k/1", "run/k/1"], EffectKeys.Told(keys));
        Assert.Equal(1, _trail.CountOf("do Start"));
    }

    [Theory]
    [Trait("ID", "Y20"), Trait("ID", "Y6")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_sound_saga_that_died_at_any_append_ends_well_and_undoes_nothing(
        int append,
        CrashPoint point
    )
    {
        await CrashAsync(append, point);
        Assert.Empty(_trail.Undone());
        var rows = await _store.LoadRunAsync("run");
        var end =
            rows.Count > 0
                ? await Sound(_store).ResumeFromAsync("run")
                : await Sound(_store).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(Stage.End, end);
        Assert.Empty(_trail.Undone());
        // Only a completion row that was lost lets its step run again.
        var lost = point == CrashPoint.BeforeAppend && append is (2 or 4 or 6);
        Assert.Equal(lost ? 4 : 3, _trail.Marks.Count);
    }

    [Fact]
    [Trait("ID", "F19")]
    public async Task A_resume_with_a_cancelled_token_undoes_the_completed_steps_and_runs_none()
    {
        await CrashAsync(5, CrashPoint.AfterAppend);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var error = await Failures.OfAsync(Sound(_store).ResumeFromAsync("run", cancel.Token));
        Assert.Equal("cancelled", error.Category);
        Assert.Equal(["do Start", "do Work", "undo Work", "undo Start"], _trail.Marks);
        Assert.Empty(await _store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "F6"), Trait("ID", "Y27")]
    public async Task A_finished_saga_is_not_undone_by_a_resume_with_a_cancelled_token()
    {
        await CrashAsync(8, CrashPoint.AfterAppend);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var answer = await Sound(_store).TryResumeFromAsync("run", cancel.Token);
        Assert.Empty(_trail.Undone());
        Assert.Equal(Stage.End, answer.IfLeft(Stage.Lost));
    }

    [Fact]
    [Trait("ID", "F8")]
    public async Task Rows_of_cursors_and_entries_are_nothing_to_undo()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Step(_trail, Stage.Start, Stage.Work)
            .RegisterStepped<int>(
                Stage.Work,
                (_, cursor, _) =>
                    new(cursor.HasValue && cursor.Value == 3 ? StepOutcome.Done(Stage.Last) : Next(cursor)),
                TaskConfig.Minimal
            )
            .Failing(Stage.Last)
            .AddExitState(Stage.End);
        var crashing = new CrashingCheckpointStore(_store, 7, CrashPoint.BeforeAppend);
        await Failures.OfAsync(workflow.WithCheckpointStore(crashing).OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(3, (await _store.LoadRunAsync("run")).Count(row => row.Kind == RowKind.CursorAdvanced));
        await Failures.OfAsync(workflow.WithCheckpointStore(_store).ResumeFromAsync("run"));
        Assert.Equal(["do Start", "undo Start"], _trail.Marks);

        static StepOutcome<int, Stage> Next(Cursor<int> cursor) =>
            StepOutcome.More(cursor.HasValue ? cursor.Value + 1 : 1);
    }

    private Workflow<Stage> Sound(ICheckpointStore store) => Saga.Sound(_trail).WithCheckpointStore(store);

    private Task<CanoError> CrashAsync(int append, CrashPoint point) =>
        Failures.OfAsync(
            Sound(new CrashingCheckpointStore(_store, append, point)).OrchestrateAsync(Stage.Start, "run")
        );
}
