using Cano.Kernel;

namespace Cano.Runtime.Checkpoints;

/// <summary>One run's inbox in memory. Its owner guards it.</summary>
internal sealed class KeptInbox
{
    private readonly InboxQueue<InboxItem> _items = new(item => item.Number);
    private SeenIds? _seen;
    private long _next;
    private int _leftByEnd;
    private bool _hasCancel;

    /// <summary>What lies there, oldest first.</summary>
    public InboxItem[] Items => [.. _items];

    /// <summary>The oldest of those that are looked for; see
    /// <see cref="IInboxStore.FindOldestAsync"/>.</summary>
    public InboxItem? FindOldest(
        InboxKind kind,
        IReadOnlyCollection<string>? names,
        DateTimeOffset? before
    ) =>
        kind == InboxKind.Cancel && !_hasCancel
            ? null
            : _items.FirstOrDefault(item => InboxTaking.IsWanted(item, kind, names, before));

    /// <summary>How many signals the run did not take: those that lie there, and those that its end
    /// took.</summary>
    public int Left => _leftByEnd + _items.Count(item => item.Kind == InboxKind.Signal);

    /// <summary>The ids that it knows, as <see cref="SeenIds.ToBytes"/> writes them.</summary>
    public byte[] Ids => _seen?.ToBytes() ?? [];

    /// <summary>An inbox as another store had it.</summary>
    public static KeptInbox Of(MovedRun run)
    {
        _ = SeenIds.TryRead(run.Ids, out var seen);
        var inbox = new KeptInbox { _seen = seen, _next = run.NextNumber };
        foreach (var item in run.Inbox)
            inbox._items.Add(item);
        inbox._hasCancel = run.Inbox.Any(item => item.Kind == InboxKind.Cancel);
        inbox._leftByEnd = run.Left - inbox.Left;
        return inbox;
    }

    /// <summary>Keeps an entry; false when there is nothing to keep: its id is known, or it is a cancel and
    /// one waits.</summary>
    public bool Add(InboxItem item, DateTimeOffset at)
    {
        if (item.Kind == InboxKind.Cancel && _hasCancel)
            return false;
        if (item.Id is { } id && !(_seen ??= new()).Add(SeenIds.HashOf(id)))
            return false;
        _hasCancel |= item.Kind == InboxKind.Cancel;
        _items.Add(item with { Number = _next++, AcceptedAt = at });
        return true;
    }

    /// <summary>The run has taken the entry. Taking it again changes nothing.</summary>
    public void Take(long number)
    {
        var place = _items.FirstAt(number);
        if (place < _items.Count && _items[place].Number == number)
            _items.RemoveAt(place);
    }

    /// <summary>The run has got the row.</summary>
    public void Take(CheckpointRow row)
    {
        if (!InboxRule.IsOpen(row.Status))
            _leftByEnd = Left;
        var signal = InboxTaking.SignalOf(row);
        if (!InboxRule.TakesOthers(row.Kind, row.Status))
        {
            Take(signal);
            return;
        }

        for (var i = _items.Count - 1; i >= 0; i--)
            if (InboxRule.Takes(row.Kind, row.Status, signal, _items[i].Kind, _items[i].Number))
                _items.RemoveAt(i);
        _hasCancel = _items.Any(item => item.Kind == InboxKind.Cancel);
    }
}
