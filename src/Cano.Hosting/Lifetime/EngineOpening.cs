using Cano.Hosting.Stores;
using Cano.Hosting.Workflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cano.Hosting.Lifetime;

/// <summary>Opens the engine of a host, with all its workflows.</summary>
internal sealed partial class EngineOpening(
    IServiceProvider services,
    IEnumerable<StoreChoice> stores,
    OpenedStores opened,
    HostedWorkflows workflows,
    ILogger<CanoEngine> logger
)
{
    /// <summary>Tells what is wrong before anything is set up or opened, as far as it can be known
    /// then.</summary>
    /// <returns>Where the journal is; null: nowhere.</returns>
    /// <exception cref="CanoException">`configuration`.</exception>
    public StoreChoice? Checked(CanoHostOptions options)
    {
        var store = ChosenStore.Of([.. stores], options);
        workflows.Validate();
        return store;
    }

    /// <param name="store">What was chosen.</param>
    /// <param name="options">Of the host.</param>
    /// <param name="cancel">Gives up opening.</param>
    /// <exception cref="CanoException">`configuration`, `checkpoint_store`.</exception>
    public async Task<CanoEngine> OpenAsync(
        StoreChoice? store,
        CanoHostOptions options,
        CancellationToken cancel
    )
    {
        var engine = await OpenedAsync(store, OptionsOf(options), cancel).ConfigureAwait(false);
        try
        {
            workflows.AddTo(engine);
            return engine;
        }
        catch (Exception)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<CanoEngine> OpenedAsync(
        StoreChoice? store,
        CanoEngineOptions options,
        CancellationToken cancel
    )
    {
        if (store is not null)
            return await store.OpenAsync(new(services, opened), options, cancel).ConfigureAwait(false);
        LogNoJournal(logger);
        return CanoEngine.InMemory(options);
    }

    private CanoEngineOptions OptionsOf(CanoHostOptions options)
    {
        var given = options.Engine ?? new CanoEngineOptions();
        return given with
        {
            LoggerFactory = given.LoggerFactory ?? services.GetService<ILoggerFactory>(),
            TimeProvider = given.TimeProvider ?? services.GetService<TimeProvider>(),
            Codec = given.Codec ?? services.GetService<IPayloadCodec>(),
            Observers = [.. given.Observers, .. services.GetServices<IWorkflowObserver>()],
            // What the configuration says gives way to code.
            Retention =
                options.Retention is { } own && own != options.ConfiguredRetention
                    ? own
                    : given.Retention ?? options.Retention,
        };
    }

    [LoggerMessage(
        500,
        LogLevel.Warning,
        "No journal is given: runs live as long as this process. Set Cano:Journal to a directory, or call UseFasterCheckpoints or UseCheckpointStore"
    )]
    private static partial void LogNoJournal(ILogger logger);
}
