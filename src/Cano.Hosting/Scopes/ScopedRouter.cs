namespace Cano.Hosting.Scopes;

/// <summary>A router of which each attempt has its own.</summary>
internal sealed class ScopedRouter<TState>(TaskScopes<IRouterTask<TState>> scopes) : IRouterTask<TState>
{
    private readonly (string Name, TaskConfig Config) _told = scopes.Ask(task => (task.Name, task.Config));

    public string Name => _told.Name;

    public TaskConfig Config => _told.Config;

    public ValueTask<TState> RouteAsync(TaskContext context, CancellationToken cancellationToken) =>
        scopes.CallAsync(
            context,
            0,
            static (task, context, _, cancel) => task.RouteAsync(context, cancel),
            cancellationToken
        );
}
