using Cano.Testing;

namespace Cano.Integration.Resilience;

/// <summary>Waiting for tokens.</summary>
public sealed class RateLimiterWaitingTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "O3")]
    public async Task A_waiter_sleeps_exactly_for_what_is_missing()
    {
        var limiter = new RateLimiter(10, s_second, 0, _time);
        limiter.TryAcquire(8);
        var waiter = limiter.AcquireAsync(5).AsTask();

        _time.Advance(TimeSpan.FromMilliseconds(300) - TimeSpan.FromTicks(1));
        Assert.False(waiter.IsCompleted);
        Assert.Equal(1, _time.WaitingCount);
        _time.Advance(TimeSpan.FromTicks(1));

        await waiter.Soon();
        Assert.False(limiter.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O3")]
    public async Task One_who_finds_the_tokens_gone_sleeps_again()
    {
        var limiter = new RateLimiter(1, s_second, 0, _time);
        limiter.TryAcquire();
        using var served = new SemaphoreSlim(0);
        var waiters = Enumerable.Range(0, 3).Select(_ => WaitAsync()).ToList();

        for (var waiting = 2; waiting >= 0; waiting--)
        {
            _time.Advance(s_second);
            await served.WaitAsync().Soon();
            await _time.WhenWaitingAsync(waiting).Soon();
            Assert.Equal(0, served.CurrentCount);
        }

        await Task.WhenAll(waiters).Soon();

        async Task WaitAsync()
        {
            await limiter.AcquireAsync();
            served.Release();
        }
    }

    [Fact]
    [Trait("ID", "O3")]
    public async Task More_than_the_capacity_is_waited_for_until_it_is_cancelled()
    {
        var limiter = new RateLimiter(10, s_second, 0, _time);
        using var stop = new CancellationTokenSource();
        var waiter = limiter.AcquireAsync(11, stop.Token).AsTask();

        for (var month = 0; month < 12; month++)
        {
            _time.Advance(TimeSpan.FromDays(30));
            await _time.WhenWaitingAsync().Soon();
        }

        Assert.False(waiter.IsCompleted);
        Assert.True(limiter.TryAcquire(10));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter.Soon());
    }

    [Fact]
    [Trait("ID", "O3")]
    public async Task A_cancelled_request_takes_nothing()
    {
        var limiter = new RateLimiter(1, s_second, 0, _time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            limiter.AcquireAsync(1, new CancellationToken(true)).AsTask()
        );

        Assert.True(limiter.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O3")]
    public async Task On_the_real_clock_a_waiter_is_not_served_too_early()
    {
        var limiter = new RateLimiter(1, TimeSpan.FromMilliseconds(2.5));
        var started = TimeProvider.System.GetTimestamp();

        for (var i = 0; i < 5; i++)
            await limiter.AcquireAsync().AsTask().Soon();

        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(10));
    }
}
