using Cano.Testing;

namespace Cano.Reliability.Scheduling;

/// <summary>A virtual clock whose wall part is set now and then; timers count on undisturbed.</summary>
internal sealed class DriftingTime(VirtualTime steady) : TimeProvider
{
    /// <summary>How far the wall clock is ahead of the time that has passed.</summary>
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => steady.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => steady.GetUtcNow() + Ahead;

    public override long GetTimestamp() => steady.GetTimestamp();

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    ) => steady.CreateTimer(callback, state, dueTime, period);
}
