using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;

namespace Cano.CSharp.Engine;

/// <summary>The store of an engine. One that has to be opened again after a failure is, and its runs go on
/// with the new one.</summary>
/// <param name="store">The store.</param>
/// <param name="reopen">Opens it again; null: it cannot be.</param>
/// <param name="isOwned">Whether it is closed with the engine.</param>
internal sealed class EngineStore(ICheckpointStore store, Func<Task<ICheckpointStore>>? reopen, bool isOwned)
{
    private readonly SemaphoreSlim _healing = new(1);
    private ICheckpointStore _now = store;
    private Action<string>? _ring;
    private IDisposable? _watch;
    private IDisposable? _ends;

    /// <summary>The one to ask now.</summary>
    public ICheckpointStore Now => Volatile.Read(ref _now);

    /// <summary>Rings when something comes into the inbox of a run, for as long as the engine
    /// lives.</summary>
    public void WatchInboxes(Action<string> ring)
    {
        _ring = ring;
        Watch(Now);
    }

    /// <summary>Rings when a run may have ended in another process, for as long as the engine
    /// lives.</summary>
    public void WatchEnds(Action<string> ring) => _ends = Hints?.WatchEnds(ring);

    /// <summary>Asks to be told when a run has ended in another process. Who waits looks by himself,
    /// too.</summary>
    public void AwaitEnd(string runId) => Hints?.AwaitEnd(runId);

    private IHintedStore? Hints => (Now as NodeStore)?.Hints;

    private void Watch(ICheckpointStore watched)
    {
        _watch?.Dispose();
        _watch = _ring is null ? null : watched.Inbox?.WatchInboxes(_ring);
    }

    /// <summary>After a failure: opens it again if it takes nothing any more.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: it cannot be opened yet.</exception>
    public async Task HealAsync()
    {
        if (reopen is null || Now is not FasterCheckpointStore { IsStopped: true })
            return;
        await _healing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Now is not FasterCheckpointStore { IsStopped: true } stopped)
                return;
            await CloseAsync(stopped).ConfigureAwait(false);
            var opened = await reopen().ConfigureAwait(false);
            Watch(opened);
            Volatile.Write(ref _now, opened);
        }
        finally
        {
            _healing.Release();
        }
    }

    public async ValueTask CloseAsync()
    {
        _watch?.Dispose();
        _ends?.Dispose();
        if (isOwned)
            await Now.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What it says of its failure was said before.</summary>
    private static async Task CloseAsync(ICheckpointStore stopped)
    {
        try
        {
            await stopped.DisposeAsync().ConfigureAwait(false);
        }
        catch (CanoException known) when (known.Error.Fault.IsCheckpointStore) { }
    }
}
