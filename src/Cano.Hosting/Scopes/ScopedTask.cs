using Cano.Runtime.Steps.Singles;

namespace Cano.Hosting.Scopes;

/// <summary>One attempt of a task of which each has its own; also of a kind that is composed of several calls
/// and is one attempt as a whole.</summary>
/// <param name="scopes">Makes them.</param>
/// <param name="name">As one of them says.</param>
/// <param name="config">As one of them says.</param>
/// <param name="attempt">The task that such an attempt is.</param>
internal sealed class ScopedTask<TState, TContract>(
    TaskScopes<TContract> scopes,
    string name,
    TaskConfig config,
    Func<TContract, ITask<TState>> attempt
) : ITask<TState>, IComposedTask
    where TContract : class
{
    public string Name => name;

    public TaskConfig Config => config;

    public ValueTask<TState> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
        scopes.CallAsync(
            context,
            attempt,
            static (task, context, attempt, cancel) => attempt(task).CallAsync(context, cancel),
            cancellationToken
        );
}
