using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>What a list of runs tells.</summary>
internal static class ListCases
{
    public static IReadOnlyList<StoreCase> All { get; } =
    [
        StoreCase.Of("A list tells how far each run has come", StatusesAsync),
        StoreCase.Of("A listed run has name, state, sequence and version", SummaryAsync),
        StoreCase.Of("A run that was only claimed is in no list", ClaimedOnlyAsync),
        StoreCase.Of("The end of a run has the instant of its end row", EndsAsync),
    ];

    private static async Task StatusesAsync(ICheckpointStore store)
    {
        await BeginAsync(store, "a-running", null).ConfigureAwait(false);
        await BeginAsync(store, "b-rolling", StoreRows.Of(1, RowKind.RollbackStarted, [1]))
            .ConfigureAwait(false);
        await BeginAsync(store, "c-failed", StoreRows.Of(1, RowKind.RollbackFinished, [1]))
            .ConfigureAwait(false);
        await BeginAsync(store, "d-finished", StoreRows.Of(1, RowKind.Finished)).ConfigureAwait(false);
        var all = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Same(
            [RunStatus.Running, RunStatus.RollingBack, RunStatus.Failed, RunStatus.Finished],
            all.Select(run => run.Status),
            "the statuses"
        );
        var unfinished = await ListAsync(store, RunFilter.Unfinished).ConfigureAwait(false);
        Same(["a-running", "b-rolling"], unfinished.Select(run => run.RunId), "the unfinished");
    }

    private static async Task SummaryAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
        var listed = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Same([new RunSummary("a", RunStatus.Running, "orders", "Reserve", 1, 3, null)], listed, "the list");
    }

    private static async Task ClaimedOnlyAsync(ICheckpointStore store)
    {
        await store.ClaimAsync("a", "someone").ConfigureAwait(false);
        Same([], await ListAsync(store, RunFilter.All).ConfigureAwait(false), "the list");
    }

    private static async Task EndsAsync(ICheckpointStore store)
    {
        await BeginAsync(store, "a", StoreRows.Of(1, RowKind.Finished)).ConfigureAwait(false);
        await BeginAsync(store, "b", StoreRows.Of(1, RowKind.RollbackFinished, [1])).ConfigureAwait(false);
        await BeginAsync(store, "c", null).ConfigureAwait(false);
        var ends = (await ListAsync(store, RunFilter.All).ConfigureAwait(false)).Select(run => run.Ended);
        Same([StoreRows.MadeAt(1), StoreRows.MadeAt(1), null], ends, "the ends");
    }

    private static async Task BeginAsync(ICheckpointStore store, string id, CheckpointRow? then)
    {
        await StoreRows.AppendAsync(store, id, 0, 1).ConfigureAwait(false);
        if (then is not null)
            await store.AppendAsync(id, then, 1).ConfigureAwait(false);
    }
}
