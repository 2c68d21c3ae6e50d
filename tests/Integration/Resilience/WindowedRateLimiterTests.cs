using Cano.Testing;

namespace Cano.Integration.Resilience;

/// <summary>The fixed window.</summary>
public sealed class WindowedRateLimiterTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "O6")]
    public void Each_window_admits_its_limit()
    {
        var limiter = Make(3);
        Assert.Equal(3, Enumerable.Range(0, 5).Count(_ => limiter.TryAcquire()));

        _time.Advance(s_window - TimeSpan.FromTicks(1));
        Assert.False(limiter.TryAcquire());
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(3, Enumerable.Range(0, 5).Count(_ => limiter.TryAcquire()));
    }

    [Fact]
    [Trait("ID", "O6")]
    public void The_first_window_begins_with_the_limiter_the_next_with_its_first_use()
    {
        var limiter = Make(1);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.True(limiter.TryAcquire());
        Assert.Equal(TimeSpan.FromSeconds(6), limiter.TimeUntil());

        _time.Advance(TimeSpan.FromSeconds(13));
        Assert.True(limiter.TryAcquire());

        Assert.Equal(s_window, limiter.TimeUntil());
    }

    [Fact]
    [Trait("ID", "O2")]
    public void A_refused_request_takes_nothing_and_a_request_for_nothing_passes()
    {
        var limiter = Make(3);
        limiter.TryAcquire(2);

        Assert.False(limiter.TryAcquire(2));
        Assert.False(limiter.TryAcquire(int.MaxValue));
        Assert.True(limiter.TryAcquire());
        Assert.True(limiter.TryAcquire(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => limiter.TryAcquire(-1));
    }

    [Fact]
    [Trait("ID", "O3")]
    public async Task A_waiter_sleeps_until_the_next_window()
    {
        var limiter = Make(2);
        limiter.TryAcquire(2);
        var waiter = limiter.AcquireAsync(2).AsTask();

        _time.Advance(s_window - TimeSpan.FromTicks(1));
        Assert.False(waiter.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        await waiter.Soon();
        Assert.False(limiter.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O3")]
    public async Task More_than_the_limit_is_waited_for_until_it_is_cancelled()
    {
        var limiter = Make(2);
        using var stop = new CancellationTokenSource();
        var waiter = limiter.AcquireAsync(3, stop.Token).AsTask();

        _time.Advance(TimeSpan.FromDays(39));
        Assert.False(waiter.IsCompleted);
        Assert.Equal(1, _time.WaitingCount);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter.Soon());
    }

    [Fact]
    [Trait("ID", "O4")]
    public void The_time_until_is_zero_the_rest_of_the_window_or_for_ever()
    {
        var limiter = Make(2);
        Assert.Equal(TimeSpan.Zero, limiter.TimeUntil(2));
        limiter.TryAcquire();
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.Zero, limiter.TimeUntil());
        Assert.Equal(TimeSpan.FromSeconds(7), limiter.TimeUntil(2));
        Assert.Equal(TimeSpan.MaxValue, limiter.TimeUntil(3));
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.Zero, limiter.TimeUntil(2));
    }

    [Fact]
    [Trait("ID", "O5")]
    public void A_reservation_is_given_back_unless_it_is_committed()
    {
        var limiter = Make(3);

        using (var kept = limiter.TryReserve())
            kept!.Commit();
        using (limiter.TryReserve(2))
            Assert.Null(limiter.TryReserve());

        Assert.True(limiter.TryAcquire(2));
        Assert.False(limiter.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O7")]
    public void A_reservation_of_an_earlier_window_gives_nothing_back()
    {
        var limiter = Make(3);
        var old = limiter.TryReserve(3)!;
        _time.Advance(s_window);
        Assert.True(limiter.TryAcquire(3));

        old.Dispose();

        Assert.False(limiter.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O10")]
    public void Racers_are_admitted_exactly_as_often_as_the_limit_says()
    {
        var limiter = Make(1000);

        Assert.Equal(1000, Measuring.Race(8, 500, () => limiter.TryAcquire()));
    }

    [Fact]
    [Trait("ID", "O11")]
    public void A_window_that_could_never_admit_anything_is_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>("limit", () => new WindowedRateLimiter(0, s_window));
        Assert.Throws<ArgumentOutOfRangeException>("window", () => new WindowedRateLimiter(1, TimeSpan.Zero));
        var past = TimeSpan.FromTicks(-1);
        Assert.Throws<ArgumentOutOfRangeException>("window", () => new WindowedRateLimiter(1, past));
    }

    [Fact]
    [Trait("ID", "Z14")]
    public void The_longest_window_is_no_trouble()
    {
        var limiter = new WindowedRateLimiter(int.MaxValue, TimeSpan.MaxValue, _time);
        _time.Advance(TimeSpan.FromDays(1000));

        Assert.True(limiter.TryAcquire(int.MaxValue));
        Assert.False(limiter.TryAcquire(int.MaxValue));
        Assert.Equal(TimeSpan.MaxValue - TimeSpan.FromDays(1000), limiter.TimeUntil());
    }

    [Fact]
    public void Taking_allocates_nothing_whether_admitted_or_refused()
    {
        var limiter = Make(int.MaxValue);
        Assert.Equal(0, Measuring.BytesPerCall(() => limiter.TryAcquire()));

        Assert.Equal(0, Measuring.BytesPerCall(() => limiter.TryAcquire(int.MaxValue)));
    }

    private WindowedRateLimiter Make(int limit) => new(limit, s_window, _time);
}
