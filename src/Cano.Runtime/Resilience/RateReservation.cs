using Cano.Runtime.Resilience;

namespace Cano;

/// <summary>Units taken from a meter that are given back on dispose, unless they were committed.</summary>
public sealed class RateReservation : IDisposable
{
    private readonly IRefundableMeter _meter;
    private readonly int _n;
    private readonly long _generation;
    private int _settled;

    private RateReservation(IRefundableMeter meter, int n, long generation)
    {
        _meter = meter;
        _n = n;
        _generation = generation;
    }

    /// <summary>Keeps the units: disposing gives nothing back any more.</summary>
    public void Commit() => Interlocked.Exchange(ref _settled, 1);

    /// <summary>Gives the units back once, unless they were committed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
            _meter.GiveBack(_n, _generation);
    }

    internal static RateReservation? TryTake(IRefundableMeter meter, int n) =>
        meter.TryTake(n, out var generation) ? new RateReservation(meter, n, generation) : null;
}
