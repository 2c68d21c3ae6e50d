using Cano.Kernel;

namespace Cano.Runtime.Signals;

/// <summary>The inboxes of runs whose store keeps none: signals come here from anywhere, and wait for the run
/// to take them.</summary>
internal interface IInboxes
{
    /// <summary>The inbox of a run, which is empty as long as nothing was sent.</summary>
    IInbox Of(string runId);

    /// <summary>The run has come to its end: what it never took is gone with it.</summary>
    void Forget(string runId);
}

/// <summary>The signals that were accepted for one run and that it has not taken, as the run sees
/// them.</summary>
internal interface IInbox
{
    /// <summary>The signal that a wait goes on with; null when none has come in time.</summary>
    /// <param name="wait">What is waited for.</param>
    /// <param name="due">When the wait is over; null: it has no end of its own.</param>
    /// <exception cref="StoredRuns.StoppedWaitException">The inbox, or what the signal carries, cannot be
    /// read.</exception>
    ValueTask<TakenSignal?> FindAsync(WaitDefinition wait, DateTimeOffset? due);

    /// <summary>A row says that the run has taken the entry. Taking it again changes nothing.</summary>
    void Take(long number);

    /// <summary>Rings whenever a signal is accepted, until the watch is given up. Ringing is short and throws
    /// nothing.</summary>
    IDisposable Watch(Action ring);
}
