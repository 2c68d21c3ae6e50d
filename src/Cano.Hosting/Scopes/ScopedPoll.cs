namespace Cano.Hosting.Scopes;

/// <summary>A poll of which each look has its own: between two of them its run may rest for days.</summary>
internal sealed class ScopedPoll<TState>(TaskScopes<IPollTask<TState>> scopes) : IPollTask<TState>
{
    private readonly (string Name, TaskConfig Config, PollErrorPolicy OnError) _told = scopes.Ask(task =>
        (task.Name, task.Config, task.OnError)
    );

    public string Name => _told.Name;

    public TaskConfig Config => _told.Config;

    public PollErrorPolicy OnError => _told.OnError;

    public ValueTask<PollOutcome<TState>> PollAsync(
        TaskContext context,
        CancellationToken cancellationToken
    ) =>
        scopes.CallAsync(
            context,
            0,
            static (task, context, _, cancel) => task.PollAsync(context, cancel),
            cancellationToken
        );
}
