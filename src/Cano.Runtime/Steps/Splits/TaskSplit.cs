using Cano.Runtime.Data;

namespace Cano.Runtime.Steps.Splits;

/// <summary>A fan-out over tasks, fixed or listed at run time, after which one state follows.</summary>
internal sealed class TaskSplit<TState> : SplitBody<TState>
    where TState : notnull
{
    private readonly Func<TaskContext, IEnumerable<ITask<TState>>> _list;
    private readonly string[]? _names;

    /// <summary>Branches known in advance.</summary>
    public TaskSplit(IEnumerable<ITask<TState>> branches, JoinConfig<TState> join)
    {
        ITask<TState>[] known = [.. branches.Select(Branch)];
        _names = [.. known.Select(branch => branch.Name)];
        _list = _ => known;
        Join = join;
    }

    /// <summary>Branches listed at each entry of the state.</summary>
    public TaskSplit(Func<TaskContext, IEnumerable<ITask<TState>>> list, JoinConfig<TState> join)
    {
        _list = list;
        Join = join;
    }

    public JoinConfig<TState> Join { get; }

    public override SplitRules Rules =>
        field ??= new(Join.Strategy, Join.Timeout, Join.Bulkhead, Join.WaitsForAll);

    public override bool StoresPartialResults => Join.StoresPartialResults;

    public override IEnumerable<TState> Next => [Join.Next];

    public override StepKind Define() =>
        StepKind.NewSplit(Rules.Define(StateNames<TState>.Of(Join.Next), _names));

    public override ValueTask<SplitVisit<TState>> VisitAsync(TaskContext context, CancellationToken cancel) =>
        new(new SplitVisit<TState>(List(context)));

    private ITask<TState>[] List(TaskContext context)
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
