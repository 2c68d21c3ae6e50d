using Cano.Runtime.Scope;
using Cano.Runtime.Time;
using Cano.Testing.Driving;

namespace Cano.Testing;

/// <summary>A clock that stands still until it is advanced. Timers fire in the order of their due times, on
/// the thread that advances, and what follows at once from one has happened before the next fires.</summary>
public sealed class VirtualTime : TimeProvider, IUnhurriedTime, IDrivenTime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly VirtualWork _work = new();
    private readonly Lock _gate = new();
    private readonly List<VirtualTimer> _timers = [];
    private readonly TimeProvider _background;
    private readonly List<Watcher> _watchers = [];
    private DateTimeOffset _now;
    private long _order;

    /// <summary>A clock that shows 2000-01-01T00:00:00Z.</summary>
    public VirtualTime()
        : this(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)) { }

    /// <summary>A clock that shows `start`.</summary>
    public VirtualTime(DateTimeOffset start)
    {
        _now = start.ToUniversalTime();
        _background = new BackgroundTime(this);
    }

    /// <summary>Timers that wait for their due time.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
                return Count(isBackground: false);
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
        return Timer(new VirtualTimer(this, callback, state, isBackground: false), dueTime, period);
    }

    /// <summary>Moves the clock forward, by a span that is not negative, and fires every timer that falls due
    /// on the way.</summary>
    public void Advance(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        var end = GetUtcNow() + span;
        while (TakeDue(end) is { } timer)
            _work.Fire(timer.Call);
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
        while (NextDue() is { } next && TakeDue(next) is { } timer)
        {
            _work.Fire(timer.Call);
            if (!timer.IsBackground)
                return true;
        }

        return false;
    }

    /// <summary>Moves the clock from wait to wait until a run has ended, and gives what has become of it. The
    /// clock moves only when nothing else can go on: branches, the user's code after its awaits and what a
    /// store is asked all come first.</summary>
    /// <param name="run">A run of a workflow that was given this clock.</param>
    /// <param name="cancellationToken">Gives up; the run stays where it is.</param>
    /// <exception cref="InvalidOperationException">The run waits for something that this clock does not bring
    /// about: real I/O, another clock, a signal.</exception>
    public async Task<T> RunAsync<T>(Task<T> run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        while (!run.IsCompleted)
        {
            await _work.IdleAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!run.IsCompleted && !AdvanceToNext() && !await GoesOnAsync(run).ConfigureAwait(false))
                throw new InvalidOperationException(Stuck());
        }

        return await run.ConfigureAwait(false);
    }

    /// <summary>Completes when at least `count` timers wait: the code under test has gone to sleep.</summary>
    public Task WhenWaitingAsync(int count = 1) => WhenAsync(count, isBackground: false);

    /// <summary>Completes when so many timers of what goes on beside runs are set.</summary>
    internal Task WhenBackgroundAsync(int count) => WhenAsync(count, isBackground: true);

    Dispatcher IDrivenTime.Dispatcher => _work;

    IUserCalls IDrivenTime.Calls => _work;

    TimeProvider IDrivenTime.Background => _background;

    ValueTask<ICheckpointStore> IDrivenTime.OpenAsync(Func<Task<ICheckpointStore>> open) =>
        _work.OpenAsync(open);

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
            foreach (var watcher in _watchers.Where(watcher => Count(watcher.IsBackground) >= watcher.Count))
                watcher.Reached.TrySetResult();
            _watchers.RemoveAll(watcher => watcher.Reached.Task.IsCompleted);
        }
    }

    internal void Remove(VirtualTimer timer)
    {
        lock (_gate)
            _timers.Remove(timer);
    }

    /// <summary>Whether a run for which no timer waits goes on by itself. A body that is under way does not;
    /// the engine may be about to, in the set-up of a resource, say.</summary>
    private async Task<bool> GoesOnAsync(Task run)
    {
        if (_work.OpenStates.Count > 0)
            return _work.IsBusy || run.IsCompleted || WaitingCount > 0;
        Task more = Task.WhenAny(run, _work.BegunAsync(), WhenWaitingAsync());
        await more.WaitAsync(s_patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return more.IsCompleted;
    }

    private string Stuck()
    {
        var open = _work.OpenStates;
        var who =
            open.Count == 0
                ? "the run"
                : $"the task of state {string.Join(", ", open.Select(state => $"'{state}'"))}";
        return $"{who} waits, and no timer of this clock: what it waits for is not on virtual time; usual causes "
            + "are real I/O, Task.Run, Task.Delay without the context's TimeProvider, a workflow without "
            + "WithTimeProvider, and a signal that nobody sends";
    }

    private Task WhenAsync(int count, bool isBackground)
    {
        lock (_gate)
        {
            if (Count(isBackground) >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add(new(count, isBackground, reached));
            return reached.Task;
        }
    }

    private int Count(bool isBackground) => _timers.Count(timer => timer.IsBackground == isBackground);

    private static VirtualTimer Timer(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>When the next wait is over; null when nothing waits.</summary>
    private DateTimeOffset? NextDue()
    {
        lock (_gate)
            return _timers.Where(timer => !timer.IsBackground).Min(timer => (DateTimeOffset?)timer.Due);
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

    private readonly record struct Watcher(int Count, bool IsBackground, TaskCompletionSource Reached);

    private sealed class BackgroundTime(VirtualTime time) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        ) => Timer(new VirtualTimer(time, callback, state, isBackground: true), dueTime, period);
    }
}

internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state, bool isBackground)
    : ITimer
{
    /// <summary>Nobody waits for it: it fires when the clock comes by.</summary>
    public bool IsBackground => isBackground;

    public DateTimeOffset Due { get; set; }

    public TimeSpan Period { get; set; }

    /// <summary>Of two timers due at one instant, the one set earlier fires first.</summary>
    public long Order { get; set; }

    public void Call() => callback(state);

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
