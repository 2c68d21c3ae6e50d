using System.Threading.Channels;
using Cano.Kernel;
using Cano.Runtime.Time;

namespace Cano.CSharp.Engine;

// How all runs rest, go on, and one goes back.
internal sealed partial class EngineRuns
{
    /// <summary>Nothing new begins, what is under way is told. Returns when all rest, or when the grace is
    /// over.</summary>
    public async Task<StopResult> SuspendAsync(TimeSpan grace)
    {
        EngineRun[] live;
        lock (_gate)
        {
            IsSuspended = true;
            live = [.. _live.Values];
        }

        foreach (var run in live)
            run.Control.Suspend(grace);
        var rest = Task.WhenAll(live.Select(RestAsync));
        // Whoever does not stop is given up on when the grace is over, and rests then.
        using var limit = new TimeLimit(grace + s_settling, GuardedClock.Around(basis.Time, basis.Logger));
        await rest.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        string[] still = [.. live.Where(run => !RestAsync(run).IsCompleted).Select(run => run.Id)];
        TellWaiters();
        return new StopResult(still.Length == 0, still);
    }

    /// <summary>Cancels one run: one that is under way hears of it, any other is taken up for it. Returns
    /// when a row says so, or the run has ended.</summary>
    /// <exception cref="CanoException">`workflow`: its workflow was not added; `suspended`.</exception>
    public async Task CancelAsync(RunInfo run, CancelRequest request, CancellationToken cancel)
    {
        // Somebody else may take it up just now.
        var live = Find(run.RunId) ?? TakenUp(run) ?? Find(run.RunId) ?? throw EngineErrors.Suspended();
        await live.CancelAsync(request).WaitAsync(cancel).ConfigureAwait(false);
    }

    private EngineRun? TakenUp(RunInfo run) =>
        TakeUp(
            run.RunId,
            Workflows.Find(run.WorkflowName, run.WorkflowVersion)
                ?? throw EngineErrors.NotAdded(run.RunId, run.WorkflowName, run.WorkflowVersion)
        );

    /// <summary>Takes runs up, in their order, so many at once, and tells of each that ended or is left
    /// alone.</summary>
    public async Task ResumeAsync(
        IReadOnlyList<RunInfo> found,
        int maxConcurrency,
        ChannelWriter<RunEnd> ends,
        CancellationToken cancel
    )
    {
        using var places = new SemaphoreSlim(maxConcurrency);
        var working = new List<Task>();
        try
        {
            foreach (var run in found)
            {
                await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                if (cancel.IsCancellationRequested || IsSuspended)
                    break;
                working.Add(ResumeAsync(run, places, ends));
            }

            await Task.WhenAll(working).ConfigureAwait(false);
        }
        finally
        {
            ends.TryComplete();
        }
    }

    private async Task ResumeAsync(RunInfo run, SemaphoreSlim places, ChannelWriter<RunEnd> ends)
    {
        try
        {
            if (Workflows.Find(run.WorkflowName, run.WorkflowVersion) is not { } workflow)
            {
                ends.TryWrite(LeftAlone(run));
                return;
            }

            Hold(run.RunId, null);
            if (TakeUp(run.RunId, workflow) is not { } resumed)
                return;
            await Task.WhenAny(resumed.Ended, resumed.Rests).ConfigureAwait(false);
            await basis.Dispatcher.Turn;
            if (resumed.Ended.IsCompleted)
                ends.TryWrite((await resumed.Ended.ConfigureAwait(false)).End);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Nobody knows how to go on with it: no row, no try, until something is added.</summary>
    private RunEnd LeftAlone(RunInfo run)
    {
        var why = LeaveAlone(run.RunId, run.WorkflowName, run.WorkflowVersion);
        return new RunEnd(
            run.RunId,
            run.WorkflowName,
            RunStatus.Suspended,
            null,
            CanoError.Of(Fault.NewWorkflow(why))
        );
    }

    /// <summary>Holds a run that nobody knows how to go on with; gives the reason.</summary>
    public string LeaveAlone(string id, string? name, uint version)
    {
        var why = EngineErrors.NotAddedText(id, name, version);
        Hold(id, why);
        LogHeld(basis.Logger, id, why);
        return why;
    }

    /// <summary>Who waits for an end of a run that nobody works on hears that the engine does not.</summary>
    private void TellWaiters()
    {
        KeyValuePair<string, TaskCompletionSource<EndedRun>>[] waiting;
        lock (_gate)
        {
            waiting = [.. _waiters.Where(waiter => !_live.ContainsKey(waiter.Key))];
            foreach (var (id, _) in waiting)
                _waiters.Remove(id);
        }

        foreach (var (id, waiter) in waiting)
            waiter.TrySetResult(
                EndedRun.Of(new RunEnd(id, null, RunStatus.Suspended, null, EngineErrors.Suspended().Error))
            );
    }

    private static async Task RestAsync(EngineRun run)
    {
        await run.Ended.ConfigureAwait(false);
        await run.Control.Outlasting.ConfigureAwait(false);
    }
}
