namespace Cano;

/// <summary>One task that chooses the next state.</summary>
internal sealed class TaskBody<TState> : Body<TState>
    where TState : notnull
{
    private readonly TaskPolicy _policy;
    private readonly bool _isNamed;
    private readonly bool _isRouter;

    public TaskBody(ITask<TState> task, bool isNamed, bool isRouter)
    {
        // Read once: a config that changes later changes nothing.
        var config = TaskValidation.RequireConfig(task.Config, task.Name);
        Task = task;
        Rules = config.Rules;
        _policy = config.Policy;
        _isNamed = isNamed;
        _isRouter = isRouter;
    }

    public ITask<TState> Task { get; }

    public AttemptRules Rules { get; }

    public override string? TaskName => _isNamed ? Task.Name : null;

    public override Step Define() => _isRouter ? Step.NewRouter(_policy) : Step.NewSingle(_policy);
}
