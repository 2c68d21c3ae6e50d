namespace Cano.CSharp.Scheduling;

/// <summary>One run of a flow, from its reservation on: it can be told to stop before it has begun.</summary>
internal sealed class FlowRun(DateTimeOffset occurrence)
{
    // Never disposed: it holds nothing, and a late request to stop must find it usable.
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _isDiscarded;

    public DateTimeOffset Occurrence { get; } = occurrence;

    /// <summary>Signalled when the run is to stop.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>A user wants no more of it. A scheduler that stops leaves its runs to be gone on
    /// with.</summary>
    public bool IsDiscarded => _isDiscarded;

    /// <summary>Completes when the run has ended and its flow knows.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Asks it to stop. What is registered on the token runs elsewhere, not on the caller's
    /// stack.</summary>
    public void Cancel(bool discards)
    {
        _isDiscarded |= discards;
        _ = _stop.CancelAsync();
    }
}
