using Cano.Kernel;

namespace Cano.Runtime.Signals;

/// <summary>One run's inbox in memory.</summary>
internal sealed class MemoryInbox : IInbox
{
    /// <summary>How many ids are remembered, the newest.</summary>
    private const int IdsMax = 10_000;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, InboxEntry> _entries = [];
    private readonly HashSet<string> _seen = [];
    private readonly Queue<string> _ids = new();
    private readonly List<Action> _watching = [];
    private long _accepted;

    public ValueTask AcceptAsync(string name, string? id, StoredValue? payload, DateTimeOffset at)
    {
        lock (_gate)
        {
            if (!IsNew(id))
                return default;
            var signal = new TakenSignal(_accepted, name, id, payload);
            _entries[_accepted++] = new InboxEntry(signal, at);
            foreach (var ring in _watching)
                ring();
        }

        return default;
    }

    public ValueTask<IReadOnlyList<InboxEntry>> ReadAsync()
    {
        lock (_gate)
            return new([.. _entries.Values]);
    }

    public void Take(long number)
    {
        lock (_gate)
            _entries.Remove(number);
    }

    public IDisposable Watch(Action ring)
    {
        lock (_gate)
            _watching.Add(ring);
        return new Watching(this, ring);
    }

    private bool IsNew(string? id)
    {
        if (id is null)
            return true;
        if (!_seen.Add(id))
            return false;
        _ids.Enqueue(id);
        if (_ids.Count > IdsMax)
            _seen.Remove(_ids.Dequeue());
        return true;
    }

    private sealed class Watching(MemoryInbox inbox, Action ring) : IDisposable
    {
        public void Dispose()
        {
            lock (inbox._gate)
                inbox._watching.Remove(ring);
        }
    }
}
