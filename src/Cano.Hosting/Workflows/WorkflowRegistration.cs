using Cano.Hosting.Engines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Cano.Hosting.Workflows;

/// <summary>A workflow that a host was told of.</summary>
internal abstract class WorkflowRegistration
{
    /// <summary>What the container gives of it.</summary>
    public abstract void AddTo(IServiceCollection services);

    /// <summary>The workflow, not built yet.</summary>
    public abstract HostedWorkflow Of(IServiceProvider services, EngineSource engine);
}

/// <param name="label">What it is called while its name is not known.</param>
/// <param name="name">Its name.</param>
/// <param name="build">Registers its states.</param>
/// <param name="create">Makes one without states.</param>
internal sealed class WorkflowRegistration<TState>(
    string label,
    Func<IServiceProvider, string> name,
    Func<IServiceProvider, Workflow<TState>, Workflow<TState>> build,
    Func<Resources?, Workflow<TState>> create
) : WorkflowRegistration
    where TState : notnull
{
    public override void AddTo(IServiceCollection services)
    {
        // A definition has its name when it is made, which is later: every key is looked up.
        services.TryAddKeyedSingleton<Workflow<TState>>(
            KeyedService.AnyKey,
            static (services, key) => services.GetRequiredService<HostedWorkflows>().Find<TState>(key)!
        );
        services.TryAddSingleton(static services =>
            services.GetRequiredService<HostedWorkflows>().Only<TState>()
        );
    }

    public override HostedWorkflow Of(IServiceProvider services, EngineSource engine) =>
        new HostedWorkflow<TState>(
            label,
            new(() => name(services)),
            own => build(services, create(Resources.From(services)).WithName(own)),
            engine
        );
}
