using Cano.Runtime.StoredRuns;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Scheduling;

// What earlier processes have left of a flow.
internal sealed partial class FlowJournal
{
    private async Task ReadOpenAsync(StoredOccurrences stored)
    {
        var stores = new HashSet<ICheckpointStore>(ReferenceEqualityComparer.Instance);
        foreach (var member in _members)
        {
            var store = await member.OpenStoreAsync().ConfigureAwait(false);
            if (!stores.Add(store))
                continue;
            var runs = await stored.OfAsync(store, Id).ConfigureAwait(false);
            await StoreCall
                .AskAsync(
                    "read runs",
                    async () =>
                    {
                        var kept = new List<(ListedEnd, string?)>();
                        foreach (var (run, occurrence) in runs)
                            if (await ReadRunAsync(store, run, occurrence).ConfigureAwait(false) is { } end)
                                kept.Add((end, run.WorkflowName));
                        var now = _members[0].Options.Time.GetUtcNow();
                        await EndedRuns.LearnAsync(store, kept, now).ConfigureAwait(false);
                        return true;
                    }
                )
                .ConfigureAwait(false);
        }
    }

    /// <summary>Gives the end of one that was kept, and counts among the ended runs of its
    /// workflow.</summary>
    private async Task<ListedEnd?> ReadRunAsync(
        ICheckpointStore store,
        RunSummary run,
        DateTimeOffset occurrence
    )
    {
        if (run.Status is RunStatus.Damaged or RunStatus.Quarantined)
        {
            _setAside.Add(occurrence);
            LogSetAside(_logger, run.RunId, run.Status, run.Damage);
            Complaint = CanoError.Of(
                Fault.NewCheckpointStore($"run '{run.RunId}' is {run.Status}: {run.Damage}")
            );
        }
        else if (!(occurrence <= LastOver))
        {
            _open[occurrence] = 0;
        }
        else if (
            run.Status == RunStatus.Completed
            && _members.TrueForAll(member => member.Options.Retention == Retention.Clear)
        )
        {
            // Its end is known; only the clearing was lost.
            await store.ClearAsync(run.RunId).ConfigureAwait(false);
        }
        else
        {
            return ListedEnd.Of(run);
        }

        return null;
    }

    [LoggerMessage(404, LogLevel.Error, "Run {RunId} is {Status} and not gone on with: {Damage}")]
    private static partial void LogSetAside(ILogger logger, string runId, RunStatus status, string? damage);
}
