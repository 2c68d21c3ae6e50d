using System.Globalization;
using Cano.Kernel;
using Cano.Runtime.Steps.Splits;

namespace Cano.Runtime.Steps.Children;

/// <summary>Several runs that a state starts at once.</summary>
internal abstract class SiblingsBody<TState>(SplitRules rules) : ChildrenBody<TState>
    where TState : notnull
{
    protected SplitRules Rules => rules;

    /// <summary>The child of this place.</summary>
    public abstract ChildStart Name(VisitScope<TState> run, int index);

    public override ValueTask<RunEvent> PerformAsync(VisitScope<TState> run) =>
        run.ListAsync(() => ListAsync(run), rules.Timeout);

    /// <summary>The end of a child; of one that was never needed, that.</summary>
    protected static ChildEnding EndOf(FanOut ends, ChildStart child) =>
        ends.Ended.FirstOrDefault(ending => ending.Index == child.Index)
        ?? new ChildEnding(
            child.RunId,
            RowStatus.Cancelled,
            null,
            null,
            CanoError.Of(Fault.Cancelled),
            child.Index,
            -1,
            StateData.None
        );

    /// <summary>The id of one of several.</summary>
    protected static string IdOf(VisitScope<TState> run, string name) => $"{IdOf(run)}/{name}";

    protected static string IdOf(VisitScope<TState> run, int index) =>
        IdOf(run, index.ToString(CultureInfo.InvariantCulture));

    /// <summary>What each child is given; null for nothing.</summary>
    protected abstract ValueTask<StoredValue?[]> ListAsync(VisitScope<TState> run);
}
