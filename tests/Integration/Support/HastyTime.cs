using Cano.Testing;

namespace Cano.Integration;

/// <summary>A virtual clock that goes on while the next timer is set.</summary>
internal sealed class HastyTime(VirtualTime inner) : TimeProvider
{
    /// <summary>How far it goes on then, once.</summary>
    public TimeSpan Haste { get; set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        var haste = Haste;
        Haste = TimeSpan.Zero;
        inner.Advance(haste);
        return inner.CreateTimer(callback, state, dueTime, period);
    }
}
