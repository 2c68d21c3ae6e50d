using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.Signals;

/// <summary>One run's inbox in memory.</summary>
internal sealed class MemoryInbox(string runId, InboxBells bells) : IInbox
{
    private readonly Lock _gate = new();
    private readonly KeptInbox _kept = new();

    public ValueTask AcceptAsync(string name, string? id, StoredValue? payload, DateTimeOffset at)
    {
        bool isKept;
        lock (_gate)
            isKept = _kept.Add(InboxItem.Signal(name, id, payload), at);
        if (isKept)
            bells.Ring(runId);
        return default;
    }

    public ValueTask<IReadOnlyList<InboxEntry>> ReadAsync()
    {
        lock (_gate)
            return new([.. _kept.Items.Select(Signal)]);
    }

    public void Take(long number)
    {
        lock (_gate)
            _kept.Take(number);
    }

    public IDisposable Watch(Action ring) => bells.Watch(runId, ring);

    private static InboxEntry Signal(InboxItem item) =>
        new(new TakenSignal(item.Number, item.Name!, item.Id, item.Payload), item.AcceptedAt);
}
