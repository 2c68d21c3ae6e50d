namespace Cano.Runtime.Time;

/// <summary>When a wait is over: at an instant of the wall clock, or at the end of a span that began in this
/// process, which the steady clock counts whatever the wall clock is set to.</summary>
internal readonly struct Moment
{
    /// <summary>The wall clock may be set, and a machine may sleep, while a timer counts: so it is looked at
    /// again after at most this long.</summary>
    private static readonly TimeSpan s_lookMax = TimeSpan.FromMinutes(1);

    /// <summary>A clock that goes on by more than this between two looks at it was set.</summary>
    public static readonly TimeSpan JumpMin = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _instant;
    private readonly TimeSpan? _span;
    private readonly long _startedAt;

    private Moment(DateTimeOffset instant, TimeSpan? span, long startedAt)
    {
        _instant = instant;
        _span = span;
        _startedAt = startedAt;
    }

    /// <summary>It has come, whatever the clocks say.</summary>
    public static Moment Past => At(DateTimeOffset.MinValue);

    /// <summary>Whether it is the end of a span.</summary>
    public bool IsSpan => _span is not null;

    /// <summary>What orders those of a kind: the earlier one comes first.</summary>
    public long Order(TimeProvider time) =>
        _span is { } span
            ? _startedAt + (long)(span.TotalSeconds * time.TimestampFrequency)
            : _instant.UtcTicks;

    /// <summary>Whichever comes first; null when there is neither.</summary>
    public static Moment? Earlier(Moment? one, Moment? other, TimeProvider time) =>
        one?.Left(time) > other?.Left(time) ? other : one ?? other;

    public static Moment At(DateTimeOffset instant) => new(instant, null, 0);

    public static Moment After(TimeSpan span, TimeProvider time) => new(default, span, time.GetTimestamp());

    /// <summary>The end of the span that is left until an instant: the steady clock counts it from here
    /// on.</summary>
    public static Moment Until(DateTimeOffset instant, TimeProvider time)
    {
        while (true)
        {
            var startedAt = time.GetTimestamp();
            var left = instant - time.GetUtcNow();
            // What a clock was set on by in between would count twice.
            if (time.GetElapsedTime(startedAt) <= JumpMin)
                return new(default, left, startedAt);
        }
    }

    /// <summary>What is left until it; not positive when it has come.</summary>
    public TimeSpan Left(TimeProvider time) =>
        _span is { } span ? span - time.GetElapsedTime(_startedAt) : _instant - time.GetUtcNow();

    /// <summary>How long to sleep before looking at the clock again; not positive when it has
    /// come.</summary>
    public TimeSpan Sleep(TimeProvider time)
    {
        var left = Left(time);
        if (_span is not null || left <= s_lookMax)
            return left;
        return time is IUnhurriedTime unhurried ? unhurried.Look(left) : s_lookMax;
    }
}
