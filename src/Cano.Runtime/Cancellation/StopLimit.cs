using Cano.Runtime.Errors;
using Cano.Runtime.Time;

namespace Cano.Runtime.Cancellation;

/// <summary>Tells bodies to stop when their time is up, or when something else does.</summary>
internal sealed class StopLimit : IDisposable
{
    private readonly StopSource _stop;
    private readonly Alarm? _alarm;
    private volatile bool _hasPassed;

    /// <param name="end">When it is over; at once when it has come.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Signalled by then.</param>
    /// <exception cref="CanoException">`workflow`: the clock throws.</exception>
    public StopLimit(Moment end, TimeProvider time, StopSource stop)
    {
        _stop = stop;
        try
        {
            if (end.Left(time) > TimeSpan.Zero)
                _alarm = new Alarm(end, time, static limit => ((StopLimit)limit!).Pass(), this);
        }
        catch (Exception thrown)
        {
            throw new CanoException(Faults.OfClock(thrown), thrown);
        }

        // No time at all is over at once, not when a timer comes round to it.
        if (_alarm is null)
            Pass();
    }

    /// <summary>Whether the span is over.</summary>
    public bool HasPassed => _hasPassed;

    /// <summary>What the clock threw when the span was to be measured; null when it did not.</summary>
    public CanoError? ClockError => _alarm?.Failure is { } thrown ? Faults.OfClock(thrown) : null;

    public void Dispose() => _alarm?.Dispose();

    private void Pass()
    {
        _hasPassed = true;
        _stop.SignalHere();
    }
}
