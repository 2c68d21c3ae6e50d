namespace Cano.Hosting.Stores;

/// <summary>Stores that the host opened and its engine leaves open, because others may share them: the
/// container disposes of them, behind the engine, for who opens that is given them when it is
/// made.</summary>
internal sealed class OpenedStores : IAsyncDisposable
{
    private readonly List<ICheckpointStore> _stores = [];

    public void Add(ICheckpointStore store)
    {
        if (store.Shared is not null)
            _stores.Add(store);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync().ConfigureAwait(false);
    }
}
