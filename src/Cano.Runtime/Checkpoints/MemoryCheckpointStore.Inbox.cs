using Cano.Runtime.Checkpoints;

namespace Cano;

// The inboxes of runs in memory.
public sealed partial class MemoryCheckpointStore
{
    private readonly InboxBells bells = new();

    /// <inheritdoc/>
    public ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(item);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);

        lock (gate)
        {
            var run = Known(runId);
            if (InboxTaking.Refusal(runId, run.Status) is { } refusal)
                return ValueTask.FromException<bool>(refusal);
            if (!run.Accept(item, clock))
                return new(false);
            Ring(run);
        }

        bells.Ring(runId);
        return new(true);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyList<InboxItem>>(cancellationToken);

        lock (gate)
            return new(Known(runId).Inbox?.Items ?? []);
    }

    /// <inheritdoc/>
    public ValueTask<InboxItem?> FindOldestAsync(
        string runId,
        InboxKind kind,
        IReadOnlyCollection<string>? names = null,
        DateTimeOffset? before = null,
        CancellationToken cancellationToken = default
    )
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<InboxItem?>(cancellationToken);

        lock (gate)
            return new(Known(runId).Inbox?.FindOldest(kind, names, before));
    }

    /// <inheritdoc/>
    public ValueTask<int> CountLeftAsync(string runId, CancellationToken cancellationToken = default)
    {
        lock (gate)
            return new(Known(runId).Inbox?.Left ?? 0);
    }

    /// <inheritdoc/>
    public IDisposable WatchInbox(string runId, Action ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return bells.Watch(runId, ring);
    }

    /// <inheritdoc/>
    public IDisposable WatchInboxes(Action<string> ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return bells.WatchAll(ring);
    }
}
