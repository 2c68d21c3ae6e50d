using Cano.Runtime.Data;

namespace Cano.Runtime.Steps.Splits;

/// <summary>A fan-out over tasks, fixed or listed at run time, after which one state follows.</summary>
internal sealed class TaskSplit<TState> : SplitBody<TState>
    where TState : notnull
{
    // Either is null. A visit is a value: one does for all when its branches are always the same.
    private readonly SplitVisit<TState>? _known;
    private readonly Func<TaskContext, IEnumerable<ITask<TState>>>? _list;
    private readonly States<TState> _states;

    /// <summary>Branches known in advance.</summary>
    public TaskSplit(IEnumerable<ITask<TState>> branches, JoinConfig<TState> join, States<TState> states)
    {
        _states = states;
        _known = new([.. branches.Select(Branch)]);
        Join = join;
    }

    /// <summary>Branches listed at each entry of the state.</summary>
    public TaskSplit(
        Func<TaskContext, IEnumerable<ITask<TState>>> list,
        JoinConfig<TState> join,
        States<TState> states
    )
    {
        _states = states;
        _list = list;
        Join = join;
    }

    public JoinConfig<TState> Join { get; }

    public override SplitRules Rules =>
        field ??= new(Join.Strategy, Join.Timeout, Join.Bulkhead, Join.WaitsForAll);

    public override bool StoresPartialResults => Join.StoresPartialResults;

    public override IEnumerable<TState> Next => [Join.Next];

    public override StepKind Define() =>
        StepKind.NewSplit(Rules.Define(_states.NameOf(Join.Next), _known?.Names));

    public override ValueTask<SplitVisit<TState>> VisitAsync(TaskContext context, CancellationToken cancel) =>
        new(_known ?? new SplitVisit<TState>(List(context)));

    private ListedBranch<TState>[] List(TaskContext context)
    {
        ITask<TState>[] tasks =
        [
            .. _list!(context) ?? throw Missing(context, "its list of branches is null; list none instead"),
        ];
        for (var i = 0; i < tasks.Length; i++)
        {
            if (tasks[i] is null)
                throw Missing(context, $"branch {i} of its list is null");
            if (Lookalikes.Find(tasks[i]) is { } problem)
                throw Missing(context, problem);
        }

        return [.. tasks.Select((task, i) => ListedBranch<TState>.Of(task, i, context.State))];
    }

    /// <summary>A branch that is known in advance.</summary>
    /// <exception cref="ArgumentException">It is null, or one of them is.</exception>
    private static ListedBranch<TState> Branch(ITask<TState>? branch)
    {
        const string Parameter = "branches";
        if (branch is null)
            throw new ArgumentException("A branch is null", Parameter);
        if (string.IsNullOrEmpty(branch.Name))
            throw new ArgumentException($"A branch of type {branch.GetType().Name} has no name", Parameter);
        Lookalikes.ThrowIfAny(branch, Parameter);
        return new(branch, branch.Name, TaskValidation.RequireConfig(branch.Config, branch.Name, Parameter));
    }

    private static CanoException Missing(TaskContext context, string what) =>
        new(CanoError.Of(Fault.NewWorkflow($"Split '{context.State}': {what}")));
}
