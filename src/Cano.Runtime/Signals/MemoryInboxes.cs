using System.Collections.Concurrent;
using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.Signals;

/// <summary>Inboxes that live as long as their process.</summary>
/// <remarks>They know nothing of runs: whoever sends makes sure that there is one.</remarks>
internal sealed class MemoryInboxes : IInboxes
{
    private readonly ConcurrentDictionary<string, MemoryInbox> _inboxes = new();
    private readonly InboxBells _bells = new();

    /// <inheritdoc cref="IInboxes.Of"/>
    public MemoryInbox Of(string runId) =>
        _inboxes.GetOrAdd(runId, static (id, bells) => new MemoryInbox(id, bells), _bells);

    IInbox IInboxes.Of(string runId) => Of(runId);

    public void Forget(string runId) => _inboxes.TryRemove(runId, out _);
}
