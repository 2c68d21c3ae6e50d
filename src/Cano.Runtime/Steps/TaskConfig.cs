using Cano.Runtime.Resilience;

namespace Cano;

/// <summary>How a task's attempts are bounded and repeated.</summary>
public sealed record TaskConfig
{
    private TaskConfig() { }

    /// <summary>Three retries after 100, 200 and 400 ms, each varied by a tenth; no attempt timeout, no
    /// breaker. What a task has that says nothing else.</summary>
    public static TaskConfig Default { get; } = new() { Retry = RetryMode.Exponential(3) };

    /// <summary>One attempt, no timeout, no breaker.</summary>
    public static TaskConfig Minimal { get; } = new();

    /// <summary>Whether and when a failed attempt is repeated.</summary>
    public RetryMode Retry { get; private init; } = RetryMode.None;

    /// <summary>The longest an attempt may take; none when null.</summary>
    public TimeSpan? AttemptTimeout { get; private init; }

    /// <summary>`retries` further attempts, each after the same delay; neither negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of the two is negative.</exception>
    public TaskConfig WithFixedRetry(int retries, TimeSpan delay) =>
        WithRetry(RetryMode.Fixed(retries, delay));

    /// <summary>Up to `maxRetries` further attempts, not negative, after delays that double from 100 ms up to
    /// 30 s, each varied by a tenth.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public TaskConfig WithExponentialRetry(int maxRetries) => WithRetry(RetryMode.Exponential(maxRetries));

    /// <summary>Repeats as the mode says.</summary>
    public TaskConfig WithRetry(RetryMode mode)
    {
        ArgumentNullException.ThrowIfNull(mode);
        return this with { Retry = mode };
    }

    /// <summary>Each attempt is told to stop after this span, above zero, and then counts as failed with
    /// category `timeout`; no limit unless given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span is not above zero.</exception>
    public TaskConfig WithAttemptTimeout(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        return this with { AttemptTimeout = span };
    }

    /// <summary>Asks a breaker before each attempt, and tells it how the attempt went; none unless given.
    /// While it is open the task fails at once with category `circuit_open`, without a retry. The refusal of
    /// a breaker that a body calls itself is a failed attempt, and is retried.</summary>
    public TaskConfig WithCircuitBreaker(CircuitBreaker breaker)
    {
        ArgumentNullException.ThrowIfNull(breaker);
        return this with { Breaker = breaker };
    }

    /// <summary>The retry, then what else was asked for: "Exponential(3), attempt timeout 5 s, circuit
    /// breaker".</summary>
    public override string ToString() => Breaker is null ? $"{Policy}" : $"{Policy}, circuit breaker";

    internal CircuitBreaker? Breaker { get; private init; }

    internal AttemptRules Rules => new(AttemptTimeout, Breaker);

    internal TaskPolicy Policy => new(Retry, AttemptTimeout);
}
