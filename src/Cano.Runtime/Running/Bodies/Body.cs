using Cano.Kernel;

namespace Cano;

/// <summary>The work of a state: its task or branches, and how the kernel is told of it.</summary>
internal abstract class Body<TState>
    where TState : notnull
{
    /// <summary>The task's name; null when it is called as its state.</summary>
    public abstract string? TaskName { get; }

    public abstract Step Define();

    /// <summary>The same work with something around the user's part of it.</summary>
    public abstract Body<TState> With(IBodyRewriter<TState> rewriter);
}

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
        var config = Given.Config(task.Config, task.Name);
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

    public override Body<TState> With(IBodyRewriter<TState> rewriter) =>
        new TaskBody<TState>(Around(Task, rewriter), _isNamed, _isRouter);

    /// <summary>A task with something around every call of the user's part of it.</summary>
    public static ITask<TState> Around(ITask<TState> task, IBodyRewriter<TState> rewriter) =>
        task is IComposedTask<TState> composed ? composed.With(rewriter) : rewriter.Task(task);
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
    public SplitBody(IEnumerable<ITask<TState>> branches, JoinConfig<TState> join)
    {
        ITask<TState>[] known = [.. branches.Select(Given.Branch)];
        _names = [.. known.Select(branch => branch.Name)];
        _list = _ => known;
        Join = join;
    }

    /// <summary>Branches listed at each entry of the state.</summary>
    public SplitBody(Func<TaskContext, IEnumerable<ITask<TState>>> list, JoinConfig<TState> join)
    {
        _list = list;
        Join = join;
    }

    private SplitBody(SplitBody<TState> other, Func<TaskContext, IEnumerable<ITask<TState>>> list)
    {
        _names = other._names;
        _list = list;
        Join = other.Join;
    }

    public JoinConfig<TState> Join { get; }

    public override string? TaskName => "";

    /// <summary>The branches of one entry of the state.</summary>
    /// <exception cref="CanoException">`workflow`: there is no list, or a branch in it is missing.</exception>
    public IReadOnlyList<ITask<TState>> List(TaskContext context)
    {
        ITask<TState>[] branches = [.. _list(context) ?? throw Missing(context, "its list of branches is null; list none instead")];
        for (var i = 0; i < branches.Length; i++)
        {
            if (branches[i] is null) throw Missing(context, $"branch {i} of its list is null");
        }

        return branches;
    }

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

    private static CanoException Missing(TaskContext context, string what) =>
        new(CanoError.Of(Fault.NewWorkflow($"Split '{context.State}': {what}")));

    public override Body<TState> With(IBodyRewriter<TState> rewriter) =>
        new SplitBody<TState>(this, context => _list(context).Select(task => TaskBody<TState>.Around(task, rewriter)));
}
