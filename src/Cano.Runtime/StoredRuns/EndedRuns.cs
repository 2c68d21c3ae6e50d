using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Cano.Kernel;

namespace Cano.Runtime.StoredRuns;

/// <summary>The ended runs that a store still keeps for the workflows of one name, so that the old ones are
/// forgotten in time.</summary>
internal sealed class EndedRuns
{
    private static readonly ConditionalWeakTable<
        ICheckpointStore,
        ConcurrentDictionary<string, EndedRuns>
    > s_all = [];

    // Ids are compared as they are: in some cultures two of them would be alike.
    private static readonly Comparer<(DateTimeOffset End, string Id)> s_byEnd = Comparer<(
        DateTimeOffset End,
        string Id
    )>.Create(
        (one, other) =>
            one.End == other.End ? string.CompareOrdinal(one.Id, other.Id) : one.End.CompareTo(other.End)
    );

    private readonly Lock _gate = new();
    private readonly SortedSet<(DateTimeOffset End, string Id)> _byEnd = new(s_byEnd);
    private readonly Dictionary<string, DateTimeOffset> _ends = [];
    private Task? _listing;

    /// <summary>Those of a name in a store; null is the name of workflows without one.</summary>
    public static EndedRuns Of(ICheckpointStore store, string? workflow) =>
        s_all.GetValue(store, static _ => new()).GetOrAdd(workflow ?? "", static _ => new());

    /// <summary>A run has ended.</summary>
    public void Add(string id, DateTimeOffset end)
    {
        lock (_gate)
        {
            Forget(id);
            _ends.Add(id, end);
            _byEnd.Add((end, id));
        }
    }

    /// <summary>A run begins under an id that one had before. Gives when that one ended; null when none
    /// did.</summary>
    public DateTimeOffset? Remove(string id)
    {
        lock (_gate)
        {
            var end = _ends.TryGetValue(id, out var known) ? known : default(DateTimeOffset?);
            Forget(id);
            return end;
        }
    }

    /// <summary>A run that began under the id of an ended one has failed. Had that one's rows been there
    /// still, they are, and count on.</summary>
    public async ValueTask PutBackAsync(ICheckpointStore store, string id, DateTimeOffset end)
    {
        var rows = await store.LoadRunAsync(id).ConfigureAwait(false);
        if (rows is not [.., var newest] || !RowStatuses.IsSettled(newest.Status))
            return;
        lock (_gate)
        {
            if (_ends.TryAdd(id, end))
                _byEnd.Add((end, id));
        }
    }

    /// <summary>Forgets what is no longer to be kept, runs that ended in earlier processes
    /// included.</summary>
    public async ValueTask ClearSurplusAsync(
        ICheckpointStore store,
        string? workflow,
        Retention retention,
        DateTimeOffset now
    )
    {
        await ListAsync(store, workflow, now).ConfigureAwait(false);
        foreach (var id in TakeSurplus(retention, now))
            await store.ClearAsync(id).ConfigureAwait(false);
    }

    /// <summary>Learns of the runs that ended before this process; once.</summary>
    private Task ListAsync(ICheckpointStore store, string? workflow, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_listing is null or { IsFaulted: true })
                _listing = ListFromAsync(store, workflow, now);
            return _listing;
        }
    }

    /// <summary>The runs to forget, which count as forgotten from here on.</summary>
    private List<string> TakeSurplus(Retention retention, DateTimeOffset now)
    {
        var surplus = new List<string>();
        lock (_gate)
        {
            while (_byEnd.Count > 0 && retention.IsSurplus(_byEnd.Count, _byEnd.Min.End, now))
            {
                surplus.Add(_byEnd.Min.Id);
                Forget(_byEnd.Min.Id);
            }
        }

        return surplus;
    }

    private async Task ListFromAsync(ICheckpointStore store, string? workflow, DateTimeOffset now)
    {
        await foreach (var run in store.ListRunsAsync(RunFilter.All).ConfigureAwait(false))
        {
            // Of the runs of a schedule only its scheduler knows which are over.
            if (run.WorkflowName == workflow && !OccurrenceId.IsOne(run.RunId))
                await LearnAsync(store, run, now).ConfigureAwait(false);
        }
    }

    /// <summary>Takes up a run of an earlier process, if nothing is left to resume of it.</summary>
    public async ValueTask LearnAsync(ICheckpointStore store, RunSummary run, DateTimeOffset now)
    {
        if (!await IsSettledAsync(store, run).ConfigureAwait(false))
            return;
        lock (_gate)
        {
            if (_ends.TryAdd(run.RunId, run.Ended ?? now))
                _byEnd.Add((_ends[run.RunId], run.RunId));
        }
    }

    /// <summary>A rollback that could not undo everything is kept for people, whatever its age.</summary>
    private static async ValueTask<bool> IsSettledAsync(ICheckpointStore store, RunSummary run)
    {
        if (run.Status != RunStatus.Failed)
            return run.Status == RunStatus.Finished;
        var rows = await store.LoadRunAsync(run.RunId).ConfigureAwait(false);
        return rows is [.., var newest] && RowStatuses.IsSettled(newest.Status);
    }

    private void Forget(string id)
    {
        if (_ends.Remove(id, out var end))
            _byEnd.Remove((end, id));
    }
}
