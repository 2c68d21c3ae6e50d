using System.Diagnostics.CodeAnalysis;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Microsoft.Extensions.DependencyInjection;

namespace Cano.Hosting.Scopes;

/// <summary>Makes the tasks of a class, each in a scope of its own: the container's service, if the class is
/// one, else by its constructor.</summary>
/// <typeparam name="TContract">The kind of task.</typeparam>
internal sealed class TaskScopes<TContract>
    where TContract : class
{
    private readonly IServiceScopeFactory _scopes;
    private readonly Func<IServiceProvider, TContract> _make;
    private readonly bool _isService;
    private readonly string _name;

    private TaskScopes(
        IServiceProvider services,
        Func<IServiceProvider, TContract> make,
        bool isService,
        string name
    )
    {
        _scopes = services.GetRequiredService<IServiceScopeFactory>();
        _make = make;
        _isService = isService;
        _name = name;
    }

    /// <summary>Those of a class, from the container behind a workflow.</summary>
    /// <exception cref="CanoException">`configuration`: there is none.</exception>
    public static TaskScopes<TContract> Of<
        TState,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TTask
    >(Workflow<TState> workflow)
        where TState : notnull
        where TTask : class, TContract
    {
        ArgumentNullException.ThrowIfNull(workflow);
        var name = TypeNames.Of(typeof(TTask));
        var services =
            workflow.Setup.Resources.Services
            ?? throw InvalidConfiguration.Of(
                $"No container is there to make a `{name}`: register it in AddWorkflow, or in a workflow whose resources come from Resources.From(services)"
            );
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(TTask)) == true)
            return new(services, scoped => scoped.GetRequiredService<TTask>(), isService: true, name);
        var made = ActivatorUtilities.CreateFactory<TTask>([]);
        return new(services, scoped => made(scoped, []), isService: false, name);
    }

    /// <summary>A task, which is disposed of with its scope.</summary>
    /// <exception cref="Exception">Whatever its constructor throws, or the container.</exception>
    public TaskInScope<TContract> Begin()
    {
        var scope = _scopes.CreateAsyncScope();
        try
        {
            return new(scope, _make(scope.ServiceProvider), isOwned: !_isService);
        }
        catch (Exception)
        {
            DisposeOfRest(scope);
            throw;
        }
    }

    /// <summary>What a task says of itself, by one that is made for it and disposed of at once.</summary>
    /// <exception cref="CanoException">`configuration`: it cannot be made.</exception>
    public T Ask<T>(Func<TContract, T> question)
    {
        var begun = Tried();
        try
        {
            Lookalikes.ThrowIfAny(begun.Task, _name);
            return question(begun.Task);
        }
        finally
        {
            // Where a workflow is built nobody awaits: the host waits so for its container too.
            begun.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Makes one call of a task, in a scope that ends with it.</summary>
    public async ValueTask<T> CallAsync<TArgument, T>(
        TaskContext context,
        TArgument argument,
        Func<TContract, TaskContext, TArgument, CancellationToken, ValueTask<T>> call,
        CancellationToken cancel
    )
    {
        var begun = Begin();
        try
        {
            // What a simulation puts around a call must not be left.
            return await call(begun.Task, context, argument, cancel)
                .ConfigureAwait(context.Options.Calls is not null);
        }
        finally
        {
            await begun.EndAsync(context.Logger).ConfigureAwait(false);
        }
    }

    /// <summary>Disposes of what was made before the one that failed, which is what is told.</summary>
    private static void DisposeOfRest(AsyncServiceScope scope)
    {
        try
        {
            // A task is made where nobody awaits, and this is how its container is disposed of, too.
            scope.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (Exception)
        {
            // Why there is no task says more.
        }
    }

    private TaskInScope<TContract> Tried()
    {
        try
        {
            return Begin();
        }
        catch (Exception thrown) when (thrown is not CanoException)
        {
            throw InvalidConfiguration.Of($"Task `{_name}` cannot be made: {UserText.MessageOf(thrown)}");
        }
    }
}
