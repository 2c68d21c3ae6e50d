using Cano.Runtime.Data;

namespace Cano.Runtime.Steps.Splits;

/// <summary>A fan-out over branches, fixed or listed at run time.</summary>
internal sealed class SplitBody<TState> : Body<TState>
    where TState : notnull
{
    private readonly Func<TaskContext, IEnumerable<ITask<TState>>> _list;
    private readonly string[]? _names;

    /// <summary>Branches known in advance.</summary>
    public SplitBody(IEnumerable<ITask<TState>> branches, JoinConfig<TState> join)
    {
        ITask<TState>[] known = [.. branches.Select(Branch)];
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

    public JoinConfig<TState> Join { get; }

    public override string TaskName => "";

    public override IEnumerable<TState> Next => [Join.Next];

    /// <summary>The branches of one entry of the state.</summary>
    /// <exception cref="CanoException">`workflow`: there is no list, or a branch in it is
    /// missing.</exception>
    public IReadOnlyList<ITask<TState>> List(TaskContext context)
    {
        ITask<TState>[] branches =
        [
            .. _list(context) ?? throw Missing(context, "its list of branches is null; list none instead"),
        ];
        for (var i = 0; i < branches.Length; i++)
        {
            if (branches[i] is null)
                throw Missing(context, $"branch {i} of its list is null");
            if (Lookalikes.Find(branches[i]) is { } problem)
                throw Missing(context, problem);
        }

        return branches;
    }

    public override StepKind Define() =>
        StepKind.NewSplit(
            new SplitDefinition(
                Join.Strategy,
                StateNames<TState>.Of(Join.Next),
                _names,
                Join.Timeout,
                Join.Bulkhead,
                Join.WaitsForAll
            )
        );

    /// <summary>A branch whose name and config are read once: what changes later changes nothing.</summary>
    /// <exception cref="ArgumentException">It is null, or one of them is.</exception>
    private static ITask<TState> Branch(ITask<TState>? branch)
    {
        const string Parameter = "branches";
        if (branch is null)
            throw new ArgumentException("A branch is null", Parameter);
        if (string.IsNullOrEmpty(branch.Name))
            throw new ArgumentException($"A branch of type {branch.GetType().Name} has no name", Parameter);
        Lookalikes.ThrowIfAny(branch, Parameter);
        return CanoTask.From(
            branch.Name,
            branch.RunAsync,
            TaskValidation.RequireConfig(branch.Config, branch.Name, Parameter)
        );
    }

    private static CanoException Missing(TaskContext context, string what) =>
        new(CanoError.Of(Fault.NewWorkflow($"Split '{context.State}': {what}")));
}
