using Cano.Runtime.Scope;

namespace Cano.Runtime.Time;

/// <summary>Calls back once after a span of any length, never early.</summary>
/// <remarks>Platform timers take at most about 49 days and cut fractions of a millisecond off, so this one
/// looks at the clock when its timer fires, and waits for what is left.</remarks>
internal sealed class Alarm : IDisposable
{
    private static readonly TimeSpan s_partMax = TimeSpan.FromDays(40);
    private static readonly TimeSpan s_partMin = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _span;
    private readonly TimeProvider _time;
    private readonly Action<object?> _ring;
    private readonly object? _state;
    private readonly long _startedAt;
    private readonly ITimer _timer;

    public Alarm(TimeSpan span, TimeProvider time, Action<object?> ring, object? state)
    {
        _span = span;
        _time = time;
        _ring = ring;
        _state = state;
        _startedAt = time.GetTimestamp();
        // Started only when the field is set: it may fire at once.
        using (Detached.Begin())
            _timer = time.CreateTimer(
                static alarm => ((Alarm)alarm!).Fire(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
        Wait(span > TimeSpan.Zero ? span : TimeSpan.Zero);
    }

    /// <summary>What the clock threw when it was asked whether the span is over; null when it did
    /// not.</summary>
    public Exception? Failure { get; private set; }

    public void Dispose()
    {
        try
        {
            _timer.Dispose();
        }
        catch (Exception)
        {
            // What has ended has ended, whatever its clock says of it; a late ring finds nobody.
        }
    }

    private void Wait(TimeSpan left) =>
        _timer.Change(left < s_partMax ? left : s_partMax, Timeout.InfiniteTimeSpan);

    private void Fire()
    {
        if (IsOver())
            _ring(_state);
    }

    /// <summary>A clock that throws ends the span: on a timer's thread it would end the process, and nobody
    /// would ever be woken.</summary>
    private bool IsOver()
    {
        try
        {
            var left = _span - _time.GetElapsedTime(_startedAt);
            if (left <= TimeSpan.Zero)
                return true;
            Wait(left < s_partMin ? s_partMin : left);
            return false;
        }
        catch (Exception thrown)
        {
            Failure = thrown;
            return true;
        }
    }
}
