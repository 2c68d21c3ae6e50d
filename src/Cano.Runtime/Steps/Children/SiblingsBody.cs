using Cano.Kernel;
using Cano.Runtime.Steps.Splits;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps.Children;

/// <summary>Several runs that a state starts at once.</summary>
internal abstract class SiblingsBody<TState>(SplitRules rules) : ChildrenBody<TState>
    where TState : notnull
{
    protected SplitRules Rules => rules;

    public override async ValueTask<RunEvent> PerformAsync(VisitScope<TState> run)
    {
        var items = await ListAsync(run).ConfigureAwait(false);
        DateTimeOffset? due = null;
        if (rules.Timeout is { } timeout)
        {
            var end = Delay.End(run.Options.Time.GetUtcNow(), timeout);
            due = end;
            run.OptionalState.SpanEnd = (end, Moment.After(timeout, run.Options.Time));
        }

        var listing = Listing.Of(items, due);
        return RunEvent.NewAnswered(run.Visit, Answer.NewChildrenListed(listing));
    }

    /// <summary>What each child is given; null for nothing.</summary>
    protected abstract ValueTask<StoredValue?[]> ListAsync(VisitScope<TState> run);
}
