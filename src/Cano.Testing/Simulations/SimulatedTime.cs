using Cano.Runtime.Time;

namespace Cano.Testing.Simulations;

/// <summary>A simulation's time as a process sees it, or the world outside: timers die with their
/// process.</summary>
internal sealed class SimulatedTime(SimulatedClock clock, SimulatedProcess? process)
    : TimeProvider,
        IUnhurriedTime
{
    private static readonly TimeSpan s_lookMin = TimeSpan.FromMinutes(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => clock.UtcNow;

    // Not moved when somebody sets the wall clock.
    public override long GetTimestamp() => clock.Elapsed.Ticks;

    // Seldom enough for waits of months, often enough that a clock which was set is noticed.
    TimeSpan IUnhurriedTime.Look(TimeSpan left) =>
        left / 16 is var part && part > s_lookMin ? part : s_lookMin;

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        ArgumentNullException.ThrowIfNull(callback);
        process?.World.MustBeInside("");
        var timer = new SimulatedTimer(clock, process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }
}

/// <summary>A callback that waits for its time.</summary>
internal sealed class SimulatedTimer(SimulatedClock clock, SimulatedProcess? process, Action fire) : ITimer
{
    private bool _isOver;

    public SimulatedProcess? Process => process;

    public TimeSpan Due { get; set; }

    public TimeSpan Period { get; private set; }

    /// <summary>Calls back, unless it was given up in the instant in which it is due.</summary>
    public void Fire()
    {
        if (!_isOver)
            fire();
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Period = period;
        clock.Set(this, dueTime);
        return true;
    }

    public void Dispose()
    {
        _isOver = true;
        clock.Remove(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
