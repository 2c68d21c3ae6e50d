using Cano.Runtime.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Runtime.Resilience;

/// <summary>Ticks of 100 ns since it was made, by a clock that does not jump when the wall clock is
/// set.</summary>
internal readonly struct SteadyClock
{
    private readonly long _origin;
    private readonly double _ticksPerStamp;

    public SteadyClock(TimeProvider? time)
    {
        Time = GuardedClock.Around(time ?? TimeProvider.System, NullLogger.Instance);
        _origin = Time.GetTimestamp();
        _ticksPerStamp = (double)TimeSpan.TicksPerSecond / Time.TimestampFrequency;
    }

    public TimeProvider Time { get; }

    public long Now => (long)((Time.GetTimestamp() - _origin) * _ticksPerStamp);
}
