using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>What is there after the store was closed and opened again.</summary>
internal static class ReopenCases
{
    public static IReadOnlyList<StoreCase> All { get; } =
    [
        StoreCase.OfReopening("Rows, fences and what was cleared survive closing", FillAsync, FilledAsync),
        StoreCase.OfReopening("Tries, releases and ends survive closing", TryAsync, TriedAsync),
    ];

    private static async Task<long> FillAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 10).ConfigureAwait(false);
        var fence = await store.ClaimAsync("a", "someone").ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "cleared", 0, 3).ConfigureAwait(false);
        await store.ClearAsync("cleared").ConfigureAwait(false);
        return fence;
    }

    private static async Task FilledAsync(ICheckpointStore store, long fence)
    {
        await RowsAsync(store, "a", StoreRows.Many(0, 10), "the rows").ConfigureAwait(false);
        await RowsAsync(store, "cleared", [], "the cleared run").ConfigureAwait(false);
        await ConflictAsync(store, "a", StoreRows.Entered(10), 1, "a writer from before the claim")
            .ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(10), fence).ConfigureAwait(false);
    }

    private static async Task<long> TryAsync(ICheckpointStore store)
    {
        foreach (var id in new[] { "ended", "released", "thrice", "twice" })
            await StoreRows.AppendAsync(store, id, 0, 1).ConfigureAwait(false);
        await store.AppendAsync("ended", StoreRows.Of(1, RowKind.Finished), 1).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "twice", 2).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "thrice", 3).ConfigureAwait(false);
        var fence = await StoreRows.ClaimAsync(store, "released", 3).ConfigureAwait(false);
        await store.ReleaseAsync("released", fence).ConfigureAwait(false);
        return fence;
    }

    private static async Task TriedAsync(ICheckpointStore store, long _)
    {
        var listed = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Same([StoreRows.MadeAt(1), null, null, null], listed.Select(run => run.Ended), "the ends");
        await StoreRows.ClaimAsync(store, "twice", 1).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "released", 2).ConfigureAwait(false);
        Same(
            [RunStatus.Finished, RunStatus.Running, RunStatus.Quarantined, RunStatus.Quarantined],
            (await ListAsync(store, RunFilter.All).ConfigureAwait(false)).Select(run => run.Status),
            "the statuses of ended, released, thrice and twice claimed"
        );
    }
}
