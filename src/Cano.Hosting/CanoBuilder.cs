using System.Diagnostics.CodeAnalysis;
using Cano.Hosting.Engines;
using Cano.Hosting.Health;
using Cano.Hosting.Lifetime;
using Cano.Hosting.Stores;
using Cano.Hosting.Workflows;
using Cano.Runtime.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cano;

/// <summary>Says what the engine of a host knows: its journal, its workflows, its schedules.</summary>
/// <remarks>What does not fit together is told when the host starts, all of it at once: a
/// <see cref="CanoException"/>, `configuration`. A journal that cannot be opened is `checkpoint_store`
/// there.</remarks>
public sealed partial class CanoBuilder
{
    /// <summary>The tag of the check that tells whether the engine can take work.</summary>
    public const string ReadyTag = "ready";

    /// <summary>The tag of the check that tells whether the process should go on.</summary>
    public const string LiveTag = "live";

    internal CanoBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Keeps runs in the embedded journal of a directory, whatever the configuration
    /// names.</summary>
    /// <param name="directory">The journal's own directory, which is made if missing.</param>
    /// <param name="options">Its sizes and disk; those of the engine's options, or defaults, unless
    /// given.</param>
    /// <exception cref="ArgumentException">The directory is empty.</exception>
    public CanoBuilder UseFasterCheckpoints(string directory, FasterCheckpointOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        Services.AddSingleton(StoreChoice.OfDirectory(directory, options));
        return this;
    }

    /// <summary>Keeps runs in a store, which the engine disposes of unless others may share it.</summary>
    /// <exception cref="ArgumentNullException">There is none.</exception>
    public CanoBuilder UseCheckpointStore(ICheckpointStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return UseCheckpointStore(_ => store);
    }

    /// <summary>As <see cref="UseCheckpointStore(ICheckpointStore)"/>, with a store that is made of the
    /// container's services when the host starts. What that throws, the start throws.</summary>
    /// <exception cref="ArgumentNullException">Nothing makes it.</exception>
    public CanoBuilder UseCheckpointStore(Func<IServiceProvider, ICheckpointStore> store)
    {
        ArgumentNullException.ThrowIfNull(store);
        Services.AddSingleton(StoreChoice.OfStore(store));
        return this;
    }

    /// <summary>As <see cref="UseCheckpointStore(ICheckpointStore)"/>, with a store that is opened when the
    /// host starts: `UseCheckpointStore(_ => PostgresCheckpointStore.OpenAsync(connection))`. One that others
    /// may share is disposed of with the container, behind the engine.</summary>
    /// <exception cref="ArgumentNullException">Nothing opens it.</exception>
    public CanoBuilder UseCheckpointStore<TStore>(Func<IServiceProvider, Task<TStore>> open)
        where TStore : class, ICheckpointStore
    {
        ArgumentNullException.ThrowIfNull(open);
        Services.AddSingleton(
            StoreChoice.OfOpening(async services => await open(services).ConfigureAwait(false))
        );
        return this;
    }

    /// <summary>Adds a workflow. The container gives it as `Workflow&lt;TState&gt;`, under its name as key,
    /// of several versions the newest, and without a key where it is the only one with such
    /// states.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="build">Registers its states, in a workflow that has the name, and the container's
    /// services as resources. What it throws is told when the host starts, `configuration`, or by whoever
    /// asks the container for the workflow before.</param>
    /// <exception cref="ArgumentException">The name is empty, or nothing builds the workflow.</exception>
    public CanoBuilder AddWorkflow<[DynamicallyAccessedMembers(Workflow.Names)] TState>(
        string name,
        Func<IServiceProvider, Workflow<TState>, Workflow<TState>> build
    )
        where TState : notnull
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(build);
        return Add(new WorkflowRegistration<TState>(name, _ => name, build, Workflow.Create<TState>));
    }

    /// <inheritdoc cref="AddWorkflow{TState}(string, Func{IServiceProvider, Workflow{TState}, Workflow{TState}})"/>
    public CanoBuilder AddWorkflow<[DynamicallyAccessedMembers(Workflow.Names)] TState>(
        string name,
        Func<Workflow<TState>, Workflow<TState>> build
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(build);
        return AddWorkflow<TState>(name, (_, workflow) => build(workflow));
    }

    /// <summary>Adds the workflow that a class defines, which the container makes once; else as the
    /// others.</summary>
    /// <exception cref="NotSupportedException">The class does not implement
    /// <see cref="IWorkflowDefinition{TState}"/>.</exception>
    public CanoBuilder AddWorkflow<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TDefinition
    >()
        where TDefinition : class, IWorkflowDefinition
    {
        Services.TryAddSingleton<TDefinition>();
        return Add(
            TDefinition.Registration(
                TypeNames.Of(typeof(TDefinition)),
                services => services.GetRequiredService<TDefinition>()
            )
        );
    }

    /// <summary>Adds flows to the schedules, which begin when the host has started; their runs are the
    /// engine's. The container gives all of them as one <see cref="RunningScheduler"/>.</summary>
    /// <param name="schedule">Adds them, to those that were added before; what it throws, the start
    /// throws.</param>
    /// <exception cref="ArgumentNullException">Nothing adds them.</exception>
    public CanoBuilder AddSchedule(Func<IServiceProvider, Scheduler, Scheduler> schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Services.AddSingleton(new ScheduleRegistration(schedule));
        return this;
    }

    /// <summary>Goes on with what the last process left, so many runs at once, whatever the configuration
    /// says.</summary>
    /// <param name="maxConcurrency">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public CanoBuilder ResumeOnStart(int maxConcurrency = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency, 1);
        Services.Configure<CanoHostOptions>(options =>
            (options.ResumeOnStart, options.ResumeConcurrency) = (true, maxConcurrency)
        );
        return this;
    }

    /// <summary>Adds two health checks. The one of this name, tagged <see cref="ReadyTag"/>, tells whether
    /// the engine can take work (the journal takes a write, shared resources are healthy), and what a person
    /// must look at: runs that need attention, flows that have tripped, a long backlog. The other, of this
    /// name with "-live" behind it and tagged <see cref="LiveTag"/>, whether the engine is there at all.
    /// Before the host has started, and from its stop on, both are unhealthy.</summary>
    /// <param name="name">The name.</param>
    /// <param name="backlogMax">How many runs, not negative, may wait for a place before it is told; any
    /// number unless given.</param>
    /// <exception cref="ArgumentException">The name is empty, or the number negative.</exception>
    public CanoBuilder AddHealthCheck(string name = "cano", int? backlogMax = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (backlogMax is { } max)
            ArgumentOutOfRangeException.ThrowIfNegative(max, nameof(backlogMax));
        Services
            .AddHealthChecks()
            .Add(
                new HealthCheckRegistration(
                    name,
                    services => new EngineReadiness(
                        services.GetRequiredService<EngineSource>(),
                        services.GetRequiredService<HostResources>(),
                        backlogMax
                    ),
                    failureStatus: null,
                    [ReadyTag]
                )
            )
            .AddCheck<EngineLiveness>($"{name}-live", tags: [LiveTag]);
        return this;
    }

    private CanoBuilder Add(WorkflowRegistration workflow)
    {
        Services.AddSingleton(workflow);
        workflow.AddTo(Services);
        return this;
    }
}
