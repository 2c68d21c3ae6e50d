namespace Cano;

/// <summary>A token that is signalled after a span of any length.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _passed = new();
    private readonly Alarm? _alarm;

    public TimeLimit(TimeSpan span, TimeProvider time)
    {
        // No time at all is over at once, not when a timer comes round to it.
        if (span <= TimeSpan.Zero) _passed.Cancel();
        else _alarm = new Alarm(span, time, static passed => StopSignal.Send((CancellationTokenSource)passed!), _passed);
    }

    public CancellationToken Token => _passed.Token;

    public bool HasPassed => _passed.IsCancellationRequested;

    // The source stays usable: a timer that is firing right now may still signal it.
    public void Dispose() => _alarm?.Dispose();
}
