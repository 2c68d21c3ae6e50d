using Cano.Runtime.Runs;
using Cano.Runtime.StoredRuns;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Engine;

/// <summary>Takes up the runs that dead nodes leave. What it cannot go on with it leaves to others, and does
/// not look at again until a workflow is added.</summary>
/// <param name="runs">The engine's runs.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class Orphanage(EngineRuns runs, ILogger logger)
{
    private readonly HashSet<string> _left = [];
    private int _workflows;

    /// <summary>Takes one up, if it can be.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: it cannot be looked at.</exception>
    public async Task TakeUpAsync(string id)
    {
        var workflows = runs.Workflows.All.Length;
        if (workflows != _workflows)
            _left.Clear();
        _workflows = workflows;
        if (_left.Contains(id) || runs.Find(id) is not null)
            return;
        var run = await StoreCall
            .AskAsync("find run", () => StoreListing.FindAsync(runs.Store.Now, id))
            .ConfigureAwait(false);
        if (run is null || run.HasEnded)
            return;
        if (run.Status is RunStatus.Damaged or RunStatus.Quarantined)
            _left.Add(id);
        else if (runs.Workflows.Find(run.WorkflowName, run.WorkflowVersion) is not { } workflow)
        {
            _left.Add(id);
            runs.LeaveAlone(id, run.WorkflowName, run.WorkflowVersion);
        }
        else
            // A body of it may still run here, and is waited for: not while nobody beats.
            runs.Later(async () =>
            {
                if (await runs.TakeUpAsync(id, workflow, TakeUpFor.Orphan).ConfigureAwait(false) is not null)
                    LogTakenUp(logger, id);
            });
    }

    [LoggerMessage(306, LogLevel.Information, "Run {RunId} is taken up: its node is dead")]
    private static partial void LogTakenUp(ILogger logger, string runId);
}
