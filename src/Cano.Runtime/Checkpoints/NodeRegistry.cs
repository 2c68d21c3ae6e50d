namespace Cano.Runtime.Checkpoints;

/// <summary>The nodes that share a store, and when they are dead. Its owner guards it with a lock, and gives
/// the instants.</summary>
internal sealed class NodeRegistry
{
    private readonly Dictionary<string, Membership> _living = [];
    private long _epochs;

    public NodeLease Join(string node, TimeSpan span, DateTimeOffset now)
    {
        Notice(now);
        var lease = new NodeLease(node, ++_epochs, span);
        _living[node] = new(lease)
        {
            BeatsSince = now,
            BeatAt = now,
            Until = now + span,
        };
        return lease;
    }

    public bool Lives(NodeLease lease) => Find(lease) is not null;

    /// <summary>False when the node was declared dead.</summary>
    public bool Beat(NodeLease lease, DateTimeOffset now)
    {
        Notice(now);
        if (Find(lease) is not { } node)
            return false;
        // Behind a gap, in which it may have been cut off, it begins to watch.
        if (now >= node.Until - (lease.Span / 3))
            node.BeatsSince = null;
        node.BeatsSince ??= now;
        (node.BeatAt, node.Until) = (now, now + lease.Span);
        return true;
    }

    /// <summary>False when it was not there.</summary>
    public bool Leave(NodeLease lease) => Lives(lease) && _living.Remove(lease.Node);

    /// <summary>Declares the nodes dead that have kept silent as long as the one that asks has
    /// watched.</summary>
    public void Bury(NodeLease by, DateTimeOffset now)
    {
        Notice(now);
        // Who has not just beaten looks with a clock that was set since, or was held up itself: the others
        // may be about to beat, too.
        if (Find(by) is not { } watcher || now >= watcher.BeatAt + (by.Span / 3))
            return;
        foreach (var node in _living.Values.ToList())
        {
            // The clock was set back: it does not live longer for that.
            if (node.Until > now + node.Lease.Span)
                node.Until = now + node.Lease.Span;
            if (now >= node.Until && now - watcher.BeatsSince >= node.Lease.Span)
                _living.Remove(node.Lease.Node);
        }
    }

    /// <summary>Who has beaten at what is to come has beaten before the clock was set back, and a lease that
    /// begins now is over too early when the clock is right again. So it watches from its next beat
    /// on.</summary>
    private void Notice(DateTimeOffset now)
    {
        foreach (var node in _living.Values)
            if (now < node.BeatAt)
                node.BeatsSince = null;
    }

    private Membership? Find(NodeLease lease) =>
        _living.TryGetValue(lease.Node, out var node) && node.Lease.Epoch == lease.Epoch ? node : null;

    private sealed class Membership(NodeLease lease)
    {
        public NodeLease Lease => lease;

        /// <summary>It has beaten without a gap since, and the clock was not set back; null until it beats
        /// again.</summary>
        public DateTimeOffset? BeatsSince { get; set; }

        public DateTimeOffset BeatAt { get; set; }

        /// <summary>It may be declared dead from then on.</summary>
        public DateTimeOffset Until { get; set; }
    }
}
