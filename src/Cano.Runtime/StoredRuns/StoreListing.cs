using System.Runtime.CompilerServices;
using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.StoredRuns;

/// <summary>The runs of any store, found and listed as a <see cref="RunFilter"/> says: by the store where it
/// does so itself, else from all that it lists.</summary>
internal static class StoreListing
{
    /// <summary>The runs that a filter finds, in their order.</summary>
    public static IAsyncEnumerable<RunSummary> ListAsync(
        ICheckpointStore store,
        RunFilter filter,
        CancellationToken cancel = default
    ) =>
        store.Index is not null
            ? store.ListRunsAsync(filter, cancel)
            : SortedAsync(store, filter, filter.Limit ?? int.MaxValue, cancel);

    /// <summary>What is known of one run; null when no list has it.</summary>
    public static async ValueTask<RunSummary?> FindAsync(
        ICheckpointStore store,
        string runId,
        CancellationToken cancel = default
    )
    {
        if (store.Index is { } index)
            return await index.FindAsync(runId, cancel).ConfigureAwait(false);
        var filter = RunFilter.All with { IdPrefix = runId };
        await foreach (var run in FoundAsync(store, filter, cancel).ConfigureAwait(false))
            if (run.RunId == runId)
                return run;
        return null;
    }

    /// <summary>How many runs a listing would hold.</summary>
    public static async ValueTask<long> CountAsync(
        ICheckpointStore store,
        RunFilter filter,
        CancellationToken cancel = default
    )
    {
        if (store.Index is { } index)
            return await index.CountAsync(filter, cancel).ConfigureAwait(false);
        var count = 0L;
        await foreach (var _ in FoundAsync(store, filter, cancel).ConfigureAwait(false))
            count++;
        return Math.Min(count, filter.Limit ?? long.MaxValue);
    }

    private static async IAsyncEnumerable<RunSummary> SortedAsync(
        ICheckpointStore store,
        RunFilter filter,
        int limit,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var found = new List<RunSummary>();
        await foreach (var run in FoundAsync(store, filter, cancel).ConfigureAwait(false))
        {
            found.Add(run);
            // Of a page no more than twice its size is kept.
            if (found.Count > RunPages.PageSize && found.Count / 2 >= limit)
                Cut(found, limit);
        }

        Cut(found, limit);
        foreach (var run in found)
            yield return run;
    }

    private static void Cut(List<RunSummary> found, int limit)
    {
        found.Sort(RunPlace.Compare);
        if (found.Count > limit)
            found.RemoveRange(limit, found.Count - limit);
    }

    /// <summary>What the filter accepts of all that the store lists, in the store's order: a limit would be
    /// for another one.</summary>
    private static async IAsyncEnumerable<RunSummary> FoundAsync(
        ICheckpointStore store,
        RunFilter filter,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var wanted = filter with { Limit = null };
        await foreach (var run in store.ListRunsAsync(wanted, cancel).ConfigureAwait(false))
            if (wanted.Accepts(run))
                yield return run;
    }
}
