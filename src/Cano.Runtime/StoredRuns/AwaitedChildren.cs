using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.StoredRuns;

/// <summary>Ended children whose parents do not have their ends yet.</summary>
internal static class AwaitedChildren
{
    /// <summary>Whether a run is one.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public static async ValueTask<bool> ContainsAsync(ICheckpointStore store, string id)
    {
        var run = await FindAsync(store, id).ConfigureAwait(false);
        if (
            run?.ParentRunId is not { } parentId
            || await FindAsync(store, parentId).ConfigureAwait(false) is not { HasEnded: false } parent
        )
            return false;
        // It waits in the visit that the id tells, or has come further.
        if (ChildId.VisitOf(id, parentId) is { } visit && parent.Visit > visit)
            return false;
        var rows = await StoreCall
            .AskAsync("load run", () => LoadedRows.OfAsync(store, parentId))
            .ConfigureAwait(false);
        var durable = LoadedRows
            .Told(parentId, [.. rows.OrderBy(row => row.Sequence)])
            .Aggregate(DurableStateModule.empty, (state, row) => DurableStateModule.Remember(row, state));
        return DurableStateModule.UnderWayOf(parent.Visit, durable).Any(child => child.Child.RunId == id);
    }

    private static ValueTask<RunSummary?> FindAsync(ICheckpointStore store, string id) =>
        StoreCall.AskAsync("find run", () => StoreListing.FindAsync(store, id));
}
