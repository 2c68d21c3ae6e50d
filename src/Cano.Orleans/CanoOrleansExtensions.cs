using Cano.Orleans.Clocks;
using Cano.Orleans.Hints;
using Cano.Orleans.Lifetimes;
using Cano.Orleans.Silos;
using Cano.Runtime.Checkpoints;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Cano;

/// <summary>Cano on Orleans: what is sent to a run reaches the node that has it at once, and so does the news
/// of its end whoever waits for it elsewhere.</summary>
/// <remarks>Nothing depends on it. What Orleans loses, doubles or brings to the wrong silo the store's polls
/// find; who may write to a run the store alone says.</remarks>
public static class CanoOrleansExtensions
{
    /// <summary>The name of the health check that tells whether the silo's clock is right.</summary>
    public const string ClockCheckName = "cano-clock";

    /// <summary>Has the engines of this process, on the same store, be told by other silos and tell them, and
    /// keeps the membership of silos in the store's schema. Sets how silos watch each other, the distributed
    /// grain directory, and 5 s as the time that a call may take; what is configured behind this
    /// counts.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="store">The store, which stays the caller's to dispose of.</param>
    /// <exception cref="ArgumentNullException">One of both is missing.</exception>
    /// <remarks>The host does not start, `configuration`, when the machine's clock and the database's are
    /// more than 10 s apart; when they come to be, a health check named <see cref="ClockCheckName"/>, tagged
    /// "ready", is unhealthy.</remarks>
    public static ISiloBuilder UseCano(this ISiloBuilder silo, PostgresCheckpointStore store)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(store);
        AddHints(silo.Services, store);
        silo.Services.AddSingleton<OwnSilo>();
        silo.Services.AddSingleton<IMembershipTable, SiloTable>();
        silo.Services.AddPlacementDirector<NodePlacement, NodeDirector>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloLifetime>();
        silo.Services.AddSingleton<ClockCheck>();
        silo.Services.AddHealthChecks()
            .AddCheck<ClockHealth>(ClockCheckName, failureStatus: null, tags: ["ready"]);
        SiloSettings.Apply(silo);
        return silo;
    }

    /// <summary>Has the engines of this process, which is no silo, tell silos what they send to runs, and
    /// finds silos by the store's schema.</summary>
    /// <param name="client">The client.</param>
    /// <param name="store">The store, which stays the caller's to dispose of.</param>
    /// <exception cref="ArgumentNullException">One of both is missing.</exception>
    public static IClientBuilder UseCano(this IClientBuilder client, PostgresCheckpointStore store)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(store);
        AddHints(client.Services, store);
        client.Services.AddSingleton<IGatewayListProvider, GatewayList>();
        client.Services.AddSingleton<ILifecycleParticipant<IClusterClientLifecycle>, ClientLifetime>();
        return client;
    }

    private static void AddHints(IServiceCollection services, PostgresCheckpointStore store)
    {
        services.AddSingleton(store.Database);
        services.AddSingleton<IHintedStore>(store);
        services.AddSingleton<NodeMap>();
        services.AddSingleton(provider => new HintRouter(
            provider.GetRequiredService<IHintedStore>(),
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<NodeMap>(),
            provider.GetService<OwnSilo>(),
            provider.GetRequiredService<ILogger<HintRouter>>()
        ));
    }
}
