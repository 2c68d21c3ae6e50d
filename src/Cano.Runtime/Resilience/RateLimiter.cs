using Cano.Kernel;
using Cano.Runtime.Resilience;

namespace Cano;

/// <summary>A token bucket: starts full, fills steadily, holds at most `tokens` + `burst`. Safe for
/// concurrent use.</summary>
public sealed class RateLimiter : IRateMeter, IRefundableMeter
{
    private readonly Lock _gate = new();
    private readonly BucketRule _rule;
    private readonly SteadyClock _clock;
    private Bucket _bucket;

    /// <summary>A full bucket.</summary>
    /// <param name="tokens">How many tokens come in each period, at least 1.</param>
    /// <param name="per">The period, positive.</param>
    /// <param name="burst">How many tokens it holds beyond those of one period, not negative; none unless
    /// given.</param>
    /// <param name="time">Its clock; the system's unless given.</param>
    public RateLimiter(int tokens, TimeSpan per, int burst = 0, TimeProvider? time = null)
    {
        _rule = new BucketRule(tokens, per, burst);
        _clock = new SteadyClock(time);
        _bucket = TokenBucket.Full(_rule, _clock.Now);
    }

    TimeProvider IRefundableMeter.Time => _clock.Time;

    /// <inheritdoc/>
    public bool TryAcquire(int n = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        lock (_gate)
        {
            var taken = TokenBucket.Take(_rule, _clock.Now, n, _bucket);
            _bucket = taken.Meter;
            return taken.IsAdmitted;
        }
    }

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
            return TokenBucket.TimeUntil(_rule, _clock.Now, n, _bucket);
    }

    /// <summary>One token is like another, so all are of one generation.</summary>
    bool IRefundableMeter.TryTake(int n, out long generation)
    {
        generation = 0;
        return TryAcquire(n);
    }

    void IRefundableMeter.GiveBack(int n, long generation)
    {
        lock (_gate)
            _bucket = TokenBucket.Refunded(_rule, n, _bucket);
    }
}
