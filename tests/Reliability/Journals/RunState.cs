using System.Collections.Immutable;

namespace Cano.Reliability.Journals;

/// <summary>What a store has to know of a run after some deeds.</summary>
/// <param name="Rows">Its rows from the newest snapshot on.</param>
/// <param name="Next">The sequence that it expects.</param>
/// <param name="Fence">Its newest fence.</param>
internal sealed record RunState(ImmutableList<CheckpointRow> Rows, long Next, long Fence)
{
    /// <summary>A run that nobody has heard of.</summary>
    public static RunState Unknown { get; } = new([], Next: 0, Fence: 1);

    /// <summary>What its inbox has, oldest first.</summary>
    public ImmutableList<InboxItem> Inbox { get; init; } = [];

    /// <summary>How many entries the inbox was given.</summary>
    public long Given { get; init; }

    /// <summary>The ids that it was sent entries with.</summary>
    public ImmutableHashSet<string> Seen { get; init; } = [];

    public bool IsOver => Rows is [.., { Kind: RowKind.Finished }];

    public RunState After(Deed.OfRun deed) =>
        deed switch
        {
            Deed.Append append => this with
            {
                Rows = append.Row.Kind == RowKind.Snapshot ? [append.Row] : Rows.Add(append.Row),
                Next = append.Row.Sequence + 1,
                Fence = append.Fence,
                Inbox = Inbox.RemoveAll(item => InboxTaking.Takes(append.Row, item.Kind, item.Number)),
            },
            Deed.Claim claim => this with { Fence = claim.Fence },
            Deed.Accept accept => Keeps(accept.Item) ? With(accept.Item) : this,
            _ => Unknown,
        };

    /// <summary>Whether sending this changes anything.</summary>
    public bool Keeps(InboxItem item) =>
        item.Kind == InboxKind.Cancel
            ? Inbox.All(waiting => waiting.Kind != InboxKind.Cancel)
            : item.Id is null || !Seen.Contains(item.Id);

    public bool HasRows(IReadOnlyList<CheckpointRow> rows) => Rows.SequenceEqual(rows);

    /// <summary>When entries were accepted the store alone knows.</summary>
    public bool HasInbox(IReadOnlyList<InboxItem> items) =>
        Inbox.SequenceEqual(items.Select(item => item with { AcceptedAt = default }));

    private RunState With(InboxItem item) =>
        this with
        {
            Inbox = Inbox.Add(item with { Number = Given }),
            Given = Given + 1,
            Seen = item.Id is null ? Seen : Seen.Add(item.Id),
        };
}
