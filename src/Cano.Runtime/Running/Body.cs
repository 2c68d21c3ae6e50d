using Cano.Kernel;

namespace Cano;

/// <summary>The work of a state: its task or branches, and how the kernel is told of it.</summary>
internal abstract class Body<TState>
    where TState : notnull
{
    /// <summary>The task's name; null when it is called as its state.</summary>
    public abstract string? TaskName { get; }

    /// <summary>The states it names itself, beside those that it may return.</summary>
    public abstract IEnumerable<TState> Targets { get; }

    public abstract Step Define();
}

/// <summary>One task that chooses the next state.</summary>
internal sealed class TaskBody<TState>(ITask<TState> task, bool isNamed, bool isRouter) : Body<TState>
    where TState : notnull
{
    private readonly TaskPolicy _policy = task.Config.Policy;

    public ITask<TState> Task => task;

    /// <summary>The longest an attempt may take; none when null.</summary>
    public TimeSpan? AttemptTimeout => _policy.AttemptTimeout;

    public override string? TaskName => isNamed ? task.Name : null;

    public override IEnumerable<TState> Targets => [];

    public override Step Define() => isRouter ? Step.NewRouter(_policy) : Step.NewSingle(_policy);
}

/// <summary>Work that is more than one call of one task.</summary>
internal abstract class PerformedBody<TState> : Body<TState>
    where TState : notnull
{
    /// <summary>Does one piece of it and says what happened. What it throws is a failed attempt.</summary>
    public abstract ValueTask<RunEvent> PerformAsync(Interpreter<TState> run);
}

/// <summary>A fan-out over branches, fixed or listed at run time.</summary>
internal sealed class SplitBody<TState> : Body<TState>
    where TState : notnull
{
    private readonly Func<TaskContext, IEnumerable<ITask<TState>>> _list;
    private readonly string[]? _names;

    /// <summary>Branches known in advance.</summary>
    public SplitBody(IReadOnlyList<ITask<TState>> branches, JoinConfig<TState> join)
    {
        _names = [.. branches.Select(branch => branch.Name)];
        _list = _ => branches;
        Join = join;
    }

    /// <summary>Branches listed at each entry of the state.</summary>
    public SplitBody(Func<TaskContext, IEnumerable<ITask<TState>>> list, JoinConfig<TState> join)
    {
        _list = list;
        Join = join;
    }

    public JoinConfig<TState> Join { get; }

    public override string? TaskName => "";

    public override IEnumerable<TState> Targets => [Join.Next];

    public IReadOnlyList<ITask<TState>> List(TaskContext context) => [.. _list(context)];

    public override Step Define() =>
        Step.NewSplit(
            new SplitDefinition(
                Join.Strategy,
                StateNames<TState>.Of(Join.Next),
                _names,
                Join.Timeout,
                Join.Bulkhead,
                Join.WaitsForAll
            )
        );
}
