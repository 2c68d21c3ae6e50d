namespace Cano;

/// <summary>Chooses the next state and does nothing else; leaves no row in the journal.</summary>
public interface IRouterTask<TState>
{
    /// <summary>The name in logs, errors and diagrams.</summary>
    string Name => GetType().Name;

    /// <summary>Read once, when the router is registered; <see cref="TaskConfig.Default"/> unless
    /// given.</summary>
    TaskConfig Config => TaskConfig.Default;

    /// <summary>The next state.</summary>
    ValueTask<TState> RouteAsync(TaskContext context, CancellationToken cancellationToken);
}
