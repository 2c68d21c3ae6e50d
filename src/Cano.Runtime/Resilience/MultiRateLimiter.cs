using Cano.Runtime.Resilience;

namespace Cano;

/// <summary>Several limits at once: a request passes when every tier admits it, and else costs nothing
/// anywhere. Immutable: adding a tier returns another limiter over the same meters.</summary>
public sealed class MultiRateLimiter
{
    private readonly RateTier[] _tiers;

    /// <summary>A limiter without tiers, which admits everything.</summary>
    public MultiRateLimiter()
        : this([]) { }

    private MultiRateLimiter(RateTier[] tiers) => _tiers = tiers;

    /// <summary>Adds a tier. Tiers are asked in the order they were added.</summary>
    /// <param name="name">What verdicts and <see cref="TryAcquireFor"/> call it; names may repeat.</param>
    /// <param name="meter">What it is charged to. A meter in two tiers is charged twice.</param>
    /// <param name="cost">What a request costs, not negative; 1 unless given, at 0 the tier is never
    /// asked.</param>
    public MultiRateLimiter WithTier(string name, IRateMeter meter, int cost = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(meter);
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        return new MultiRateLimiter([.. _tiers, new RateTier(name, meter, cost)]);
    }

    /// <summary>Asks every tier.</summary>
    public RateVerdict TryAcquire() => Ask(_tiers, 0, out _);

    /// <summary>Asks the tiers of these names only; all when none is given. A name that no tier has asks
    /// nobody.</summary>
    public RateVerdict TryAcquireFor(params IEnumerable<string> tiers)
    {
        ArgumentNullException.ThrowIfNull(tiers);
        var names = tiers.ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0)
            return TryAcquire();
        return Ask([.. _tiers.Where(tier => names.Contains(tier.Name))], 0, out _);
    }

    /// <summary>Passes every tier, waiting on the clock of the one that refuses. Waiters are not served in
    /// order.</summary>
    public async ValueTask AcquireAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (Ask(_tiers, 0, out var refusing) is { Admitted: false, RetryAfter: var wait })
        {
            var time = refusing?.Time ?? TimeProvider.System;
            await RateWait.ForAsync(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the tiers from `index` on. What a tier gave is on the stack until the rest have
    /// answered: then it is kept or given back, and no lock is held while another is taken.</summary>
    private static RateVerdict Ask(RateTier[] tiers, int index, out RateTier? refusing)
    {
        refusing = null;
        if (index == tiers.Length)
            return new RateVerdict(true, null, TimeSpan.Zero);
        var tier = tiers[index];
        if (tier.Cost == 0)
            return Ask(tiers, index + 1, out refusing);
        if (!tier.TryHold(out var hold))
        {
            refusing = tier;
            return tier.Refusal();
        }

        var admitted = false;
        try
        {
            var verdict = Ask(tiers, index + 1, out refusing);
            admitted = verdict.Admitted;
            return verdict;
        }
        // Someone else's meter may throw: then nobody was admitted.
        finally
        {
            if (admitted)
                tier.Keep(hold);
            else
                tier.GiveBack(hold);
        }
    }
}
