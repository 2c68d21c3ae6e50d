using Cano.Kernel;

namespace Cano;

/// <summary>What a <see cref="MultiRateLimiter"/> said.</summary>
/// <param name="Admitted">Whether every tier admitted the request.</param>
/// <param name="Tier">The first tier that did not; null when admitted.</param>
/// <param name="RetryAfter">When that tier may admit it, at least 1 ms; zero when admitted,
/// <see cref="TimeSpan.MaxValue"/> when never.</param>
public readonly record struct RateVerdict(bool Admitted, string? Tier, TimeSpan RetryAfter)
{
    /// <summary>Whether it was admitted, by whom it was refused otherwise: "refused by 'day', again in 5
    /// min".</summary>
    public override string ToString() =>
        Admitted ? "admitted"
        : RetryAfter == TimeSpan.MaxValue ? $"refused by '{Tier}' for ever"
        : $"refused by '{Tier}', again in {Words.Span(RetryAfter)}";
}
