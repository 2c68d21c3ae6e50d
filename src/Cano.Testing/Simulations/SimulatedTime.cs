using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.Testing.Simulations;

/// <summary>A simulation's time as a process sees it, or the world outside: timers die with their
/// process.</summary>
internal class SimulatedTime(SimulatedClock clock, SimulatedProcess? process) : TimeProvider, IUnhurriedTime
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

/// <summary>A simulation's time as the engine of a process sees it, which learns from it where its work
/// goes.</summary>
internal sealed class SimulatedEngineTime(SimulatedProcess process)
    : SimulatedTime(process.World.Clock, process),
        IDrivenTime
{
    public Dispatcher Dispatcher { get; } = process;

    public IUserCalls Calls { get; } = new SimulatedCalls(process);

    public TimeProvider Background { get; } = new Idle(process.World.Clock);

    public async ValueTask<ICheckpointStore> OpenAsync(Func<Task<ICheckpointStore>> open) =>
        await open().ConfigureAwait(false);

    /// <summary>What goes on beside runs for ever would leave a simulation no end: it never comes to its
    /// time.</summary>
    private sealed class Idle(SimulatedClock clock) : SimulatedTime(clock, null)
    {
        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        ) => new SimulatedTimer(new SimulatedClock(new Random(0)), null, () => { });
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
