namespace Cano.Runtime.Steps.Splits;

/// <summary>A branch as it was listed. Its name and its config are read once: what changes later changes
/// nothing.</summary>
internal sealed class ListedBranch<TState>(ITask<TState> task, string name, TaskConfig config)
{
    public ITask<TState> Task => task;

    public string Name => name;

    public TaskConfig Config => config;

    /// <summary>Of a task that the user has listed.</summary>
    /// <exception cref="CanoException">`workflow`: it has no config, and could not even fail.</exception>
    public static ListedBranch<TState> Of(ITask<TState> task, int index, string state) =>
        new(
            task,
            task.Name,
            task.Config
                ?? throw new CanoException(
                    CanoError.Of(
                        Fault.NewWorkflow(
                            $"Split '{state}': branch {index}, '{task.Name}', has no Config; give TaskConfig.Default"
                        )
                    )
                )
        );
}
