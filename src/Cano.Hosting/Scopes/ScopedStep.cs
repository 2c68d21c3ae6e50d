namespace Cano.Hosting.Scopes;

/// <summary>Stepped work of which each step has its own.</summary>
internal sealed class ScopedStep<TState, TCursor>(TaskScopes<ISteppedTask<TState, TCursor>> scopes)
    : ISteppedTask<TState, TCursor>
{
    private readonly (string Name, TaskConfig Config) _told = scopes.Ask(task => (task.Name, task.Config));

    public string Name => _told.Name;

    public TaskConfig Config => _told.Config;

    public ValueTask<StepOutcome<TCursor, TState>> StepAsync(
        TaskContext context,
        Cursor<TCursor> cursor,
        CancellationToken cancellationToken
    ) =>
        scopes.CallAsync(
            context,
            cursor,
            static (task, context, cursor, cancel) => task.StepAsync(context, cursor, cancel),
            cancellationToken
        );
}
