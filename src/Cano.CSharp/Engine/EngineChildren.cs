using System.Collections.Concurrent;
using Cano.Kernel;
using Cano.Runtime.Runs;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Telemetry;

namespace Cano.CSharp.Engine;

/// <summary>The children of an engine's runs, which are runs of the same engine.</summary>
/// <param name="runs">The engine's runs.</param>
internal sealed class EngineChildren(EngineRuns runs) : IChildRuns
{
    private readonly ConcurrentDictionary<string, Action<string>> _watchers = new();

    // Of a store that others share: children of parents that work here, whose ends may come to other nodes.
    // Of a parent that is parked the store takes care.
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _elsewhere = new();

    public async ValueTask<ChildEnding?> LookAsync(RunParent parent, AwaitedChild child)
    {
        var found = await StoredChild.FindAsync(runs, child.Child.RunId).ConfigureAwait(false);
        if (found is null)
        {
            Awaits(parent.RunId, child.Child.RunId);
            await BeginAsync(parent, child, cancelled: null).ConfigureAwait(false);
            return null;
        }

        if (!found.IsOf(parent))
            throw EngineErrors.IsNoChild(child.Child.RunId, parent.RunId);
        if (found.HasEndedAfter(child.After))
            return Told(parent, found.EndingOf(child.Child));
        Awaits(parent.RunId, child.Child.RunId);
        TakeUp(found, child.Child);
        return null;
    }

    public async ValueTask<ChildEnding?> RecallAsync(RunParent parent, AwaitedChild child)
    {
        var found = await StoredChild.FindAsync(runs, child.Child.RunId).ConfigureAwait(false);
        var why = $"its parent '{parent.RunId}' does not need it any more";
        if (found is null)
        {
            var cancelled = new CancelRequest(why, runs.Basis.Now());
            Awaits(parent.RunId, child.Child.RunId);
            await BeginAsync(parent, child, cancelled).ConfigureAwait(false);
            return null;
        }

        if (!found.IsOf(parent))
            return StoredChild.NoneOf(child.Child, parent);
        if (found.HasEnded)
            return IsRetried(parent, found, child) ? null : Told(parent, found.EndingOf(child.Child));
        Awaits(parent.RunId, child.Child.RunId);
        await StoredChild
            .PatientlyAsync(() => runs.CancelAsync(found.Summary, InboxItem.Cancel(why), default))
            .ConfigureAwait(false);
        return null;
    }

    public void Retire(string childId) => runs.Later(() => StoredChild.RetireAsync(runs, childId));

    public IDisposable Watch(string parentId, Action<string> ended)
    {
        _watchers[parentId] = ended;
        return new Watching(() =>
        {
            if (_watchers.TryRemove(KeyValuePair.Create(parentId, ended)))
                _elsewhere.TryRemove(parentId, out _);
        });
    }

    /// <summary>A parent waits for a child, whose end may come on another node.</summary>
    private void Awaits(string parentId, string childId)
    {
        if (runs.Due is not null)
            _elsewhere.GetOrAdd(parentId, _ => new())[childId] = true;
    }

    /// <summary>A child has ended: whoever waits for it looks.</summary>
    /// <returns>Who goes on with the parent; null when nobody does.</returns>
    public Task<EngineRun?> Ended(string parentId, string childId)
    {
        if (_watchers.TryGetValue(parentId, out var watcher))
            watcher(childId);
        return runs.WakeAsync(parentId);
    }

    /// <summary>Ends that other nodes have brought are heard.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public async Task LookAtOthersAsync()
    {
        var awaited = _elsewhere
            .SelectMany(parent => parent.Value.Keys, (parent, child) => (parent, child))
            .ToArray();
        var ended = (
            await runs.MayHaveEndedAsync([.. awaited.Select(one => one.child)]).ConfigureAwait(false)
        ).ToHashSet();
        foreach (var (parent, child) in awaited)
            if (ended.Contains(child) && parent.Value.TryRemove(child, out _))
                _ = Ended(parent.Key, child);
    }

    /// <summary>Whether somebody is about to go on with a child whose end was taken back: its parent looks
    /// again when that has come to a row, or to nothing.</summary>
    private bool IsRetried(RunParent parent, StoredChild found, AwaitedChild child)
    {
        var id = child.Child.RunId;
        if (found.HasEndedAfter(child.After) || runs.Find(id) is not { } retried)
            return false;
        runs.Later(async () =>
        {
            await Task.WhenAny(retried.Begun, retried.Ended).ConfigureAwait(false);
            await Ended(parent.RunId, id).ConfigureAwait(false);
        });
        return true;
    }

    private ChildEnding Told(RunParent parent, ChildEnding ending)
    {
        if (_elsewhere.TryGetValue(parent.RunId, out var children))
            children.TryRemove(ending.RunId, out _);
        return ending;
    }

    /// <summary>Makes the first row of a child durable. It goes on in its turn, on no place of its
    /// parent's.</summary>
    private async Task BeginAsync(RunParent parent, AwaitedChild child, CancelRequest? cancelled)
    {
        var start = child.Child;
        var workflow = StoredChild.WorkflowOf(runs, start.RunId, start.WorkflowName, start.WorkflowVersion);
        var request = new RunRequest(start.RunId)
        {
            Parent = parent,
            Trace = Spans.Caller,
            StoredInput = cancelled is null ? child.Input : null,
            BegunCancelled = cancelled,
            KeepsRows = true,
        };
        try
        {
            await StoredChild
                .PatientlyAsync(() => runs.StartAsync(workflow, start, request))
                .ConfigureAwait(false);
        }
        // Somebody else has begun it, and whoever asks looks again.
        catch (CanoException raced) when (EndedRun.IsOfAnother(raced, start.RunId) || IsThere(raced, start))
        {
            _ = Ended(parent.RunId, start.RunId);
        }
    }

    private bool IsThere(CanoException refused, ChildStart start) =>
        refused.Error.Fault.IsWorkflow && runs.Find(start.RunId) is not null;

    /// <summary>A child that nobody works on goes on; one whose end was taken back is tried again.</summary>
    private void TakeUp(StoredChild found, ChildStart start)
    {
        var run = found.Summary;
        if (run.Status == RunStatus.Quarantined || run.IsParked || runs.IsHere(run.RunId))
            return;
        var workflow = StoredChild.WorkflowOf(runs, start.RunId, run.WorkflowName, run.WorkflowVersion);
        _ = runs.TakeUpAsync(run.RunId, workflow, found.HasEnded ? TakeUpFor.Retry : TakeUpFor.Unfinished);
    }

    private sealed class Watching(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
