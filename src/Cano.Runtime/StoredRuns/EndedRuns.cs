using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Cano.Kernel;

namespace Cano.Runtime.StoredRuns;

/// <summary>The ended runs that a store still keeps for the workflows of one name, so that the old ones are
/// forgotten in time.</summary>
internal sealed class EndedRuns
{
    private static readonly ConditionalWeakTable<ICheckpointStore, OfStore> s_all = [];

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

    // Of earlier processes: what was listed may have changed since, and is looked at before it is cleared.
    private readonly HashSet<string> _learned = [];
    private readonly SharedWork _learning = new();
    private readonly ListedEnds _listed;
    private readonly string _workflow;

    private EndedRuns(ListedEnds listed, string workflow)
    {
        _listed = listed;
        _workflow = workflow;
    }

    /// <summary>Those of a name in a store; null is the name of workflows without one.</summary>
    public static EndedRuns Of(ICheckpointStore store, string? workflow) =>
        s_all.GetValue(store, static _ => new()).Of(workflow ?? "");

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
        if (!await IsSettledAsync(store, id).ConfigureAwait(false))
            return;
        lock (_gate)
        {
            if (_ends.TryAdd(id, end))
                _byEnd.Add((end, id));
        }
    }

    /// <summary>Forgets what is no longer to be kept, runs that ended in earlier processes
    /// included.</summary>
    public async ValueTask ClearSurplusAsync(ICheckpointStore store, Retention retention, DateTimeOffset now)
    {
        await _learning.DoAsync(() => LearnAsync(store, now)).ConfigureAwait(false);
        foreach (var (id, wasLearned) in TakeSurplus(retention, now))
            if (!wasLearned || await IsSettledAsync(store, id).ConfigureAwait(false))
                await store.ClearAsync(id).ConfigureAwait(false);
    }

    /// <summary>Learns of the runs that ended before this process.</summary>
    private async Task LearnAsync(ICheckpointStore store, DateTimeOffset now)
    {
        foreach (var run in await _listed.OfAsync(store, _workflow).ConfigureAwait(false))
            await LearnAsync(store, run, now).ConfigureAwait(false);
        _listed.Drop(_workflow);
    }

    /// <summary>The runs to forget, which count as forgotten from here on.</summary>
    private List<(string Id, bool WasLearned)> TakeSurplus(Retention retention, DateTimeOffset now)
    {
        var surplus = new List<(string, bool)>();
        lock (_gate)
        {
            while (_byEnd.Count > 0 && retention.IsSurplus(_byEnd.Count, _byEnd.Min.End, now))
            {
                var id = _byEnd.Min.Id;
                surplus.Add((id, _learned.Contains(id)));
                Forget(id);
            }
        }

        return surplus;
    }

    /// <summary>Takes up a run of an earlier process, if nothing is left to resume of it.</summary>
    public async ValueTask LearnAsync(ICheckpointStore store, ListedEnd run, DateTimeOffset now)
    {
        if (run.IsFailed && !await IsSettledAsync(store, run.Id).ConfigureAwait(false))
            return;
        var end = run.End ?? now;
        lock (_gate)
        {
            if (_ends.TryAdd(run.Id, end) && _byEnd.Add((end, run.Id)))
                _learned.Add(run.Id);
        }
    }

    /// <summary>A rollback that could not undo everything is kept for people, whatever its age.</summary>
    private static async ValueTask<bool> IsSettledAsync(ICheckpointStore store, string id)
    {
        var rows = await store.LoadRunAsync(id).ConfigureAwait(false);
        return rows is [.., var newest] && RowStatuses.IsSettled(newest.Status);
    }

    private void Forget(string id)
    {
        if (_ends.Remove(id, out var end))
            _byEnd.Remove((end, id));
        _learned.Remove(id);
    }

    private sealed class OfStore
    {
        private readonly ConcurrentDictionary<string, EndedRuns> _byWorkflow = new();
        private readonly ListedEnds _listed = new();

        public EndedRuns Of(string workflow) =>
            _byWorkflow.GetOrAdd(workflow, static (name, listed) => new(listed, name), _listed);
    }
}
