namespace Cano;

/// <summary>A step of a saga: it gives an output with which it can be undone when the run fails
/// later.</summary>
public interface ICompensatableTask<TState, TOutput>
{
    /// <summary>The name in logs, errors and diagrams.</summary>
    string Name => GetType().Name;

    /// <summary>Read once, when the task is registered; <see cref="TaskConfig.Default"/> unless given. The
    /// attempt timeout bounds the compensation too.</summary>
    TaskConfig Config => TaskConfig.Default;

    /// <summary>Does the step. It is never abandoned half-way: a cancellation or timeout lets it answer, then
    /// undoes it.</summary>
    ValueTask<(TState Next, TOutput Output)> RunAsync(
        TaskContext context,
        CancellationToken cancellationToken
    );

    /// <summary>Undoes the step. Tried once; what was completed later is undone before it.</summary>
    ValueTask CompensateAsync(TaskContext context, TOutput output, CancellationToken cancellationToken);
}
