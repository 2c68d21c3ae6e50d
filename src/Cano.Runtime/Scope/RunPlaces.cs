namespace Cano.Runtime.Scope;

/// <summary>The places that a run needs to work, one of each kind; taken in one order by all, so that nobody
/// waits for who waits.</summary>
/// <param name="first">The places of one kind.</param>
/// <param name="second">Those of another; null: there is but one.</param>
/// <param name="given">Hears when one is given back; null: nobody does.</param>
internal readonly struct RunPlaces(SemaphoreSlim first, SemaphoreSlim? second = null, Action? given = null)
{
    public async Task TakeAsync()
    {
        await first.WaitAsync().ConfigureAwait(false);
        if (second is not null)
            await second.WaitAsync().ConfigureAwait(false);
    }

    /// <summary>False when there is none now; then none is taken.</summary>
    public bool TryTake()
    {
        if (!first.Wait(0, CancellationToken.None))
            return false;
        if (second is null || second.Wait(0, CancellationToken.None))
            return true;
        first.Release();
        return false;
    }

    public void Give()
    {
        second?.Release();
        first.Release();
        given?.Invoke();
    }
}
