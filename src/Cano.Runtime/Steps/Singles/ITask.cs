namespace Cano;

/// <summary>The work of a state: does something and chooses the next state.</summary>
public interface ITask<TState>
{
    /// <summary>The name in logs, errors and diagrams.</summary>
    string Name => GetType().Name;

    /// <summary>Read once, when the task is registered; <see cref="TaskConfig.Default"/> unless
    /// given.</summary>
    TaskConfig Config => TaskConfig.Default;

    /// <summary>One attempt. It may run again after a failure or a crash; <see cref="TaskContext.EffectKey"/>
    /// stays the same for all of them.</summary>
    ValueTask<TState> RunAsync(TaskContext context, CancellationToken cancellationToken);
}
