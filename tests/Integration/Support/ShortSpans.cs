using Cano.Testing;

namespace Cano.Integration;

/// <summary>A virtual clock on which no timer of the limit or more is ever due: what only guards work under
/// way, such as the timeout of an attempt, cannot pass while that work is about to end on another
/// thread.</summary>
internal sealed class ShortSpans(VirtualTime inner, TimeSpan limit) : TimeProvider
{
    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    ) => new Timer(inner.CreateTimer(callback, state, Held(dueTime), period), this);

    private TimeSpan Held(TimeSpan dueTime) => dueTime < limit ? dueTime : Timeout.InfiniteTimeSpan;

    private sealed class Timer(ITimer inner, ShortSpans time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(time.Held(dueTime), period);

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
