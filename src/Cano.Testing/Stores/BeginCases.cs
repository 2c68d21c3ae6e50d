using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>How a run gets its first row and its fence.</summary>
internal static class BeginCases
{
    public static IReadOnlyList<StoreCase> All { get; } =
    [
        StoreCase.Of("A run is begun once, and its rows go on under the fence that it was given", OnceAsync),
        StoreCase.Of("A run that was claimed is not begun", ClaimedAsync),
        StoreCase.OfReopening(
            "A run that another store had begins with its snapshot, or is refused",
            SnapshotAsync,
            StillAsync
        ),
        StoreCase.Of(
            "A late writer of a run that was forgotten is shut out of the next of its id",
            LateAsync
        ),
        StoreCase.Of("Who claims a run that was forgotten shuts its late writers out", ForgottenAsync),
    ];

    private static async Task OnceAsync(ICheckpointStore store)
    {
        var fence = await store.BeginAsync("a", StoreRows.Entered(0)).ConfigureAwait(false);
        await RefusedAsync(store, "a", StoreRows.Entered(0), "a run that has begun").ConfigureAwait(false);
        await RefusedAsync(store, "b", StoreRows.Entered(1), "a run with row 1").ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(1), fence).ConfigureAwait(false);
        await RowsAsync(store, "a", StoreRows.Many(0, 2), "the run").ConfigureAwait(false);
        await RowsAsync(store, "b", [], "the run that was not begun").ConfigureAwait(false);
    }

    private static async Task ClaimedAsync(ICheckpointStore store)
    {
        var fence = await store.ClaimAsync("a", "one").ConfigureAwait(false);
        await RefusedAsync(store, "a", StoreRows.Entered(0), "a run that was claimed").ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(0), fence).ConfigureAwait(false);
    }

    /// <summary>The fence; 0 where the store refuses it.</summary>
    private static async Task<long> SnapshotAsync(ICheckpointStore store)
    {
        var snapshot = StoreRows.Of(7, RowKind.Snapshot, [1]) with
        {
            Start = StoreRows.Start("orders", StoreRows.MadeAt(2), "parent", ("region", "eu")),
        };
        long fence;
        try
        {
            fence = await store.BeginAsync("a", snapshot).ConfigureAwait(false);
        }
        catch (CanoException refused) when (refused.Error.Category == "checkpoint_store")
        {
            await RowsAsync(store, "a", [], "the run that was not begun").ConfigureAwait(false);
            return 0;
        }

        await RefusedAsync(store, "a", snapshot, "a run that has begun with it").ConfigureAwait(false);
        await ConflictAsync(store, "a", StoreRows.Entered(6), fence, "a row before it").ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(8), fence).ConfigureAwait(false);
        await ToldAsync(store).ConfigureAwait(false);
        return fence;
    }

    private static async Task StillAsync(ICheckpointStore store, long fence)
    {
        if (fence == 0)
            return;
        await ToldAsync(store).ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(9), fence).ConfigureAwait(false);
    }

    private static async Task ToldAsync(ICheckpointStore store)
    {
        var rows = await store.LoadRunAsync("a").ConfigureAwait(false);
        Same([7L, 8L], rows.Select(row => row.Sequence), "the rows");
        var run = (await ListAsync(store, RunFilter.All).ConfigureAwait(false)).Single();
        Equal("orders", run.WorkflowName, "the workflow's name");
        Equal(StoreRows.MadeAt(2), run.StartedAt, "the start");
        Equal("parent", run.ParentRunId, "the parent");
        Equal("eu", run.Tags["region"], "the tag");
        Equal(8, run.LastSequence, "the last row");
    }

    private static async Task LateAsync(ICheckpointStore store)
    {
        var first = await store.BeginAsync("a", StoreRows.Entered(0)).ConfigureAwait(false);
        var claim = await store.ClaimAsync("a", "one").ConfigureAwait(false);
        await store.ClearAsync("a").ConfigureAwait(false);
        var next = await store.BeginAsync("a", StoreRows.Entered(0)).ConfigureAwait(false);
        // A store that gives all runs the same fence serves one process, in which there are no late writers.
        if ((first, next) == (AppendRule.FirstFence, AppendRule.FirstFence))
            return;
        await ConflictAsync(store, "a", StoreRows.Entered(1), first, "the writer of the run that was")
            .ConfigureAwait(false);
        await ConflictAsync(store, "a", StoreRows.Entered(1), claim, "who had claimed it")
            .ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(1), next).ConfigureAwait(false);
        await RowsAsync(store, "a", StoreRows.Many(0, 2), "the run that is").ConfigureAwait(false);
    }

    private static async Task ForgottenAsync(ICheckpointStore store)
    {
        var first = await store.BeginAsync("a", StoreRows.Entered(0)).ConfigureAwait(false);
        var late = await StoreRows.ClaimAsync(store, "a", 3).ConfigureAwait(false);
        await store.ClearAsync("a").ConfigureAwait(false);
        var other = await store.BeginAsync("b", StoreRows.Entered(0)).ConfigureAwait(false);
        // As above.
        if ((first, other) == (AppendRule.FirstFence, AppendRule.FirstFence))
            return;
        var claim = await store.ClaimAsync("a", "next").ConfigureAwait(false);
        Holds(claim > late, $"the claim of a run that was forgotten gave fence {claim} after {late}");
        await store.AppendAsync("a", StoreRows.Entered(0), claim).ConfigureAwait(false);
        await ConflictAsync(store, "a", StoreRows.Entered(1), late, "who had claimed the run that was")
            .ConfigureAwait(false);
    }

    private static Task<string> RefusedAsync(
        ICheckpointStore store,
        string id,
        CheckpointRow first,
        string what
    ) =>
        RefusalAsync(
            async () => await store.BeginAsync(id, first).ConfigureAwait(false),
            $"beginning {what}"
        );
}
