namespace Cano.CSharp.Scheduling;

/// <summary>One run of a flow, from its reservation on: it can be told to stop before it has begun.</summary>
/// <param name="occurrence">Of when it is.</param>
/// <param name="isAsked">Whether somebody asked for it, and not the schedule.</param>
internal sealed class FlowRun(DateTimeOffset occurrence, bool isAsked)
{
    // Never disposed: they hold nothing, and a late request must find them usable.
    private readonly CancellationTokenSource _cancel = new();
    private readonly CancellationTokenSource _rest = new();
    private volatile Func<CanoError?>? _trouble;

    public DateTimeOffset Occurrence { get; } = occurrence;

    public bool IsAsked { get; } = isAsked;

    /// <summary>Signalled when a user wants no more of it.</summary>
    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>Signalled when it is to rest, and to be gone on with later.</summary>
    public CancellationToken Rest => _rest.Token;

    /// <summary>What holds it up now; null when nothing does.</summary>
    public CanoError? Trouble => _trouble?.Invoke();

    /// <summary>Completes when the run has ended and its flow knows.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From now on this tells what holds it up.</summary>
    public void Tells(Func<CanoError?> trouble) => _trouble = trouble;

    /// <summary>Cancels it for good. What is registered on the token runs elsewhere, not on the caller's
    /// stack.</summary>
    public void Cancel() => _ = _cancel.CancelAsync();

    /// <summary>Asks it to rest, likewise.</summary>
    public void Suspend() => _ = _rest.CancelAsync();
}
