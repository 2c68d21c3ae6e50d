using Cano.Runtime.Scope;
using Cano.Runtime.Time;
using Cano.Testing;

namespace Cano.Reliability.Starts;

/// <summary>A virtual clock for an engine whose work waits in a pool of the test's.</summary>
internal sealed class SteppedTime(VirtualTime clock, Dispatcher pool)
    : TimeProvider,
        IDrivenTime,
        IUnhurriedTime
{
    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    ) => clock.CreateTimer(callback, state, dueTime, period);

    Dispatcher IDrivenTime.Dispatcher => pool;

    TimeProvider IDrivenTime.Background => ((IDrivenTime)clock).Background;

    // Nothing stands around the calls of bodies.
    IUserCalls IDrivenTime.Calls => null!;

    async ValueTask<ICheckpointStore> IDrivenTime.OpenAsync(Func<Task<ICheckpointStore>> open) =>
        await open().ConfigureAwait(false);

    TimeSpan IUnhurriedTime.Look(TimeSpan left) => left;
}
