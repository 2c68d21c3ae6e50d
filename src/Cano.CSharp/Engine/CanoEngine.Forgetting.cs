using Cano.CSharp.Engine;
using Cano.Runtime.StoredRuns;

namespace Cano;

// How runs are forgotten.
public sealed partial class CanoEngine
{
    /// <summary>Forgets a run that has ended, with its ended children, or one that is damaged, set aside or
    /// held, of which what it completed stands.</summary>
    /// <exception cref="CanoException">`run_not_found`; `workflow`: it has not ended, or is a child whose end
    /// its parent has not taken yet.</exception>
    public async Task ForgetAsync(string runId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ThrowIfDisposed();
        var store = _runs.Store.Now;
        RunInfo forgotten;
        await _runs.HasLeftAsync(runId).WaitAsync(cancellationToken).ConfigureAwait(false);
        using (var mark = new LiveRuns.Mark(store, runId, _runs.Basis.Dispatcher))
            // Nobody begins or goes on with it meanwhile.
            forgotten = await mark.AskAsync(isLive => ClearAsync(store, runId, isLive, cancellationToken))
                .ConfigureAwait(false);
        _runs.Hold(runId, null);
        if (_runs.Workflows.Find(forgotten.WorkflowName, forgotten.WorkflowVersion) is not { SuffixMax: 0 })
            await ForgetChildrenAsync(runId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Clears a run that may go. Gives what was known of it.</summary>
    private async ValueTask<RunInfo> ClearAsync(
        ICheckpointStore store,
        string runId,
        bool isLive,
        CancellationToken cancel
    )
    {
        var run = await FindAsync(runId, cancel).ConfigureAwait(false) ?? throw EngineErrors.NotFound(runId);
        var mayGo = run.HasEnded || run.Status is RunStatus.Damaged or RunStatus.Quarantined;
        if (isLive || !(mayGo || run.Held is not null))
            throw EngineErrors.IsUnderWay(runId, run.Status, "cancel it, and forget it when it has ended");
        if (await AwaitedChildren.ContainsAsync(store, runId).ConfigureAwait(false))
            throw EngineErrors.IsUnderWay(
                runId,
                run.Status,
                $"its parent '{run.ParentRunId}' has not taken its end yet, resume that one"
            );
        await StoreCall
            .AskAsync(
                "clear run",
                async ValueTask<bool> () =>
                {
                    await store.ClearAsync(runId, cancel).ConfigureAwait(false);
                    return true;
                }
            )
            .ConfigureAwait(false);
        return run;
    }

    /// <summary>The ended children of a run that is forgotten are forgotten with it.</summary>
    private async Task ForgetChildrenAsync(string parentId, CancellationToken cancel)
    {
        var ended = new List<string>();
        var children = ListAsync(RunQuery.All with { ParentRunId = parentId }, cancel);
        await foreach (var child in children.ConfigureAwait(false))
            if (child.HasEnded)
                ended.Add(child.RunId);
        foreach (var child in ended)
            try
            {
                await ForgetAsync(child, cancel).ConfigureAwait(false);
            }
            // Somebody has gone on with it, or forgotten it.
            catch (CanoException raced)
                when (raced.Error.Fault is { IsWorkflow: true } or { IsRunNotFound: true }) { }
    }
}
