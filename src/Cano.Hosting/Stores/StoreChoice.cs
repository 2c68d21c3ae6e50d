namespace Cano.Hosting.Stores;

/// <summary>A place for the journal that somebody gave.</summary>
/// <param name="Text">What it is called in an error.</param>
/// <param name="OpenAsync">Opens an engine there.</param>
internal sealed record StoreChoice(
    string Text,
    Func<OpeningStore, CanoEngineOptions, CancellationToken, Task<CanoEngine>> OpenAsync
)
{
    public static StoreChoice OfDirectory(string directory, FasterCheckpointOptions? options) =>
        new(
            $"the journal '{directory}'",
            (_, engine, cancel) =>
                CanoEngine.OpenAsync(
                    directory,
                    options is null ? engine : engine with { Journal = options },
                    cancel
                )
        );

    public static StoreChoice OfStore(Func<IServiceProvider, ICheckpointStore> store) =>
        new(
            "a store of UseCheckpointStore",
            (opening, engine, cancel) => CanoEngine.OpenAsync(store(opening.Services), engine, cancel)
        );

    public static StoreChoice OfOpening(Func<IServiceProvider, Task<ICheckpointStore>> open) =>
        new(
            "a store of UseCheckpointStore",
            async (opening, engine, cancel) =>
            {
                var store = await open(opening.Services).ConfigureAwait(false);
                opening.Opened.Add(store);
                return await CanoEngine.OpenAsync(store, engine, cancel).ConfigureAwait(false);
            }
        );
}

/// <summary>What a store is opened with.</summary>
/// <param name="Services">The container.</param>
/// <param name="Opened">Closes it, behind the engine.</param>
internal readonly record struct OpeningStore(IServiceProvider Services, OpenedStores Opened);
