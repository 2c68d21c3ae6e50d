using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.StoredRuns;

/// <summary>A run that had ended when its store was listed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="EndedAt">When; null when the store does not know.</param>
/// <param name="IsFailure">The end waits for a person.</param>
internal readonly record struct ListedEnd(string Id, DateTimeOffset? EndedAt, bool IsFailure)
{
    /// <summary>Null when the run has not ended.</summary>
    public static ListedEnd? Of(RunSummary run) =>
        run.HasEnded ? new(run.RunId, run.EndedAt, RunStatuses.IsFailure(run.Status)) : null;
}

/// <summary>What a store listed of ended runs: once for all workflows, each of which takes its own.</summary>
internal sealed class ListedEnds
{
    private static readonly RunFilter s_ended = RunFilter.All with { Statuses = RunStatuses.Ends };

    private readonly SharedWork _listing = new();
    private Dictionary<string, List<ListedEnd>> _byWorkflow = [];

    public async ValueTask<IReadOnlyList<ListedEnd>> OfAsync(ICheckpointStore store, string workflow)
    {
        await _listing.DoAsync(() => ListAsync(store)).ConfigureAwait(false);
        lock (_listing)
            return _byWorkflow.GetValueOrDefault(workflow) ?? [];
    }

    /// <summary>A workflow has taken them up.</summary>
    public void Drop(string workflow)
    {
        lock (_listing)
            _byWorkflow.Remove(workflow);
    }

    private async Task ListAsync(ICheckpointStore store)
    {
        var byWorkflow = new Dictionary<string, List<ListedEnd>>();
        await foreach (var run in store.ListRunsAsync(s_ended).ConfigureAwait(false))
        {
            // Of the runs of a schedule only its scheduler knows which are over.
            if (ListedEnd.Of(run) is not { } end || OccurrenceId.IsOne(run.RunId))
                continue;
            var name = run.WorkflowName ?? "";
            if (!byWorkflow.TryGetValue(name, out var ends))
                byWorkflow.Add(name, ends = []);
            ends.Add(end);
        }

        lock (_listing)
            _byWorkflow = byWorkflow;
    }
}
