using Cano.Runtime.Resilience;

namespace Cano.Runtime.Steps.Singles;

/// <summary>One task that chooses the next state.</summary>
internal sealed class TaskBody<TState> : Body<TState>
    where TState : notnull
{
    private readonly TaskPolicy _policy;
    private readonly Func<TaskPolicy, StepKind> _kind;

    public TaskBody(ITask<TState> task, Func<TaskPolicy, StepKind> kind)
    {
        // Read once: a config that changes later changes nothing.
        var config = TaskValidation.RequireConfig(task.Config, task.Name);
        Task = task;
        Rules = config.Rules;
        _policy = config.Policy;
        _kind = kind;
    }

    public ITask<TState> Task { get; }

    public AttemptRules Rules { get; }

    public override string TaskName => Task.Name;

    public override StepKind Define() => _kind(_policy);
}
