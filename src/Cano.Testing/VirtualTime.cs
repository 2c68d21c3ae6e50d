using Cano.Runtime.Time;

namespace Cano.Testing;

/// <summary>A clock that stands still until it is advanced. Timers fire in the order of their due times, on
/// the thread that advances, and what follows at once from one has happened before the next fires.</summary>
public sealed class VirtualTime : TimeProvider, IUnhurriedTime
{
    private readonly Lock _gate = new();
    private readonly List<VirtualTimer> _timers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _watchers = [];
    private DateTimeOffset _now;
    private long _order;

    /// <summary>A clock that shows 2000-01-01T00:00:00Z.</summary>
    public VirtualTime()
        : this(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)) { }

    /// <summary>A clock that shows `start`.</summary>
    public VirtualTime(DateTimeOffset start) => _now = start.ToUniversalTime();

    /// <summary>Timers that wait for their due time.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward, by a span that is not negative, and fires every timer that falls due
    /// on the way.</summary>
    public void Advance(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        var end = GetUtcNow() + span;
        while (TakeDue(end) is { } timer)
            timer.Fire();
        lock (_gate)
        {
            // What a timer calls, or another thread, may have moved the clock further.
            if (end > _now)
                _now = end;
        }
    }

    /// <summary>Moves the clock to the next due timer and fires it; false when none waits.</summary>
    public bool AdvanceToNext()
    {
        if (TakeDue(DateTimeOffset.MaxValue) is not { } timer)
            return false;
        timer.Fire();
        return true;
    }

    /// <summary>Completes when at least `count` timers wait: the code under test has gone to sleep.</summary>
    public Task WhenWaitingAsync(int count = 1)
    {
        lock (_gate)
        {
            if (_timers.Count >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((count, reached));
            return reached.Task;
        }
    }

    // Wall clock and timers move together.
    TimeSpan IUnhurriedTime.Look(TimeSpan left) => left;

    internal void Schedule(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return;
            timer.Due = _now + dueTime;
            timer.Period = period;
            timer.Order = _order++;
            _timers.Add(timer);
            foreach (var watcher in _watchers.Where(watcher => _timers.Count >= watcher.Count))
                watcher.Reached.TrySetResult();
            _watchers.RemoveAll(watcher => watcher.Reached.Task.IsCompleted);
        }
    }

    internal void Remove(VirtualTimer timer)
    {
        lock (_gate)
            _timers.Remove(timer);
    }

    private VirtualTimer? TakeDue(DateTimeOffset end)
    {
        lock (_gate)
        {
            var next = _timers.Where(timer => timer.Due <= end).MinBy(timer => (timer.Due, timer.Order));
            if (next is null)
                return null;
            if (next.Due > _now)
                _now = next.Due;
            if (next.Period > TimeSpan.Zero)
                next.Due += next.Period;
            else
                _timers.Remove(next);
            return next;
        }
    }
}

internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
{
    public DateTimeOffset Due { get; set; }

    public TimeSpan Period { get; set; }

    /// <summary>Of two timers due at one instant, the one set earlier fires first.</summary>
    public long Order { get; set; }

    /// <summary>Calls back outside any synchronization context: continuations then run inline, so what a
    /// timer sets off has happened when the clock moves on.</summary>
    public void Fire()
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            callback(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        time.Schedule(this, dueTime, period);
        return true;
    }

    public void Dispose() => time.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
