using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Splits;

namespace Cano.Runtime.Steps.Children;

/// <summary>One of several runs that a state starts, each of a workflow of its own.</summary>
/// <param name="Name">What tells it from the others.</param>
/// <param name="Workflow">Its workflow.</param>
/// <param name="Input">What it is given.</param>
internal sealed record NamedChild(string Name, ChildWorkflow Workflow, Func<TaskContext, GivenInput?> Input);

/// <summary>Runs of several workflows side by side.</summary>
/// <param name="children">The runs.</param>
/// <param name="next">Chooses what follows their ends.</param>
/// <param name="rules">When they are done.</param>
internal sealed class NamedChildren<TState>(
    IReadOnlyList<NamedChild> children,
    Func<TaskContext, ChildEnds, TState> next,
    SplitRules rules
) : SiblingsBody<TState>(rules)
    where TState : notnull
{
    public override IReadOnlyList<ChildWorkflow> Workflows => [.. children.Select(child => child.Workflow)];

    public override int SuffixMax =>
        children.Select(child => SuffixOf(child.Name, child.Workflow)).DefaultIfEmpty().Max();

    public override StepKind Define() =>
        StepKind.NewChildren(
            new(
                [.. children.Select(child => child.Workflow.Define(child.Name))],
                Rules.Define(null, [.. children.Select(child => child.Name)])
            )
        );

    public override ChildStart Name(VisitScope<TState> run, int index) =>
        Start(run, IdOf(run, children[index].Name), children[index].Workflow, null, index);

    protected override async ValueTask<StoredValue?[]> ListAsync(VisitScope<TState> run)
    {
        var given = await AskAsync(
                run,
                (context, _) =>
                    new ValueTask<GivenInput?[]>([.. children.Select(child => child.Input(context))])
            )
            .ConfigureAwait(false);
        return
        [
            .. children.Zip(
                given,
                (child, input) =>
                    RunInputs.OfChild(child.Workflow.Name, child.Workflow.Accepts, input, run.Options.Values)
            ),
        ];
    }

    protected override ValueTask<TState> NextAsync(TaskContext context, FanOut ends, CancellationToken cancel)
    {
        var scope = (VisitScope<TState>)context.Scope;
        var all = children.Select((child, index) => (child, EndOf(ends, Name(scope, index))));
        return new(next(context, new ChildEnds(all, context.Options.Values)));
    }
}
