using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.StoredRuns;

/// <summary>The ended runs that a store still keeps for the workflows of one name, so that the old ones are
/// forgotten in time.</summary>
internal sealed class EndedRuns
{
    private static readonly ConditionalWeakTable<ICheckpointStore, OfStore> s_all = [];

    private readonly Lock _gate = new();
    private readonly EndOrder _ends = new();

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

    // A store of many nodes counts by itself, whichever node a run ended on.

    /// <summary>A run has ended. Forgets what is no longer to be kept.</summary>
    public static ValueTask AddAsync(
        ICheckpointStore store,
        ListedEnd run,
        string? workflow,
        Retention retention,
        DateTimeOffset now
    )
    {
        if (store.Shared is { } shared)
            return shared.RetireAsync(run.Id, workflow ?? "", retention, now);
        var ended = Of(store, workflow);
        lock (ended._gate)
            ended.Keep(run.Id, now, run.IsFailure);
        return ended.ClearSurplusAsync(store, retention, now);
    }

    /// <summary>Runs of earlier processes count, which nobody has found among those that ended.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="runs">The runs, and what their workflows are called.</param>
    /// <param name="now">The instant that ages are counted to.</param>
    public static async Task LearnAsync(
        ICheckpointStore store,
        IReadOnlyCollection<(ListedEnd Run, string? Workflow)> runs,
        DateTimeOffset now
    )
    {
        if (store.Shared is { } shared)
            await Task.WhenAll(
                    runs.Select(one =>
                        shared.RetireAsync(one.Run.Id, one.Workflow ?? "", Retention.Keep, now).AsTask()
                    )
                )
                .ConfigureAwait(false);
        else
            foreach (var (run, workflow) in runs)
                Of(store, workflow).Learn(run, now);
    }

    /// <summary>Forgets what is no longer to be kept, runs that ended in earlier processes
    /// included.</summary>
    public static ValueTask ClearSurplusAsync(
        ICheckpointStore store,
        string? workflow,
        Retention retention,
        DateTimeOffset now
    ) =>
        store.Shared is { } shared
            ? shared.RetireAsync(runId: null, workflow ?? "", retention, now)
            : Of(store, workflow).ClearSurplusAsync(store, retention, now);

    /// <summary>A run begins under an id that one had before. Gives when that one ended; null when none
    /// did.</summary>
    public DateTimeOffset? Remove(string id)
    {
        lock (_gate)
        {
            var end = _ends.EndOf(id);
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
            if (!_ends.Contains(id))
                Keep(id, end, !RowStatuses.IsSettled(status));
        }
    }

    private async ValueTask ClearSurplusAsync(ICheckpointStore store, Retention retention, DateTimeOffset now)
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
            while (_ends.Surplus(retention, now) is { } oldest)
            {
                surplus.Add((oldest, !_learned.Contains(oldest) && !_ends.IsFailure(oldest)));
                Forget(oldest);
            }
        }

        return surplus;
    }

    /// <summary>Takes up a run of an earlier process.</summary>
    private void Learn(ListedEnd run, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_ends.Contains(run.Id))
                return;
            Keep(run.Id, run.EndedAt ?? now, run.IsFailure);
            _learned.Add(run.Id);
        }
    }

    /// <summary>Nobody goes on with it, and it may go.</summary>
    private static async ValueTask<bool> IsStillAsync(
        ICheckpointStore store,
        string id,
        Retention retention
    ) =>
        await EndAsync(store, id).ConfigureAwait(false) is { } status
        && (retention.HasFailures || RowStatuses.IsSettled(status))
        && !LiveRuns.Contains(store, id)
        && !await AwaitedChildren.ContainsAsync(store, id).ConfigureAwait(false);

    /// <summary>Which end a run has come to; null of one that has not.</summary>
    private static async ValueTask<RowStatus?> EndAsync(ICheckpointStore store, string id)
    {
        var rows = await store.LoadRunAsync(id).ConfigureAwait(false);
        return rows is [.., var newest] && RowStatuses.IsEnd(newest.Status) ? newest.Status : null;
    }

    private void Keep(string id, DateTimeOffset end, bool isFailure)
    {
        _learned.Remove(id);
        _ends.Keep(id, end, isFailure);
    }

    private void Forget(string id)
    {
        _ends.Forget(id);
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
