using Cano.Testing;

namespace Cano.Integration.Resilience;

/// <summary>The token bucket.</summary>
public sealed class RateLimiterTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "O1")]
    public void A_bucket_starts_full_and_holds_the_tokens_and_the_burst()
    {
        var limiter = new RateLimiter(10, s_second, 5, _time);

        Assert.Equal(15, Enumerable.Range(0, 20).Count(_ => limiter.TryAcquire()));
        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(limiter.TryAcquire(16));
        Assert.True(limiter.TryAcquire(15));
        Assert.False(limiter.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O1")]
    public void Tokens_drip_in_by_fractions_and_none_is_lost_or_won()
    {
        var limiter = new RateLimiter(3, s_second, 0, _time);
        limiter.TryAcquire(3);

        // A third of a second is no whole number of ticks.
        var admitted = 0;
        for (var step = 0; step < 7000; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            if (limiter.TryAcquire())
                admitted++;
        }

        Assert.Equal(21, admitted);
    }

    [Fact]
    [Trait("ID", "O1"), Trait("ID", "Z14")]
    public void The_largest_numbers_saturate()
    {
        var large = new RateLimiter(int.MaxValue, TimeSpan.MaxValue, int.MaxValue, _time);
        Assert.True(large.TryAcquire(int.MaxValue));
        Assert.False(large.TryAcquire());

        var slow = new RateLimiter(1, TimeSpan.MaxValue, int.MaxValue, _time);
        Assert.True(slow.TryAcquire(int.MaxValue));
        Assert.Equal(TimeSpan.MaxValue, slow.TimeUntil());
        Assert.Equal(TimeSpan.MaxValue, slow.TimeUntil(int.MaxValue));
        _time.Advance(TimeSpan.FromDays(100_000));
        Assert.False(slow.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O2")]
    public void Nothing_is_always_there_and_more_than_the_capacity_never()
    {
        var limiter = new RateLimiter(2, s_second, 1, _time);

        Assert.False(limiter.TryAcquire(4));
        Assert.True(limiter.TryAcquire(3));
        Assert.True(limiter.TryAcquire(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.TryAcquire(-1));
    }

    [Fact]
    [Trait("ID", "O2")]
    public void A_refused_request_takes_nothing()
    {
        var limiter = new RateLimiter(5, s_second, 0, _time);
        limiter.TryAcquire(3);

        Assert.False(limiter.TryAcquire(3));

        Assert.True(limiter.TryAcquire(2));
    }

    [Fact]
    [Trait("ID", "O4")]
    public void The_time_until_is_zero_exact_or_for_ever()
    {
        var limiter = new RateLimiter(3, s_second, 0, _time);
        Assert.Equal(TimeSpan.Zero, limiter.TimeUntil(3));
        limiter.TryAcquire(3);

        Assert.Equal(TimeSpan.Zero, limiter.TimeUntil(0));
        Assert.Equal(TimeSpan.FromTicks(3_333_334), limiter.TimeUntil());
        Assert.Equal(s_second, limiter.TimeUntil(3));
        Assert.Equal(TimeSpan.MaxValue, limiter.TimeUntil(4));
        Assert.False(limiter.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O5")]
    public void A_reservation_is_given_back_unless_it_is_committed()
    {
        var limiter = new RateLimiter(5, s_second, 0, _time);

        using (var kept = limiter.TryReserve(2))
            kept!.Commit();
        using (limiter.TryReserve(3))
            Assert.Null(limiter.TryReserve(1));

        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => limiter.TryAcquire()));
    }

    [Fact]
    [Trait("ID", "O5")]
    public void What_is_given_back_never_exceeds_the_capacity_and_counts_once()
    {
        var limiter = new RateLimiter(5, s_second, 0, _time);
        var reserved = limiter.TryReserve(4)!;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.Zero, limiter.TimeUntil(5));
        Assert.True(limiter.TryAcquire(0));

        reserved.Dispose();
        Assert.False(limiter.TryAcquire(6));
        Assert.True(limiter.TryAcquire(5));
        reserved.Dispose();

        Assert.False(limiter.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O10")]
    public void Racers_are_admitted_exactly_as_often_as_there_are_tokens()
    {
        var limiter = new RateLimiter(700, s_second, 300, _time);

        Assert.Equal(1000, Measuring.Race(8, 500, () => limiter.TryAcquire()));
    }

    [Fact]
    [Trait("ID", "O11")]
    public void A_bucket_that_could_never_admit_anything_is_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>("tokens", () => new RateLimiter(0, s_second));
        Assert.Throws<ArgumentOutOfRangeException>("per", () => new RateLimiter(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>("per", () => new RateLimiter(1, TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>("burst", () => new RateLimiter(1, s_second, -1));
    }

    [Fact]
    [Trait("ID", "O12")]
    public void A_token_is_spent_when_taken_and_all_holders_share_them()
    {
        var limiter = new RateLimiter(2, s_second, 0, _time);
        var (first, second) = ((IRateMeter)limiter, limiter);

        Assert.True(first.TryAcquire());
        Assert.True(second.TryAcquire());
        Assert.False(first.TryAcquire());
    }

    [Fact]
    public void Taking_allocates_nothing_whether_admitted_or_refused()
    {
        var limiter = new RateLimiter(1, TimeSpan.FromTicks(1), int.MaxValue - 1, _time);
        Assert.Equal(0, Measuring.BytesPerCall(() => limiter.TryAcquire()));
        Assert.Equal(0, Measuring.BytesPerCall(() => limiter.AcquireAsync().GetAwaiter().GetResult()));

        Assert.Equal(0, Measuring.BytesPerCall(() => limiter.TryAcquire(int.MaxValue)));
        Assert.Equal(0, Measuring.BytesPerCall(() => limiter.TimeUntil(int.MaxValue)));
    }
}
