using Cano.Kernel;
using Cano.Runtime.Runs;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Time;

namespace Cano.CSharp.Engine;

// How runs go back for good.
internal sealed partial class EngineRuns
{
    /// <summary>Runs with requests in their inboxes that nobody works on yet.</summary>
    private readonly Dictionary<string, RunSummary> _cancelled = [];

    /// <summary>A request lies in the run's inbox. Who works on it hears of it; when nobody does it is taken
    /// up for that, as soon as its workflow is added and the engine not suspended.</summary>
    public void Cancelled(RunSummary run)
    {
        lock (_gate)
            _cancelled[run.RunId] = run;
        TakeUpCancelled();
    }

    /// <summary>Takes up what can be of those that wait for it.</summary>
    public void TakeUpCancelled()
    {
        RunSummary[] waiting;
        lock (_gate)
            waiting = IsSuspended ? [] : [.. _cancelled.Values];
        foreach (var run in waiting)
        {
            if (Workflows.Find(run.WorkflowName, run.WorkflowVersion) is not { } workflow)
            {
                // It is told once.
                if (HeldOf(run.RunId) is null)
                    LeaveAlone(run.RunId, run.WorkflowName, run.WorkflowVersion);
                continue;
            }

            lock (_gate)
                _cancelled.Remove(run.RunId);
            Hold(run.RunId, null);
            _ = TakeUpAsync(run.RunId, workflow, TakeUpFor.Cancel);
        }
    }

    /// <summary>Cancels a run: the request is durable when this returns.</summary>
    /// <exception cref="CanoException">`run_not_found`; `checkpoint_store`: the run is damaged, or the store
    /// failed.</exception>
    public async Task CancelAsync(RunSummary run, InboxItem request, CancellationToken cancel)
    {
        if (store.Now.Inbox is { } inbox)
        {
            var isKept = await StoredCancel
                .AcceptAsync(inbox, run.RunId, request)
                .WaitAsync(cancel)
                .ConfigureAwait(false);
            if (isKept || !run.HasEnded)
                Cancelled(run);
        }
        else if (!run.HasEnded)
            await CancelAsync(run, new CancelRequest(request.Name, basis.Now()), cancel)
                .ConfigureAwait(false);
    }

    /// <summary>Cancels a run of a store without inboxes: one that is under way hears of it, any other is
    /// taken up for it. Returns when a row says so, or the run has ended.</summary>
    /// <exception cref="CanoException">`workflow`: its workflow was not added; `suspended`.</exception>
    private async Task CancelAsync(RunSummary run, CancelRequest request, CancellationToken cancel)
    {
        var live =
            await TakenUpAsync(run).ConfigureAwait(false)
            ?? Find(run.RunId)
            ?? throw EngineErrors.Suspended();
        await live.CancelAsync(request).WaitAsync(cancel).ConfigureAwait(false);
    }

    private Task<EngineRun?> TakenUpAsync(RunSummary run) =>
        TakeUpAsync(
            run.RunId,
            Workflows.Find(run.WorkflowName, run.WorkflowVersion)
                ?? throw EngineErrors.NotAdded(run.RunId, run.WorkflowName, run.WorkflowVersion)
        );

    /// <summary>Looks for a cancel in the inbox of a run that is worked on.</summary>
    private async Task HearAsync(EngineRun run)
    {
        // What came in vain has nothing to do with the run that is there.
        if (!await run.Granted.ConfigureAwait(false))
            return;
        CancelRequest? request = null;
        var isRead = false;
        while (!isRead && !_closed.IsCancellationRequested)
            try
            {
                request = await StoredCancel.FindAsync(store.Now, run.Id).ConfigureAwait(false);
                isRead = true;
            }
            // Without its store the run stops as well, and looks when it is taken up again.
            catch (CanoException) when (!run.Ended.IsCompleted)
            {
                await Delay.ForAsync(s_firstDelay, basis.Time, _closed.Token).ConfigureAwait(false);
            }

        if (request is null)
            return;
        run.Hear(request);
        // It left just now, and may not have looked.
        if (run.Ended.IsCompleted)
            await TakeUpAsync(run.Id, run.Workflow, TakeUpFor.Cancel).ConfigureAwait(false);
    }
}
