using Cano.Kernel;
using Xunit.Abstractions;

namespace Cano.Integration.Resilience;

/// <summary>The decisions of the meters beside references that live every tick, or keep every
/// request.</summary>
public sealed class RateLimitWalks(ITestOutputHelper output)
{
    [Fact]
    [Trait("ID", "O1"), Trait("ID", "O2"), Trait("ID", "O3"), Trait("ID", "O4"), Trait("ID", "O5")]
    public void A_bucket_decides_as_one_that_is_filled_tick_by_tick() =>
        new Walks(output, 2000).Take(
            ["admitted", "refused", "never", "overflowed by a refund", "full again"],
            WalkBucket
        );

    [Fact]
    [Trait("ID", "O4"), Trait("ID", "O6"), Trait("ID", "O7")]
    public void A_window_decides_as_one_that_counts_its_requests() =>
        new Walks(output, 2000).Take(
            ["admitted", "refused", "never", "rolled", "refunded", "refunded too late"],
            WalkWindow
        );

    private static void WalkBucket(Random random, Action<string> met)
    {
        var (tokens, per, burst) = (random.Next(1, 5), random.Next(1, 9), random.Next(0, 5));
        var rule = new BucketRule(tokens, TimeSpan.FromTicks(per), burst);
        var full = (tokens + burst) * per;
        var (level, now) = (full, 0L);
        var bucket = TokenBucket.Full(rule, now);
        for (var step = 0; step < 60; step++)
        {
            for (var ticks = random.Next(4); ticks > 0; ticks--, now++)
                level = Math.Min(full, level + tokens);
            var n = random.Next(0, tokens + burst + 2);
            if (random.Next(4) == 0)
            {
                met(level + n * per > full ? "overflowed by a refund" : "refunded");
                level = Math.Min(full, level + n * per);
                bucket = TokenBucket.Refunded(rule, n, TokenBucket.Refilled(rule, now, bucket));
                continue;
            }

            var wait = Ticks(level, full, tokens, n * per);
            Assert.Equal(wait, TokenBucket.TimeUntil(rule, now, n, bucket));
            var taken = TokenBucket.Take(rule, now, n, bucket);
            bucket = taken.Meter;
            Assert.Equal(wait == TimeSpan.Zero, taken.IsAdmitted);
            if (taken.IsAdmitted)
                level -= n * per;
            met(
                taken.IsAdmitted ? "admitted"
                : wait == TimeSpan.MaxValue ? "never"
                : "refused"
            );
            if (level == full)
                met("full again");
        }
    }

    /// <summary>How many ticks until the level is there, by letting them pass.</summary>
    private static TimeSpan Ticks(int level, int full, int rate, int wanted)
    {
        if (wanted > full)
            return TimeSpan.MaxValue;
        var ticks = 0;
        for (; level < wanted; level += rate)
            ticks++;
        return TimeSpan.FromTicks(ticks);
    }

    private static void WalkWindow(Random random, Action<string> met)
    {
        var (limit, length) = (random.Next(1, 6), random.Next(1, 9));
        var rule = new WindowRule(limit, TimeSpan.FromTicks(length));
        var window = FixedWindow.First(0);
        var start = 0L;
        var counted = new List<int>();
        var held = new List<(int N, long Generation, List<int> Counted)>();
        for (var (step, now) = (0, 0L); step < 60; step++, now += random.Next(3))
        {
            if (now - start >= length)
            {
                (start, counted) = (now, []);
                met("rolled");
            }

            if (held.Count > 0 && random.Next(4) == 0)
            {
                var (units, generation, theirs) = held[0];
                held.RemoveAt(0);
                theirs.Remove(units);
                window = FixedWindow.Refunded(rule, now, units, generation, window);
                met(theirs == counted ? "refunded" : "refunded too late");
                continue;
            }

            var n = random.Next(0, limit + 2);
            var fits = counted.Sum() + n <= limit;
            var wait = n > limit ? TimeSpan.MaxValue : TimeSpan.FromTicks(fits ? 0 : start + length - now);
            Assert.Equal(wait, FixedWindow.TimeUntil(rule, now, n, window));
            var taken = FixedWindow.Take(rule, now, n, window);
            window = taken.Meter;
            Assert.Equal(fits, taken.IsAdmitted);
            met(
                fits ? "admitted"
                : n > limit ? "never"
                : "refused"
            );
            if (!fits)
                continue;
            counted.Add(n);
            held.Add((n, window.Generation, counted));
        }
    }
}
