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
        _timer = time.CreateTimer(
            static alarm => ((Alarm)alarm!).Fire(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        Wait(span > TimeSpan.Zero ? span : TimeSpan.Zero);
    }

    public void Dispose() => _timer.Dispose();

    private void Wait(TimeSpan left) =>
        _timer.Change(left < s_partMax ? left : s_partMax, Timeout.InfiniteTimeSpan);

    private void Fire()
    {
        var left = _span - _time.GetElapsedTime(_startedAt);
        if (left > TimeSpan.Zero)
            Wait(left < s_partMin ? s_partMin : left);
        else
            _ring(_state);
    }
}
