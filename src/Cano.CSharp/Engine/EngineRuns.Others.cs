namespace Cano.CSharp.Engine;

// Runs that other nodes of the store work on, or may.
internal sealed partial class EngineRuns
{
    /// <summary>Whoever waits for the end of a run that is not under way here hears whether another has
    /// brought it there; whoever watches one looks again.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public async Task LookAtOthersAsync()
    {
        Bell.RingWatched();
        await TellEndsAsync().ConfigureAwait(false);
        await Children.LookAtOthersAsync().ConfigureAwait(false);
    }

    /// <summary>Another node may bring a run to its end: it is to tell whoever waits for that here.</summary>
    private void AwaitEnd(string id)
    {
        bool isWaited;
        lock (_gate)
            isWaited = _waiters.ContainsKey(id);
        if (isWaited)
            store.AwaitEnd(id);
    }

    /// <summary>A run that is not under way here may have ended: whoever waits for that looks.</summary>
    public void LookAtOther(string id)
    {
        bool isWaited;
        lock (_gate)
        {
            if (_live.ContainsKey(id))
                return;
            isWaited = _waiters.ContainsKey(id);
        }

        Bell.Ring(id);
        if (isWaited)
            Later(() => TellEndAsync(id));
    }

    /// <summary>Tells all to stop where they are. Gives them.</summary>
    public EngineRun[] StopAll()
    {
        var live = Live;
        foreach (var run in live)
            run.Control.Suspend(basis.StopGrace);
        return live;
    }

    /// <summary>Goes on with a run that was stopped, when nothing of it runs any more, if nobody else
    /// does.</summary>
    public void GoOn(EngineRun stopped) =>
        Later(async () =>
        {
            await stopped.RestsAsync().ConfigureAwait(false);
            await TakeUpAsync(stopped.Id, stopped.Workflow).ConfigureAwait(false);
        });

    private async Task<EndedRun?> FoundEndAsync(string id)
    {
        try
        {
            return await StoredEnd.FindAsync(store.Now, id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CanoException missing) when (missing.Error.Fault.IsRunNotFound)
        {
            return EndedRun.Of(new RunEnd(id, null, RunStatus.Suspended, null, missing.Error));
        }
    }

    private void Tell(string id, EndedRun ended)
    {
        TaskCompletionSource<EndedRun>? waiter;
        lock (_gate)
            if (_live.ContainsKey(id) || !_waiters.Remove(id, out waiter))
                return;
        waiter.TrySetResult(ended);
    }
}
