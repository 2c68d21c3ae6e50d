namespace Cano.Runtime.Steps;

/// <summary>What users' tasks say of themselves, checked where they are registered.</summary>
internal static class TaskValidation
{
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TaskConfig RequireConfig(TaskConfig? config, string task, string parameter = "task") =>
        config
        ?? throw new ArgumentException(
            $"Task '{task}' has no config; use TaskConfig.Default or TaskConfig.Minimal",
            parameter
        );
}
