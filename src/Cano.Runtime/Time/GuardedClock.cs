using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Time;

/// <summary>A clock of a user's, for what must outlive it: while it throws, the platform's measures
/// on.</summary>
internal partial class GuardedClock : TimeProvider
{
    private readonly TimeProvider _given;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();

    // What it answered last, and when that was by the platform's clock.
    private (DateTimeOffset Instant, long At) _now = (System.GetUtcNow(), System.GetTimestamp());
    private (long Stamp, long At) _steady = (0, System.GetTimestamp());
    private bool _isTold;

    private GuardedClock(TimeProvider given, ILogger logger)
    {
        _given = given;
        _logger = logger;
        TimestampFrequency = Frequency(given);
    }

    public static TimeProvider Around(TimeProvider given, ILogger logger) =>
        given == System || given is GuardedClock ? given
        : given is IDrivenTime driven ? new Driven(given, driven, logger)
        : new GuardedClock(given, logger);

    public override long TimestampFrequency { get; }

    public override DateTimeOffset GetUtcNow()
    {
        try
        {
            var now = _given.GetUtcNow();
            lock (_gate)
                (_now, _isTold) = ((now, System.GetTimestamp()), false);
            return now;
        }
        catch (Exception thrown)
        {
            Tell(thrown);
            lock (_gate)
                return Delay.End(_now.Instant, System.GetElapsedTime(_now.At));
        }
    }

    public override long GetTimestamp()
    {
        try
        {
            var stamp = _given.GetTimestamp();
            lock (_gate)
                (_steady, _isTold) = ((stamp, System.GetTimestamp()), false);
            return stamp;
        }
        catch (Exception thrown)
        {
            Tell(thrown);
            lock (_gate)
            {
                var since = System.GetElapsedTime(_steady.At).TotalSeconds;
                return _steady.Stamp + (long)(since * TimestampFrequency);
            }
        }
    }

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        try
        {
            var given = _given.CreateTimer(callback, state, dueTime, period);
            return new Timer(this, given, callback, state);
        }
        catch (Exception thrown)
        {
            Tell(thrown);
            return System.CreateTimer(callback, state, dueTime, period);
        }
    }

    private static long Frequency(TimeProvider given)
    {
        try
        {
            return given.TimestampFrequency;
        }
        catch (Exception)
        {
            // What it says later is told when it throws then.
            return System.TimestampFrequency;
        }
    }

    /// <summary>Once for each time that it begins to throw.</summary>
    private void Tell(Exception thrown)
    {
        lock (_gate)
        {
            if (_isTold)
                return;
            _isTold = true;
        }

        LogThrown(_logger, _given.GetType().Name, thrown);
    }

    [LoggerMessage(
        204,
        LogLevel.Error,
        "The clock {Clock} throws; until it answers again, the platform's measures on"
    )]
    private static partial void LogThrown(ILogger logger, string clock, Exception exception);

    /// <summary>Whoever drives the clock drives what it guards.</summary>
    private sealed class Driven(TimeProvider given, IDrivenTime driven, ILogger logger)
        : GuardedClock(given, logger),
            IDrivenTime
    {
        public Dispatcher Dispatcher => driven.Dispatcher;

        public IUserCalls Calls => driven.Calls;

        public TimeProvider Background => driven.Background;

        public ValueTask<ICheckpointStore> OpenAsync(Func<Task<ICheckpointStore>> open) =>
            driven.OpenAsync(open);
    }

    private sealed class Timer(GuardedClock clock, ITimer given, TimerCallback callback, object? state)
        : ITimer
    {
        private ITimer? _own;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            try
            {
                _own?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return given.Change(dueTime, period);
            }
            catch (Exception thrown)
            {
                clock.Tell(thrown);
                using (Detached.Begin())
                    _own ??= System.CreateTimer(
                        callback,
                        state,
                        Timeout.InfiniteTimeSpan,
                        Timeout.InfiniteTimeSpan
                    );
                return _own.Change(dueTime, period);
            }
        }

        public void Dispose()
        {
            _own?.Dispose();
            try
            {
                given.Dispose();
            }
            catch (Exception thrown)
            {
                clock.Tell(thrown);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
