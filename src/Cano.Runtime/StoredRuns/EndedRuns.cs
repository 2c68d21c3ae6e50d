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
    private readonly Dictionary<string, (DateTimeOffset End, bool IsFailure)> _ends = [];
    private readonly SortedSet<(DateTimeOffset End, string Id)> _settled = new(s_byEnd);

    // They wait for a person, unless a retention names them too.
    private readonly SortedSet<(DateTimeOffset End, string Id)> _failures = new(s_byEnd);

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
    public void Add(string id, DateTimeOffset end, bool isFailure = false)
    {
        lock (_gate)
        {
            Forget(id);
            Keep(id, end, isFailure);
        }
    }

    /// <summary>A run begins under an id that one had before. Gives when that one ended; null when none
    /// did.</summary>
    public DateTimeOffset? Remove(string id)
    {
        lock (_gate)
        {
            var end = _ends.TryGetValue(id, out var known) ? known.End : default(DateTimeOffset?);
            Forget(id);
            return end;
        }
    }

    /// <summary>A run that began under the id of an ended one has failed. Had that one's rows been there
    /// still, they are, and count on.</summary>
    public async ValueTask PutBackAsync(ICheckpointStore store, string id, DateTimeOffset end)
    {
        if (await EndAsync(store, id).ConfigureAwait(false) is not { } status)
            return;
        lock (_gate)
        {
            if (!_ends.ContainsKey(id))
                Keep(id, end, !RowStatuses.IsSettled(status));
        }
    }

    /// <summary>Forgets what is no longer to be kept, runs that ended in earlier processes
    /// included.</summary>
    public async ValueTask ClearSurplusAsync(ICheckpointStore store, Retention retention, DateTimeOffset now)
    {
        await _learning.DoAsync(() => LearnAsync(store, now)).ConfigureAwait(false);
        foreach (var (id, isCertain) in TakeSurplus(retention, now))
            if (isCertain || await IsStillAsync(store, id, retention).ConfigureAwait(false))
                await store.ClearAsync(id).ConfigureAwait(false);
    }

    /// <summary>Learns of the runs that ended before this process.</summary>
    private async Task LearnAsync(ICheckpointStore store, DateTimeOffset now)
    {
        foreach (var run in await _listed.OfAsync(store, _workflow).ConfigureAwait(false))
            Learn(run, now);
        _listed.Drop(_workflow);
    }

    /// <summary>The runs to forget, which count as forgotten from here on. Certain: nobody has gone on with
    /// it since.</summary>
    private List<(string Id, bool IsCertain)> TakeSurplus(Retention retention, DateTimeOffset now)
    {
        var surplus = new List<(string, bool)>();
        lock (_gate)
        {
            while (Oldest(retention) is { } oldest && retention.IsSurplus(Count(retention), oldest.End, now))
            {
                surplus.Add((oldest.Id, !_learned.Contains(oldest.Id) && !_ends[oldest.Id].IsFailure));
                Forget(oldest.Id);
            }
        }

        return surplus;
    }

    /// <summary>Takes up a run of an earlier process.</summary>
    public void Learn(ListedEnd run, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_ends.ContainsKey(run.Id))
                return;
            Keep(run.Id, run.EndedAt ?? now, run.IsFailure);
            _learned.Add(run.Id);
        }
    }

    private int Count(Retention retention) => _settled.Count + (retention.HasFailures ? _failures.Count : 0);

    private (DateTimeOffset End, string Id)? Oldest(Retention retention)
    {
        var settled = _settled.Count > 0 ? _settled.Min : default((DateTimeOffset, string)?);
        if (!retention.HasFailures || _failures.Count == 0)
            return settled;
        var failure = _failures.Min;
        return settled is { } first && s_byEnd.Compare(first, failure) < 0 ? first : failure;
    }

    /// <summary>Nobody goes on with it, and it may go.</summary>
    private static async ValueTask<bool> IsStillAsync(
        ICheckpointStore store,
        string id,
        Retention retention
    ) =>
        await EndAsync(store, id).ConfigureAwait(false) is { } status
        && (retention.HasFailures || RowStatuses.IsSettled(status))
        && !LiveRuns.Contains(store, id);

    /// <summary>Which end a run has come to; null of one that has not.</summary>
    private static async ValueTask<RowStatus?> EndAsync(ICheckpointStore store, string id)
    {
        var rows = await store.LoadRunAsync(id).ConfigureAwait(false);
        return rows is [.., var newest] && RowStatuses.IsEnd(newest.Status) ? newest.Status : null;
    }

    private void Keep(string id, DateTimeOffset end, bool isFailure)
    {
        _ends.Add(id, (end, isFailure));
        (isFailure ? _failures : _settled).Add((end, id));
    }

    private void Forget(string id)
    {
        if (_ends.Remove(id, out var known))
            (known.IsFailure ? _failures : _settled).Remove((known.End, id));
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
