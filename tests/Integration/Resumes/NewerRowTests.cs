namespace Cano.Integration.Resumes;

/// <summary>Rows that a newer version of Cano wrote, or a workflow of another make.</summary>
public sealed class NewerRowTests
{
    private readonly KeepingStore _store = new();
    private readonly Trail _trail = new();

    [Fact]
    public async Task A_run_that_has_a_row_of_an_unknown_kind_is_refused_and_left_as_it_is()
    {
        var error = await RefusalAsync(row => row with { Kind = (RowKind)99 });

        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("run_id=run-7 sequence=3", error.Message, StringComparison.Ordinal);
        Assert.Contains("a newer version of Cano wrote it", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("ID", "Y35")]
    [MemberData(nameof(Parts))]
    public async Task A_run_whose_states_carry_something_is_refused_where_each_value_is_a_state(
        Func<CheckpointRow, CheckpointRow> carrying
    )
    {
        var error = await RefusalAsync(carrying);

        Assert.Equal("workflow", error.Category);
        Assert.Contains(
            "row 3 of run 'run-7' has what state 'Next' carries",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("resume the run with the workflow", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Why a run is refused that has such a row behind its last.</summary>
    private async Task<CanoError> RefusalAsync(Func<CheckpointRow, CheckpointRow> newer)
    {
        await Interrupted.AtAsync(Stage.Next, _store, "run-7");
        var last = (await _store.LoadRunAsync("run-7"))[^1];
        await _store.AppendAsync("run-7", newer(last with { Sequence = last.Sequence + 1 }), fence: 1);

        var error = await Failures.OfAsync(Mended().ResumeFromAsync("run-7"));

        Assert.Empty(_trail.Marks);
        Assert.Equal(4, (await _store.LoadRunAsync("run-7")).Count);
        // Nobody has claimed it: the first fence still writes.
        await _store.AppendAsync("run-7", last with { Sequence = 4 }, fence: 1);
        return error;
    }

    public static TheoryData<Func<CheckpointRow, CheckpointRow>> Parts { get; } =
    [row => row with { StateData = new byte[] { 1 } }, row => row with { NextStateData = new byte[] { 1 } }];

    private Workflow<Stage> Mended() =>
        _trail.Through(Stage.Start, Stage.Work, Stage.Next, Stage.End).WithCheckpointStore(_store);
}
