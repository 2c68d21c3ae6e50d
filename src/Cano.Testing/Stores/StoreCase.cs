namespace Cano.Testing;

/// <summary>One promise that every <see cref="ICheckpointStore"/> keeps, as a case to run against a store of
/// one's own.</summary>
/// <param name="Name">The promise, as a sentence.</param>
/// <param name="RunAsync">Tries it. It is given what opens the store: the first call gives an empty store,
/// each later one opens the same storage again, after the case has disposed of the former. It disposes of
/// every store it opened, and throws a <see cref="StoreCaseException"/> where the promise is broken.</param>
public sealed record StoreCase(string Name, Func<Func<Task<ICheckpointStore>>, Task> RunAsync)
{
    /// <summary>A case that needs the store once.</summary>
    internal static StoreCase Of(string name, Func<ICheckpointStore, Task> runAsync) =>
        new(
            name,
            async open =>
            {
                var store = await open().ConfigureAwait(false);
                await using (store.ConfigureAwait(false))
                    await runAsync(store).ConfigureAwait(false);
            }
        );

    /// <summary>A case about what is there after the store was closed and opened again.</summary>
    internal static StoreCase OfReopening(
        string name,
        Func<ICheckpointStore, Task<long>> before,
        Func<ICheckpointStore, long, Task> after
    ) =>
        new(
            name,
            async open =>
            {
                long fence;
                var store = await open().ConfigureAwait(false);
                await using (store.ConfigureAwait(false))
                    fence = await before(store).ConfigureAwait(false);
                var reopened = await open().ConfigureAwait(false);
                await using (reopened.ConfigureAwait(false))
                    await after(reopened, fence).ConfigureAwait(false);
            }
        );

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

/// <summary>A store broke a promise; the message says which, what was expected and what came.</summary>
public sealed class StoreCaseException(string message) : Exception(message);
