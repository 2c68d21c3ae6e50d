namespace Cano.Hosting.Scopes;

/// <summary>A timer of which each of the two calls has its own: between them its run rests.</summary>
internal sealed class ScopedTimer<TState>(TaskScopes<ITimerTask<TState>> scopes) : ITimerTask<TState>
{
    private readonly (string Name, TaskConfig Config) _told = scopes.Ask(task => (task.Name, task.Config));

    public string Name => _told.Name;

    public TaskConfig Config => _told.Config;

    public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
        scopes.CallAsync(
            context,
            0,
            static (task, context, _, cancel) => task.WaitAsync(context, cancel),
            cancellationToken
        );

    public ValueTask<TState> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) =>
        scopes.CallAsync(
            context,
            0,
            static (task, context, _, cancel) => task.AfterWaitAsync(context, cancel),
            cancellationToken
        );
}
