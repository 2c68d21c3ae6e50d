namespace Cano.Runtime.Steps.Streams;

/// <summary>A source, and what its visit holds: let go of in this order, whatever the first throws.</summary>
internal sealed class HeldSource(IAsyncDisposable source, IAsyncDisposable held) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await using (held.ConfigureAwait(false))
            await source.DisposeAsync().ConfigureAwait(false);
    }
}
