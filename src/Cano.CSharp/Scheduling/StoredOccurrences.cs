using System.Runtime.CompilerServices;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;

namespace Cano.CSharp.Scheduling;

/// <summary>The runs that stores hold for flows, by flow. A store is listed once, however many flows ask; one
/// that nodes share, which may hold very many runs of others, is asked for each flow's own.</summary>
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
        var listing = store.Shared is null
            ? await _listings.GetValue(store, ListAllAsync).ConfigureAwait(false)
            : await ListAsync(store, RunFilter.All with { IdPrefix = $"{flow}/" }).ConfigureAwait(false);
        return listing.TryGetValue(flow, out var runs) ? runs : s_none;
    }

    private static Task<Dictionary<string, List<Stored>>> ListAllAsync(ICheckpointStore store) =>
        ListAsync(store, RunFilter.All);

    private static Task<Dictionary<string, List<Stored>>> ListAsync(
        ICheckpointStore store,
        RunFilter filter
    ) =>
        StoreCall
            .AskAsync(
                "list runs",
                async () =>
                {
                    var listing = new Dictionary<string, List<Stored>>();
                    await foreach (var run in store.ListRunsAsync(filter).ConfigureAwait(false))
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
