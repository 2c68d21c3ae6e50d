namespace Cano.Runtime.Resilience;

/// <summary>A named meter, and what one request costs there.</summary>
internal sealed record RateTier(string Name, IRateMeter Meter, int Cost)
{
    // A tier that had nothing a moment ago may have something now; waiting no time at all could go round
    // for ever.
    private static readonly TimeSpan s_retryMin = TimeSpan.FromMilliseconds(1);

    private readonly IRefundableMeter? _own = Meter as IRefundableMeter;

    /// <summary>The clock to wait on for this tier; null when the meter does not tell.</summary>
    public TimeProvider? Time => _own?.Time;

    public RateVerdict Refusal()
    {
        var wait = Meter.TimeUntil(Cost);
        return new RateVerdict(false, Name, wait > s_retryMin ? wait : s_retryMin);
    }

    public bool TryHold(out Hold hold)
    {
        hold = default;
        if (_own is not null)
            return _own.TryTake(Cost, out hold.Generation);
        hold.Reservation = Meter.TryReserve(Cost);
        return hold.Reservation is not null;
    }

    public void Keep(in Hold hold) => hold.Reservation?.Commit();

    public void GiveBack(in Hold hold)
    {
        _own?.GiveBack(Cost, hold.Generation);
        hold.Reservation?.Dispose();
    }

    /// <summary>What a tier gave: a generation of a meter of our own, or someone else's
    /// reservation.</summary>
    internal struct Hold
    {
        public long Generation;
        public RateReservation? Reservation;
    }
}
