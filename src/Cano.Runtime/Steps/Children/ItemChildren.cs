using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Splits;

namespace Cano.Runtime.Steps.Children;

/// <summary>A run for each item.</summary>
/// <param name="items">Lists them.</param>
/// <param name="child">The workflow of all.</param>
/// <param name="next">Chooses what follows their ends.</param>
/// <param name="rules">When they are done.</param>
internal sealed class ItemChildren<TState, TItem, TChild>(
    Items<TItem> items,
    ChildWorkflow<TChild> child,
    Func<TaskContext, IReadOnlyList<ChildEnd<TChild>>, TState> next,
    SplitRules rules
) : SiblingsBody<TState>(rules)
    where TState : notnull
    where TChild : notnull
{
    public override IReadOnlyList<ChildWorkflow> Workflows => [child];

    public override int SuffixMax => SuffixOfEach(child);

    public override StepKind Define() =>
        StepKind.NewChildren(new([child.Define("")], Rules.Define(null, null)));

    public override ChildStart Name(VisitScope<TState> run, int index) =>
        Start(run, IdOf(run, index), child, null, index);

    protected override async ValueTask<StoredValue?[]> ListAsync(VisitScope<TState> run)
    {
        var list = await AskAsync(run, items.ListAsync).ConfigureAwait(false);
        return
        [
            .. list.Select(item =>
                RunInputs.OfChild(child.Name, child.Accepts, GivenInput.Of(item), run.Options.Values)
            ),
        ];
    }

    protected override ValueTask<TState> NextAsync(TaskContext context, FanOut ends, CancellationToken cancel)
    {
        var scope = (VisitScope<TState>)context.Scope;
        ChildEnd<TChild>[] all =
        [
            .. Enumerable
                .Range(0, FanOutModule.total(ends))
                .Select(index => EndOf(ends, Name(scope, index)))
                .Select(ending => ChildEnd<TChild>.Of(ending, child, context.Options.Values)),
        ];
        return new(next(context, all));
    }
}
