using Cano.Faster.Indexes;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Recovery;

/// <summary>Reads of a row what the index keeps, where its bytes lie. Nearly all of a journal is rows that
/// say nothing of their run's start: of those no more is read than every row has.</summary>
internal sealed class FactsReader
{
    private readonly StringPool _texts = new();

    /// <param name="view">The row.</param>
    /// <param name="ticks">When it was written, as its frame says, in UTC.</param>
    public RowFacts Read(in RowView view, long ticks)
    {
        var facts = new RowFacts(
            view.Sequence,
            view.Kind,
            RowFormat.StatusOf(in view),
            view.Visit,
            _texts.Of(view.State),
            view.WorkflowVersion,
            ticks,
            view.Kind == RowKind.SignalTaken ? InboxFormat.NumberTaken(view.Part(RowField.Payload)) : -1
        );
        if (view.Sequence == 0 || view.Kind == RowKind.Snapshot)
            facts = WithStart(in facts, view.Start);
        return facts.Status == RowStatus.OnItsWay ? facts : WithHead(in facts, in view);
    }

    private RowFacts WithStart(in RowFacts facts, in StartView start)
    {
        var name = start.WorkflowName;
        var parent = start.ParentRunId;
        return facts with
        {
            WorkflowName = name.IsPresent ? _texts.Of(name.Bytes) : null,
            StartTicks = StartOfRun.TicksOf(facts.Sequence, start.StartedAt, facts.Ticks),
            Rare = RareFacts.Of(
                null,
                parent.IsPresent ? _texts.Of(parent.Bytes) : null,
                RunTags.Of(Shared(start.Tags))
            ),
        };
    }

    private RowFacts WithHead(in RowFacts facts, in RowView view)
    {
        var head = RowFormat.HeadOf(in view);
        var category = head.Category is { } text ? _texts.Of(text) : null;
        var rare = facts.Rare;
        return facts with
        {
            WakeTicks = UtcTicks.Of(head.WakesAt),
            Rare = category is null
                ? rare
                : RareFacts.Of(category, rare?.ParentRunId, rare?.Tags ?? RunTags.None),
        };
    }

    private KeyValuePair<string, string>[]? Shared(KeyValuePair<string, string>[]? tags)
    {
        if (tags is null)
            return null;
        foreach (ref var tag in tags.AsSpan())
            tag = new(_texts.Of(tag.Key), _texts.Of(tag.Value));
        return tags;
    }
}
