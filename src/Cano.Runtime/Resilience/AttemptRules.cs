using Cano.Runtime.Cancellation;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Resilience;

/// <summary>What bounds an attempt: how long it may take, and a breaker that may refuse it.</summary>
internal readonly record struct AttemptRules(TimeSpan? Limit, CircuitBreaker? Breaker)
{
    /// <summary>Whether there is nothing to watch over.</summary>
    public bool AreNone => Limit is null && Breaker is null;

    /// <summary>Makes an attempt through the breaker. One that fails because the run stops, or because the
    /// program is wrong, says nothing about what is called, so it is neither success nor failure.</summary>
    /// <exception cref="RefusedException">The breaker is open: the attempt was not made.</exception>
    public ValueTask<T> GuardAsync<T>(StopTokens stop, Func<ValueTask<T>> attempt) =>
        Breaker is null ? attempt() : GuardAsync(Breaker, stop, attempt);

    private async ValueTask<T> GuardAsync<T>(
        CircuitBreaker breaker,
        StopTokens stop,
        Func<ValueTask<T>> attempt
    )
    {
        if (!breaker.TryEnter(out var epoch))
            throw new RefusedException();
        try
        {
            var answer = await attempt().ConfigureAwait(false);
            if (answer is IUnfinished { IsUnfinished: true })
                breaker.Release(epoch);
            else
                breaker.Succeed(epoch);
            return answer;
        }
        catch (Exception thrown)
        {
            if (stop.AreSignalled || Faults.IsMistake(thrown))
                breaker.Release(epoch);
            else
                breaker.Fail(epoch);
            throw;
        }
    }
}

/// <summary>A task's own breaker refused an attempt. Only the engine makes and sees it, so nothing that a
/// body throws is taken for it.</summary>
internal sealed class RefusedException() : Exception("The task's circuit breaker is open");
