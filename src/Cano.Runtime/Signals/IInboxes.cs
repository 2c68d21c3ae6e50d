using Cano.Kernel;

namespace Cano.Runtime.Signals;

/// <summary>The inboxes of runs: signals come here from anywhere, and wait for the run to take
/// them.</summary>
internal interface IInboxes
{
    /// <summary>The inbox of a run, which is empty as long as nothing was sent.</summary>
    IInbox Of(string runId);

    /// <summary>The run has come to its end: what it never took is gone with it.</summary>
    void Forget(string runId);
}

/// <summary>The signals that were accepted for one run and that it has not taken.</summary>
internal interface IInbox
{
    /// <summary>Keeps a signal. One whose id the run has seen is accepted and changes nothing, also when it
    /// was taken.</summary>
    /// <param name="name">The signal's name.</param>
    /// <param name="id">What tells it from others; null when it is never sent twice.</param>
    /// <param name="payload">What it carries; null for nothing.</param>
    /// <param name="at">When it is accepted.</param>
    ValueTask AcceptAsync(string name, string? id, StoredValue? payload, DateTimeOffset at);

    /// <summary>What lies there, oldest first.</summary>
    ValueTask<IReadOnlyList<InboxEntry>> ReadAsync();

    /// <summary>A row says that the run has taken the entry. Taking it again changes nothing.</summary>
    void Take(long number);

    /// <summary>Rings whenever a signal is accepted, until the watch is given up. Ringing is short and throws
    /// nothing.</summary>
    IDisposable Watch(Action ring);
}
