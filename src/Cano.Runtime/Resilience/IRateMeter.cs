namespace Cano;

/// <summary>Admits so many units in so much time. A request for `n` is admitted whole or not at all; one
/// for 0 always is, one above the capacity never. `n` is 1 unless given, and not negative.</summary>
public interface IRateMeter
{
    /// <summary>Takes n units if they are there now.</summary>
    bool TryAcquire(int n = 1);

    /// <summary>Takes n units, waiting for them as long as it needs; for more than the capacity until it is
    /// cancelled. Waiters are not served in order.</summary>
    ValueTask AcquireAsync(int n = 1, CancellationToken cancellationToken = default);

    /// <summary>Takes n units that can be given back; null when they are not there now.</summary>
    RateReservation? TryReserve(int n = 1);

    /// <summary>How long until n units are there; <see cref="TimeSpan.MaxValue"/> when that is
    /// never.</summary>
    TimeSpan TimeUntil(int n = 1);
}
