namespace Cano.Integration.Resumes;

/// <summary>Rows that a newer version of Cano wrote.</summary>
public sealed class NewerRowTests
{
    private readonly KeepingStore _store = new();
    private readonly Trail _trail = new();

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task A_run_whose_rows_have_what_this_build_does_not_act_on_is_refused_and_left_as_it_is(
        Func<CheckpointRow, CheckpointRow> newer
    )
    {
        await Interrupted.AtAsync(Stage.Next, _store, "run-7");
        var last = (await _store.LoadRunAsync("run-7"))[^1];
        await _store.AppendAsync("run-7", newer(last with { Sequence = last.Sequence + 1 }), fence: 1);

        var error = await Failures.OfAsync(Mended().ResumeFromAsync("run-7"));

        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("run_id=run-7 sequence=3", error.Message, StringComparison.Ordinal);
        Assert.Contains("a newer version of Cano wrote it", error.Message, StringComparison.Ordinal);
        Assert.Empty(_trail.Marks);
        Assert.Equal(4, (await _store.LoadRunAsync("run-7")).Count);
        // Nobody has claimed it: the first fence still writes.
        await _store.AppendAsync("run-7", last with { Sequence = 4 }, fence: 1);
    }

    public static TheoryData<Func<CheckpointRow, CheckpointRow>> Parts { get; } =
    [
        row => row with { StateData = new byte[] { 1 } },
        row => row with { NextStateData = new byte[] { 1 } },
        row => row with { Kind = (RowKind)99 },
    ];

    private Workflow<Stage> Mended() =>
        _trail.Through(Stage.Start, Stage.Work, Stage.Next, Stage.End).WithCheckpointStore(_store);
}
