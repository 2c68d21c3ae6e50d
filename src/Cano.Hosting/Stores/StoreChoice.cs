using Microsoft.Extensions.DependencyInjection;

namespace Cano.Hosting.Stores;

/// <summary>A place for the journal that somebody gave.</summary>
/// <param name="Text">What it is called in an error.</param>
/// <param name="OpenAsync">Opens an engine there.</param>
internal sealed record StoreChoice(
    string Text,
    Func<IServiceProvider, CanoEngineOptions, CancellationToken, Task<CanoEngine>> OpenAsync
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
            (services, engine, cancel) => CanoEngine.OpenAsync(store(services), engine, cancel)
        );

    public static StoreChoice OfOpening(Func<IServiceProvider, Task<ICheckpointStore>> open) =>
        new(
            "a store of UseCheckpointStore",
            async (services, engine, cancel) =>
            {
                var store = await open(services).ConfigureAwait(false);
                services.GetRequiredService<OpenedStores>().Add(store);
                return await CanoEngine.OpenAsync(store, engine, cancel).ConfigureAwait(false);
            }
        );
}
