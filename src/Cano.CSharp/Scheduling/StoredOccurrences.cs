using System.Runtime.CompilerServices;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;

namespace Cano.CSharp.Scheduling;

/// <summary>The runs that stores hold for flows, by flow. Each store is listed once, however many flows
/// ask.</summary>
internal sealed class StoredOccurrences
{
    private static readonly IReadOnlyList<Stored> s_none = [];

    private readonly ConditionalWeakTable<
        ICheckpointStore,
        Task<Dictionary<string, List<Stored>>>
    > _listings = [];

    /// <summary>A run of a flow, and the occurrence that it is of.</summary>
    internal readonly record struct Stored(RunSummary Run, DateTimeOffset Occurrence);

    /// <summary>The runs of one flow in a store, as they were when the store was first asked.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be listed.</exception>
    public async Task<IReadOnlyList<Stored>> OfAsync(ICheckpointStore store, string flow)
    {
        var listing = await _listings.GetValue(store, ListAsync).ConfigureAwait(false);
        return listing.TryGetValue(flow, out var runs) ? runs : s_none;
    }

    private static Task<Dictionary<string, List<Stored>>> ListAsync(ICheckpointStore store) =>
        StoreCall
            .AskAsync(
                "list runs",
                async () =>
                {
                    var listing = new Dictionary<string, List<Stored>>();
                    await foreach (var run in store.ListRunsAsync(RunFilter.All).ConfigureAwait(false))
                    foreach (var (flow, occurrence) in OccurrenceId.AllIn(run.RunId))
                    {
                        if (!listing.TryGetValue(flow, out var runs))
                            listing.Add(flow, runs = []);
                        runs.Add(new(run, occurrence));
                    }

                    return listing;
                }
            )
            .AsTask();
}
