namespace Cano;

/// <summary>A task in three steps: read what is needed, do the work without the context, store what came of
/// it.</summary>
/// <remarks>The three are one attempt: a failure in any of them repeats all.</remarks>
public interface INode<TState, TPrep, TExec>
{
    /// <summary>The name in logs, errors and diagrams.</summary>
    string Name => GetType().Name;

    /// <summary>Read once, when the node is registered; <see cref="TaskConfig.Default"/> unless
    /// given.</summary>
    TaskConfig Config => TaskConfig.Default;

    /// <summary>Reads what the work needs.</summary>
    ValueTask<TPrep> PrepAsync(TaskContext context, CancellationToken cancellationToken);

    /// <summary>Does the work.</summary>
    ValueTask<TExec> ExecAsync(TPrep prep, CancellationToken cancellationToken);

    /// <summary>Stores what came of it and chooses the next state.</summary>
    ValueTask<TState> PostAsync(TaskContext context, TExec exec, CancellationToken cancellationToken);
}
