using System.Runtime.CompilerServices;

namespace Cano;

/// <summary>Permission for one call through a <see cref="CircuitBreaker"/>. The first verdict counts, later
/// ones change nothing; disposed without one, the call counts as failed.</summary>
/// <remarks>It belongs to its call and is not for two threads at once. It is never used again for another
/// call, so disposing it twice is harmless.</remarks>
public sealed class CircuitPermit : IDisposable
{
    private const long Settled = -1;

    private readonly CircuitBreaker _breaker;
    private long _epoch;

    internal CircuitPermit(CircuitBreaker breaker, long epoch)
    {
        _breaker = breaker;
        _epoch = epoch;
    }

    /// <summary>The call succeeded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Success()
    {
        var epoch = Settle();
        if (epoch != Settled)
            _breaker.Succeed(epoch);
    }

    /// <summary>The call failed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Failure()
    {
        var epoch = Settle();
        if (epoch != Settled)
            _breaker.Fail(epoch);
    }

    /// <summary>Counts the call as failed, unless a verdict was given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose() => Failure();

    // Plain, not interlocked: a permit whose address is never taken can live on the stack of a caller that
    // keeps it there, and then costs no allocation.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Settle()
    {
        var epoch = _epoch;
        _epoch = Settled;
        return epoch;
    }
}
