using Cano.Runtime.Scope;
using Cano.Testing;

namespace Cano.Integration.Guests;

/// <summary>A clock that throws at so many calls after some that it answers; what is asked of its timers
/// are calls too.</summary>
internal sealed class OddClock(int after, int count) : TimeProvider, IDrivenTime
{
    private int _calls;

    public OddClock()
        : this(int.MaxValue, 0) { }

    public VirtualTime Inner { get; } = new();

    /// <summary>Throws at every call for as long as it is set.</summary>
    public bool IsBroken { get; set; }

    public bool HasThrown { get; private set; }

    /// <summary>Whether it threw at something else than the disposal of a timer.</summary>
    public bool HasRefused { get; private set; }

    Dispatcher IDrivenTime.Dispatcher => ((IDrivenTime)Inner).Dispatcher;

    IUserCalls IDrivenTime.Calls => ((IDrivenTime)Inner).Calls;

    TimeProvider IDrivenTime.Background => ((IDrivenTime)Inner).Background;

    ValueTask<ICheckpointStore> IDrivenTime.OpenAsync(Func<Task<ICheckpointStore>> open) =>
        ((IDrivenTime)Inner).OpenAsync(open);

    public override long TimestampFrequency => Inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => Answered(Inner.GetUtcNow);

    public override long GetTimestamp() => Answered(Inner.GetTimestamp);

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    ) => new Timer(this, Answered(() => Inner.CreateTimer(callback, state, dueTime, period)));

    private T Answered<T>(Func<T> answer, bool isDisposal = false)
    {
        var call = Interlocked.Increment(ref _calls) - 1;
        if (!IsBroken && (call < after || call - after >= count))
            return answer();
        HasThrown = true;
        HasRefused |= !isDisposal;
        throw new InvalidOperationException("the clock is broken");
    }

    private sealed class Timer(OddClock clock, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            clock.Answered(() => inner.Change(dueTime, period));

        public void Dispose() =>
            clock.Answered(
                () =>
                {
                    inner.Dispose();
                    return true;
                },
                isDisposal: true
            );

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
