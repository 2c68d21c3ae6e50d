using System.Collections.Concurrent;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Runs;
using Cano.Runtime.StoredRuns;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Engine;

/// <summary>Takes up the runs that dead nodes leave. What it cannot go on with it leaves to others, and does
/// not look at again until a workflow is added, or somebody has taken it up.</summary>
/// <param name="runs">The engine's runs.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class Orphanage(EngineRuns runs, ILogger logger)
{
    private readonly ConcurrentDictionary<string, bool> _left = [];
    private int _workflows;

    /// <summary>Takes up those that can be.</summary>
    /// <param name="orphans">All that there are.</param>
    /// <exception cref="CanoException">`checkpoint_store`: they cannot be looked at.</exception>
    public async Task TakeUpAsync(IAsyncEnumerable<string> orphans)
    {
        var workflows = runs.Workflows.All.Length;
        if (workflows != _workflows)
            _left.Clear();
        _workflows = workflows;
        var there = new HashSet<string>();
        await foreach (var id in orphans.ConfigureAwait(false))
            if (there.Add(id) && !_left.ContainsKey(id) && runs.Find(id) is null && !runs.IsHealing(id))
                await TakeUpAsync(id).ConfigureAwait(false);
        // Of the others somebody has taken care: they are new when they are orphans again.
        foreach (var id in _left.Keys.Where(id => !there.Contains(id)))
        {
            _left.TryRemove(id, out _);
            runs.Hold(id, null);
        }
    }

    private async Task TakeUpAsync(string id)
    {
        var run = await StoreCall
            .AskAsync("find run", () => StoreListing.FindAsync(runs.Store.Now, id))
            .ConfigureAwait(false);
        if (run is null || run.HasEnded)
            return;
        if (run.Status is RunStatus.Damaged or RunStatus.Quarantined)
            _left[id] = true;
        else if (runs.Workflows.Find(run.WorkflowName, run.WorkflowVersion) is not { } workflow)
        {
            _left[id] = true;
            runs.LeaveAlone(id, run.WorkflowName, run.WorkflowVersion);
        }
        else
            // A body of it may still run here, and is waited for: not while nobody beats.
            runs.Later(() => TakeUpAsync(id, workflow));
    }

    private async Task TakeUpAsync(string id, EngineWorkflow workflow)
    {
        if (await runs.TakeUpAsync(id, workflow, TakeUpFor.Orphan).ConfigureAwait(false) is not { } run)
            return;
        LogTakenUp(logger, id);
        var ended = await run.Ended.ConfigureAwait(false);
        if (ended.IsHeld || DamagedRunException.Is(ended.Thrown))
            _left[id] = true;
    }

    [LoggerMessage(306, LogLevel.Information, "Run {RunId} is taken up: its node is dead")]
    private static partial void LogTakenUp(ILogger logger, string runId);
}
