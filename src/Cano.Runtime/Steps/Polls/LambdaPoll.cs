namespace Cano.Runtime.Steps.Polls;

/// <summary>A poll made of a lambda.</summary>
internal sealed class LambdaPoll<TState>(
    string name,
    Func<TaskContext, CancellationToken, ValueTask<PollOutcome<TState>>> poll,
    TaskConfig? config
) : IPollTask<TState>
{
    public string Name => name;

    public TaskConfig Config => config ?? TaskConfig.Minimal;

    public ValueTask<PollOutcome<TState>> PollAsync(
        TaskContext context,
        CancellationToken cancellationToken
    ) => poll(context, cancellationToken);
}
