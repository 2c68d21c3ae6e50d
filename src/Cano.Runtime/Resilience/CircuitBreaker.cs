using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Cano.Kernel;
using Cano.Runtime.Resilience;
using Cano.Runtime.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano;

/// <summary>Stops calling what keeps failing: opens after failures in a row, and closes again when trials
/// succeed. Shared by everyone who calls the same thing; safe for concurrent use.</summary>
public sealed class CircuitBreaker
{
    private const long None = -1;

    private readonly Lock _gate = new();
    private readonly CircuitPolicy _policy;
    private readonly SteadyClock _clock;
    private Breaker _breaker = Circuit.Closed;

    // Two facts about the breaker, published so that calls through a healthy one take no lock: an answer
    // that would change nothing needs none. Each is the epoch in which it holds, or None.
    private long _closedEpoch;
    private long _quietEpoch;

    /// <summary>A closed breaker.</summary>
    /// <param name="policy">When it opens and closes; 5 failures, 30 s and 1 trial unless given.</param>
    /// <param name="time">Its clock; the system's unless given.</param>
    public CircuitBreaker(CircuitPolicy? policy = null, TimeProvider? time = null)
    {
        _policy = policy ?? new CircuitPolicy();
        _clock = new SteadyClock(time);
    }

    /// <summary>What it lets through. It turns from open to half-open when the first trial is acquired, not
    /// by itself.</summary>
    public CircuitState State
    {
        get
        {
            lock (_gate)
                return _breaker.State;
        }
    }

    /// <summary>Permission for one call. Dispose it: without a verdict the call then counts as
    /// failed.</summary>
    /// <exception cref="CanoException">`circuit_open`: no call may pass now.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CircuitPermit Acquire() =>
        TryEnter(out var epoch) ? new CircuitPermit(this, epoch) : throw Refusal();

    /// <summary>Permission for one call, if it may pass now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAcquire([NotNullWhen(true)] out CircuitPermit? permit)
    {
        permit = TryEnter(out var epoch) ? new CircuitPermit(this, epoch) : null;
        return permit is not null;
    }

    /// <summary>Makes one call: what it returns is a success, what it throws a failure. A cancellation that
    /// `cancellationToken` asked for is neither.</summary>
    /// <exception cref="CanoException">`circuit_open`: the call was not made.</exception>
    public async Task<T> ExecuteAsync<T>(
        Func<CancellationToken, ValueTask<T>> body,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        cancellationToken.ThrowIfCancellationRequested();
        if (!TryEnter(out var epoch))
            throw Refusal();
        try
        {
            // Goes on where the caller would: a caller with a context of its own keeps its body's order.
            var result = await body(cancellationToken).ConfigureAwait(true);
            Succeed(epoch);
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Release(epoch);
            throw;
        }
        catch
        {
            Fail(epoch);
            throw;
        }
    }

    /// <summary>Asks for one call without a permit: the caller owes exactly one answer for the
    /// epoch.</summary>
    internal bool TryEnter(out long epoch)
    {
        epoch = Volatile.Read(ref _closedEpoch);
        return epoch != None || TryEnterUnderLock(out epoch);
    }

    /// <summary>A call admitted in `epoch` succeeded.</summary>
    internal void Succeed(long epoch)
    {
        if (epoch != Volatile.Read(ref _quietEpoch))
            SucceedUnderLock(epoch);
    }

    /// <summary>A call admitted in `epoch` failed.</summary>
    internal void Fail(long epoch)
    {
        lock (_gate)
            Remember(Circuit.Failed(_policy, epoch, _clock.Now, _breaker));
    }

    /// <summary>A call admitted in `epoch` was withdrawn by its own caller: neither success nor
    /// failure.</summary>
    internal void Release(long epoch)
    {
        lock (_gate)
            Remember(Circuit.Released(epoch, _breaker));
    }

    private static CanoException Refusal() => new(CanoError.Of(Fault.CircuitOpen));

    private bool TryEnterUnderLock(out long epoch)
    {
        lock (_gate)
        {
            var admission = Circuit.Acquire(_policy, _clock.Now, _breaker);
            Remember(admission.Breaker);
            epoch = admission.Breaker.Epoch;
            return admission.IsAdmitted;
        }
    }

    private void SucceedUnderLock(long epoch)
    {
        lock (_gate)
            Remember(Circuit.Succeeded(_policy, epoch, _breaker));
    }

    private void Remember(Breaker breaker)
    {
        var before = _breaker.State;
        _breaker = breaker;
        Volatile.Write(ref _closedEpoch, breaker.State == CircuitState.Closed ? breaker.Epoch : None);
        Volatile.Write(ref _quietEpoch, breaker.IsQuiet ? breaker.Epoch : None);
        if (breaker.State != before && GuardInstruments.CircuitChanges.Enabled)
            Measure(breaker.State);
    }

    private static void Measure(CircuitState state) =>
        Measuring.Safely(
            NullLogger.Instance,
            () => GuardInstruments.CircuitChanges.Add(1, new TagList { { Tags.Circuit, Tags.Of(state) } })
        );
}
