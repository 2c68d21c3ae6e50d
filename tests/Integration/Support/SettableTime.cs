using Cano.Testing;

namespace Cano.Integration;

/// <summary>A virtual clock whose wall time can be set; timers count on undisturbed.</summary>
internal sealed class SettableTime(VirtualTime inner) : TimeProvider
{
    /// <summary>How far the wall clock is ahead of the time that has passed.</summary>
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Ahead;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    ) => inner.CreateTimer(callback, state, dueTime, period);
}
