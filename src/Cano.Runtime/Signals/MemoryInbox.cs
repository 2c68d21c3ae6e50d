using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.Signals;

/// <summary>One run's inbox in memory.</summary>
internal sealed class MemoryInbox(string runId, InboxBells bells) : IInbox
{
    private readonly Lock _gate = new();
    private readonly KeptInbox _kept = new();

    /// <summary>How many signals were not taken.</summary>
    public int Left
    {
        get
        {
            lock (_gate)
                return _kept.Items.Length;
        }
    }

    /// <summary>Keeps a signal. One whose id the run has seen is accepted and changes nothing, also when it
    /// was taken.</summary>
    /// <param name="item">The signal.</param>
    /// <param name="at">When it is accepted.</param>
    public void Accept(InboxItem item, DateTimeOffset at)
    {
        bool isKept;
        lock (_gate)
            isKept = _kept.Add(item, at);
        if (isKept)
            bells.Ring(runId);
    }

    public ValueTask<TakenSignal?> FindAsync(WaitDefinition wait, DateTimeOffset? due)
    {
        lock (_gate)
            return new(
                AwaitedSignal.Taken(
                    wait,
                    due,
                    _kept.FindOldest(InboxKind.Signal, AwaitedSignal.NamesOf(wait), due)
                )
            );
    }

    public void Take(long number)
    {
        lock (_gate)
            _kept.Take(number);
    }

    public IDisposable Watch(Action ring) => bells.Watch(runId, ring);
}
