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
                        foreach (var (run, occurrence) in runs)
                            await ReadRunAsync(store, run, occurrence).ConfigureAwait(false);
                        return true;
                    }
                )
                .ConfigureAwait(false);
        }
    }

    private async Task ReadRunAsync(ICheckpointStore store, RunSummary run, DateTimeOffset occurrence)
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
        else if (ListedEnd.Of(run) is { } end)
        {
            // It was kept, and counts among the ended runs of its workflow.
            var options = _members[0].Options;
            await EndedRuns
                .LearnAsync(store, end, run.WorkflowName, options.Retention, options.Time.GetUtcNow())
                .ConfigureAwait(false);
        }
    }

    [LoggerMessage(404, LogLevel.Error, "Run {RunId} is {Status} and not gone on with: {Damage}")]
    private static partial void LogSetAside(ILogger logger, string runId, RunStatus status, string? damage);
}
