using Cano.Kernel;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Steps.Children;

/// <summary>One run that a state starts and waits for.</summary>
/// <param name="child">Its workflow.</param>
/// <param name="input">What it is given.</param>
/// <param name="next">Chooses what follows its end.</param>
internal sealed class OneChild<TState, TChild>(
    ChildWorkflow<TChild> child,
    Func<TaskContext, GivenInput?> input,
    Func<TaskContext, ChildEnd<TChild>, TState> next
) : ChildrenBody<TState>
    where TState : notnull
    where TChild : notnull
{
    public override IReadOnlyList<ChildWorkflow> Workflows => [child];

    public override int SuffixMax => SuffixOf(child);

    public override StepKind Define() => StepKind.NewChildren(new([child.Define("")], null));

    public override async ValueTask<RunEvent> PerformAsync(VisitScope<TState> run)
    {
        var given = await AskAsync(run, (context, _) => new ValueTask<GivenInput?>(input(context)))
            .ConfigureAwait(false);
        var stored = RunInputs.OfChild(child.Name, child.Accepts, given, run.Options.Values);
        return RunEvent.NewAnswered(run.Visit, Answer.NewChildNamed(Start(run, IdOf(run), child, stored, 0)));
    }

    protected override ValueTask<TState> NextAsync(
        TaskContext context,
        FanOut ends,
        CancellationToken cancel
    ) => new(next(context, ChildEnd<TChild>.Of(ends.Ended.Head, child, context.Options.Values)));
}
