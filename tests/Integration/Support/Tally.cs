namespace Cano.Integration;

/// <summary>Counts, and lets wait until something has come about so often.</summary>
internal sealed class Tally
{
    private readonly SemaphoreSlim _more = new(0);

    public void Add() => _more.Release();

    /// <summary>Returns when it has come about so often since the last wait.</summary>
    public async Task WaitAsync(int times)
    {
        for (var seen = 0; seen < times; seen++)
            await _more.WaitAsync();
    }
}
