namespace Cano;

/// <summary>What users' tasks say of themselves, checked where they are registered.</summary>
internal static class Given
{
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TaskConfig Config(TaskConfig? config, string task, string parameter = "task") =>
        config ?? throw new ArgumentException($"Task '{task}' has no config; use TaskConfig.Default or TaskConfig.Minimal", parameter);

    /// <summary>A branch whose name and config are read once: what changes later changes nothing.</summary>
    /// <exception cref="ArgumentException">It is null, or one of them is.</exception>
    public static ITask<TState> Branch<TState>(ITask<TState>? branch)
    {
        const string Parameter = "branches";
        if (branch is null) throw new ArgumentException("A branch is null", Parameter);
        if (string.IsNullOrEmpty(branch.Name)) throw new ArgumentException($"A branch of type {branch.GetType().Name} has no name", Parameter);
        return CanoTask.From(branch.Name, branch.RunAsync, Config(branch.Config, branch.Name, Parameter));
    }
}
