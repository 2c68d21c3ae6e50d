using Cano.Kernel;
using Cano.Runtime.Resilience;

namespace Cano;

/// <summary>Admits `limit` units in each window. A window begins with the limiter, and anew with the first
/// use after the one before has passed. Safe for concurrent use.</summary>
public sealed class WindowedRateLimiter : IRateMeter, IRefundableMeter
{
    private readonly Lock _gate = new();
    private readonly WindowRule _rule;
    private readonly SteadyClock _clock;
    private Window _window;

    /// <summary>An empty window.</summary>
    /// <param name="limit">How many units one window admits, at least 1.</param>
    /// <param name="window">How long a window is, positive.</param>
    /// <param name="time">Its clock; the system's unless given.</param>
    public WindowedRateLimiter(int limit, TimeSpan window, TimeProvider? time = null)
    {
        _rule = new WindowRule(limit, window);
        _clock = new SteadyClock(time);
        _window = FixedWindow.First(_clock.Now);
    }

    TimeProvider IRefundableMeter.Time => _clock.Time;

    /// <inheritdoc/>
    public bool TryAcquire(int n = 1) => TryTake(n, out _);

    /// <inheritdoc/>
    public ValueTask AcquireAsync(int n = 1, CancellationToken cancellationToken = default) =>
        RateWait.AcquireAsync(this, n, cancellationToken);

    /// <inheritdoc/>
    public RateReservation? TryReserve(int n = 1) => RateReservation.TryTake(this, n);

    /// <inheritdoc/>
    public TimeSpan TimeUntil(int n = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        lock (_gate)
        {
            var now = _clock.Now;
            _window = FixedWindow.Rolled(_rule, now, _window);
            return FixedWindow.TimeUntil(_rule, now, n, _window);
        }
    }

    /// <inheritdoc/>
    bool IRefundableMeter.TryTake(int n, out long generation) => TryTake(n, out generation);

    void IRefundableMeter.GiveBack(int n, long generation)
    {
        lock (_gate)
            _window = FixedWindow.Refunded(_rule, _clock.Now, n, generation, _window);
    }

    private bool TryTake(int n, out long generation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        lock (_gate)
        {
            var taken = FixedWindow.Take(_rule, _clock.Now, n, _window);
            _window = taken.Meter;
            generation = taken.Meter.Generation;
            return taken.IsAdmitted;
        }
    }
}
