using Cano.Runtime.Scope;

namespace Cano.Runtime.Time;

/// <summary>Calls back once when a moment has come, never early.</summary>
/// <remarks>Platform timers take at most about 49 days and cut fractions of a millisecond off, and the wall
/// clock may be set meanwhile: so this one looks at the clock when its timer fires, and waits for what is
/// left.</remarks>
internal sealed class Alarm : IDisposable
{
    private static readonly TimeSpan s_partMax = TimeSpan.FromDays(40);
    private static readonly TimeSpan s_partMin = TimeSpan.FromMilliseconds(1);

    private readonly Moment _end;
    private readonly TimeProvider _time;
    private readonly Action<object?> _ring;
    private readonly object? _state;
    private readonly ITimer _timer;

    /// <summary>Of a span that begins now.</summary>
    public Alarm(TimeSpan span, TimeProvider time, Action<object?> ring, object? state)
        : this(Moment.After(span, time), time, ring, state) { }

    public Alarm(Moment end, TimeProvider time, Action<object?> ring, object? state)
    {
        _end = end;
        _time = time;
        _ring = ring;
        _state = state;
        // Started only when the field is set: it may fire at once.
        using (Detached.Begin())
            _timer = time.CreateTimer(
                static alarm => ((Alarm)alarm!).Fire(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
        Begin();
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

    private void Begin()
    {
        var left = _end.Sleep(_time);
        Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        // A clock that was set meanwhile would make it ring as much too late.
        if (left > TimeSpan.Zero && left - _end.Sleep(_time) > Moment.JumpMin)
            Wait(TimeSpan.Zero);
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
            var left = _end.Sleep(_time);
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
