using System.Runtime.CompilerServices;
using Cano.Runtime.Errors;

namespace Cano;

/// <summary>Makes tasks from lambdas: branches of a split, for instance.</summary>
public static class CanoTask
{
    /// <summary>A task with a name and a body; without a config it has
    /// <see cref="TaskConfig.Default"/>.</summary>
    public static ITask<TState> From<TState>(
        string name,
        Func<TaskContext, CancellationToken, ValueTask<TState>> body,
        TaskConfig? config = null
    ) => new LambdaTask<TState>(name, body, config);

    /// <inheritdoc cref="From{TState}(string, Func{TaskContext, CancellationToken, ValueTask{TState}}, TaskConfig?)"/>
    [OverloadResolutionPriority(-1)]
    public static ITask<TState> From<TState>(
        string name,
        Func<TaskContext, CancellationToken, Task<TState>> body,
        TaskConfig? config = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return new LambdaTask<TState>(
            name,
            (context, token) =>
                new ValueTask<TState>(body(context, token) ?? throw InvalidAnswer.OfNullTask(name)),
            config
        );
    }
}

internal sealed class LambdaTask<TState> : ITask<TState>
{
    private readonly Func<TaskContext, CancellationToken, ValueTask<TState>> _body;

    public LambdaTask(
        string name,
        Func<TaskContext, CancellationToken, ValueTask<TState>> body,
        TaskConfig? config
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(body);
        Name = name;
        Config = config ?? TaskConfig.Default;
        _body = body;
    }

    public string Name { get; }

    public TaskConfig Config { get; }

    public ValueTask<TState> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
        _body(context, cancellationToken);
}
