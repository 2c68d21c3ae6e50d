using Cano.Testing;

namespace Cano.Integration.Resumes;

/// <summary>Stores that fail a resume, or answer it badly.</summary>
public sealed class BadStoreTests
{
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "E12")]
    public async Task Rows_in_the_wrong_order_are_put_right()
    {
        var store = new LoadingStore(rows => rows.Reverse());
        await Interrupted.AtAsync(Stage.Next, store, "run");
        Assert.Equal(Stage.End, await Mended(store).ResumeFromAsync("run"));
        Assert.Equal(["Next"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "Y14")]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_missing_row_is_damage_that_names_run_and_sequence(int missing)
    {
        var store = new LoadingStore(rows => rows.Where(row => row.Sequence != missing));
        await Interrupted.AtAsync(Stage.Next, store, "run-7");
        var error = await Failures.OfAsync(Mended(store).ResumeFromAsync("run-7"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("run-7", error.Message, StringComparison.Ordinal);
        Assert.Contains($"sequence={missing}", error.Message, StringComparison.Ordinal);
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_payload_that_cannot_be_read_is_damage_that_names_run_and_sequence()
    {
        var store = new LoadingStore(rows =>
            rows.Select(row => row.Sequence == 1 ? row with { Payload = new byte[] { 255, 255 } } : row)
        );
        await Interrupted.AtAsync(Stage.Next, store, "run-7");
        var error = await Failures.OfAsync(Mended(store).ResumeFromAsync("run-7"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("run_id=run-7 sequence=1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task Data_that_cannot_be_read_is_an_error_that_names_the_run()
    {
        var store = new LoadingStore(rows =>
            rows.Select(row => row.Sequence == 1 ? row with { Data = new byte[] { 1, 2, 200 } } : row)
        );
        await Interrupted.AtAsync(Stage.Next, store, "run-7");
        var workflow = Mended(store).WithResources(new Resources().Insert("store", MemoryStore.Durable()));
        var error = await Failures.OfAsync(workflow.ResumeFromAsync("run-7"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("run-7", error.Message, StringComparison.Ordinal);
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    [Trait("ID", "F1")]
    public async Task A_store_that_cannot_be_read_fails_the_resume_with_category_checkpoint_store()
    {
        var dead = new CrashingCheckpointStore(new MemoryCheckpointStore(), 1, CrashPoint.AfterAppend);
        await Failures.OfAsync(Mended(dead).OrchestrateAsync(Stage.Start, "run"));
        var thrown = await Assert.ThrowsAsync<CanoException>(() => Mended(dead).ResumeFromAsync("run"));
        Assert.Equal("checkpoint_store", thrown.Error.Category);
        Assert.IsType<IOException>(thrown.InnerException);
    }

    [Fact]
    [Trait("ID", "F1"), Trait("ID", "Y14")]
    public async Task A_store_that_answers_null_fails_the_resume_with_an_error_that_names_the_run()
    {
        var store = new LoadingStore(_ => null);
        await Interrupted.AtAsync(Stage.Next, store, "run-7");
        var error = await Failures.OfAsync(Mended(store).ResumeFromAsync("run-7"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("run_id=run-7", error.Message, StringComparison.Ordinal);
        Assert.Contains("null", error.Message, StringComparison.Ordinal);
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    [Trait("ID", "F12")]
    public async Task A_run_whose_last_state_has_no_entry_row_goes_on_all_the_same()
    {
        var time = new VirtualTime();
        KeepingStore store = new(),
            without = new();
        var waiting = Mended(store)
            .WithTimeProvider(time)
            .Register(
                Stage.Start,
                _ => throw new IOException(),
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromMinutes(1))
            );
        await Failures.OfAsync(time.DriveAsync(() => waiting.OrchestrateAsync(Stage.Start, "run")));
        var wait = store.Rows.Single(row => row.Kind == RowKind.WaitStarted);
        await without.AppendAsync("run", wait with { Sequence = 0 }, fence: 1);
        var resumed = waiting.WithCheckpointStore(without).ResumeFromAsync("run");
        Assert.Equal("retry_exhausted", (await Failures.OfAsync(resumed)).Category);
        Assert.Equal(["WaitStarted Start", "Failed Start"], without.Story);
    }

    private Workflow<Stage> Mended(ICheckpointStore store) =>
        _trail.Through(Stage.Start, Stage.Work, Stage.Next, Stage.End).WithCheckpointStore(store);

    /// <summary>Answers a load with something else than it has.</summary>
    private sealed class LoadingStore(Func<IEnumerable<CheckpointRow>, IEnumerable<CheckpointRow>?> answer)
        : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        public override async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
            string runId,
            CancellationToken cancellationToken = default
        ) => answer(await Inner.LoadRunAsync(runId, cancellationToken))?.ToList()!;

        public override ValueTask DisposeAsync() => default;
    }
}
