using System.Runtime.CompilerServices;
using Cano.Hosting.Engines;
using Cano.Hosting.Lifetime;
using Cano.Hosting.Options;
using Cano.Hosting.Stores;
using Cano.Hosting.Workflows;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cano;

/// <summary>An engine in a host.</summary>
public static class CanoServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="CanoEngine"/> to a host, which opens it when it starts, goes on with what
    /// was left when it has started, and suspends and closes it when it stops. Called again, it goes on with
    /// the same engine.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options, behind what the section "Cano" of the configuration
    /// says. What is wrong with them stops the start, an <see cref="OptionsValidationException"/>.</param>
    /// <exception cref="ArgumentNullException">There are no services.</exception>
    [OverloadResolutionPriority(1)]
    public static CanoBuilder AddCano(
        this IServiceCollection services,
        Action<CanoHostOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(service => service.ServiceType == typeof(EngineHost)))
            AddEngine(services);
        if (configure is not null)
            services.Configure(configure);
        return new CanoBuilder(services);
    }

    /// <summary>As <see cref="AddCano(IServiceCollection, Action{CanoHostOptions}?)"/>, for who goes on with
    /// other services.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Says what the engine knows.</param>
    /// <exception cref="ArgumentNullException">One of both is missing.</exception>
    public static IServiceCollection AddCano(this IServiceCollection services, Action<CanoBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(services.AddCano());
        return services;
    }

    private static void AddEngine(IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions<CanoHostOptions>().ValidateOnStart();
        // Before all code that sets options, wherever it stands.
        services.Insert(
            0,
            ServiceDescriptor.Singleton<IConfigureOptions<CanoHostOptions>>(provider => new HostSection(
                provider.GetService<IConfiguration>()
            ))
        );
        services.AddSingleton<IValidateOptions<CanoHostOptions>, HostProblems>();
        services.AddSingleton<OpenedStores>();
        services.AddSingleton<EngineSource>();
        services.AddSingleton<EngineOpening>();
        services.AddSingleton<EngineHost>();
        services.AddSingleton<HostedWorkflows>();
        services.AddSingleton<HostResources>();
        services.AddSingleton<HostSchedules>();
        services.AddSingleton<HostSettings>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<EngineHost>());
        services.AddSingleton(provider => provider.GetRequiredService<EngineSource>().Engine);
        services.AddSingleton(provider => provider.GetRequiredService<EngineSource>().RunningSchedules);
    }
}
