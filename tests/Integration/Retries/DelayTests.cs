namespace Cano.Integration.Retries;

public sealed class DelayTests
{
    [Fact]
    [Trait("ID", "J2")]
    public async Task A_fixed_delay_follows_every_failed_attempt_but_the_last() =>
        Assert.Equal([Ms(1500), Ms(1500)], await DelaysAsync(RetryMode.Fixed(2, Ms(1500))));

    [Theory]
    [Trait("ID", "J3"), Trait("ID", "J4")]
    [InlineData(50, 3.0, 30_000, new[] { 50, 150 })]
    [InlineData(100, 10.0, 500, new[] { 100, 500, 500 })]
    [InlineData(100, 2.0, 30_000, new[] { 100, 200, 400 })]
    public async Task Delays_grow_from_the_base_up_to_the_cap(
        int first,
        double multiplier,
        int cap,
        int[] expected
    )
    {
        var mode = RetryMode.ExponentialCustom(expected.Length, Ms(first), multiplier, Ms(cap), jitter: 0);
        Assert.Equal(expected.Select(ms => Ms(ms)), await DelaysAsync(mode));
    }

    [Fact]
    [Trait("ID", "J1"), Trait("ID", "J3")]
    public async Task Default_delays_double_from_100_ms_and_vary_by_a_tenth()
    {
        var delays = await DelaysAsync(TaskConfig.Default.Retry);
        Assert.Equal(3, delays.Count);
        foreach (var (delay, plain) in delays.Zip([100.0, 200.0, 400.0]))
            Assert.InRange(delay.TotalMilliseconds, (plain * 0.9) - 1, plain * 1.1);
    }

    [Fact]
    [Trait("ID", "J1")]
    public async Task Exponential_delays_are_capped_at_30_s()
    {
        var delays = await DelaysAsync(RetryMode.Exponential(20));
        Assert.All(delays, delay => Assert.True(delay <= TimeSpan.FromSeconds(30)));
        Assert.All(delays.Skip(10), delay => Assert.True(delay >= TimeSpan.FromSeconds(27) - Ms(1)));
    }

    [Fact]
    [Trait("ID", "J3"), Trait("ID", "Y9")]
    public async Task A_jittered_delay_never_exceeds_its_cap()
    {
        var delays = await DelaysAsync(RetryMode.ExponentialCustom(500, Ms(1000), 2, Ms(1000), jitter: 1.0));
        Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.Zero, Ms(1000)));
        Assert.Contains(delays, delay => delay < Ms(900));
        Assert.Contains(delays, delay => delay == Ms(1000));
    }

    [Theory]
    [Trait("ID", "J5")]
    [InlineData(0.0, 100, 100)]
    [InlineData(double.NaN, 100, 100)]
    [InlineData(double.PositiveInfinity, 100, 100)]
    [InlineData(-3.0, 100, 100)]
    [InlineData(7.0, 0, 200)]
    public async Task Jitter_is_held_between_zero_and_one(double jitter, int least, int most)
    {
        var mode = RetryMode.ExponentialCustom(100, Ms(100), 1, jitter: jitter);
        Assert.All(await DelaysAsync(mode), delay => Assert.InRange(delay, Ms(least), Ms(most)));
    }

    [Theory]
    [Trait("ID", "J5")]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0.0)]
    [InlineData(-2.0)]
    public async Task A_multiplier_that_makes_no_sense_counts_as_one(double multiplier)
    {
        var mode = RetryMode.ExponentialCustom(3, Ms(100), multiplier, jitter: 0);
        Assert.Equal([Ms(100), Ms(100), Ms(100)], await DelaysAsync(mode));
    }

    [Fact]
    [Trait("ID", "J6")]
    public async Task A_long_series_of_retries_does_not_wrap()
    {
        var delays = await DelaysAsync(
            RetryMode.ExponentialCustom(2000, Ms(1000), 10, Ms(60_000), jitter: 0)
        );
        Assert.All(delays.Skip(2), delay => Assert.Equal(Ms(60_000), delay));
    }

    [Fact]
    [Trait("ID", "J6")]
    public async Task The_longest_span_is_a_cap_without_overflow()
    {
        var mode = RetryMode.ExponentialCustom(
            3,
            TimeSpan.FromDays(300),
            10,
            TimeSpan.FromDays(900),
            jitter: 0
        );
        Assert.Equal([300, 900, 900], (await DelaysAsync(mode)).Select(delay => (int)delay.TotalDays));
    }

    [Fact]
    [Trait("ID", "J7")]
    public async Task A_base_of_zero_stays_zero() =>
        Assert.Equal(
            [TimeSpan.Zero, TimeSpan.Zero],
            await DelaysAsync(RetryMode.ExponentialCustom(2, TimeSpan.Zero, 2, jitter: 1))
        );

    [Fact]
    [Trait("ID", "J7"), Trait("ID", "Y9")]
    public async Task A_positive_base_never_becomes_a_hot_loop()
    {
        var delays = await DelaysAsync(RetryMode.ExponentialCustom(1000, Ms(2), 1, jitter: 1.0));
        Assert.All(delays, delay => Assert.True(delay >= Ms(1), $"{delay}"));
    }

    [Fact]
    [Trait("ID", "J7"), Trait("ID", "Z13")]
    public async Task A_delay_that_shrinks_never_becomes_a_hot_loop()
    {
        var delays = await DelaysAsync(RetryMode.ExponentialCustom(100, Ms(8), 0.5, jitter: 0));
        Assert.Equal([Ms(8), Ms(4), Ms(2), Ms(1), Ms(1)], delays.Take(5));
        Assert.All(delays.Skip(5), delay => Assert.Equal(Ms(1), delay));
    }

    [Fact]
    [Trait("ID", "J7")]
    public async Task A_base_of_zero_stays_zero_however_large_the_power()
    {
        var delays = await DelaysAsync(RetryMode.ExponentialCustom(1100, TimeSpan.Zero, 2, jitter: 0.5));
        Assert.All(delays, delay => Assert.Equal(TimeSpan.Zero, delay));
    }

    [Fact]
    [Trait("ID", "J13")]
    public async Task Listed_delays_follow_one_another_as_they_are()
    {
        TimeSpan[] delays = [Ms(20), TimeSpan.Zero, Ms(1.5), TimeSpan.FromDays(900)];
        Assert.Equal(delays, await DelaysAsync(RetryMode.Delays(delays)));
        Assert.Equal(delays, await DelaysAsync(RetryMode.Delays(delays.Reverse().Reverse())));
        Assert.Equal([Ms(20), Ms(40)], await DelaysAsync(RetryMode.Delays(Ms(20), Ms(40))));
        Assert.Empty(await DelaysAsync(RetryMode.Delays()));
        Assert.Equal(RetryMode.None, RetryMode.Delays([]));
        Assert.True(RetryMode.Delays(Ms(1), Ms(2)) == RetryMode.Delays([Ms(1), Ms(2)]));
        Assert.True(RetryMode.Delays(Ms(1), Ms(2)) != RetryMode.Delays(Ms(2), Ms(1)));
    }

    [Fact]
    [Trait("ID", "Y9")]
    public async Task A_delay_is_not_truncated_to_whole_milliseconds() =>
        Assert.Equal(
            [Ms(1.5), Ms(4.5)],
            await DelaysAsync(RetryMode.ExponentialCustom(2, Ms(1.5), 3, jitter: 0))
        );

    [Fact]
    [Trait("ID", "Y9")]
    public async Task A_delay_below_a_millisecond_is_waited_too()
    {
        var delays = await DelaysAsync(RetryMode.Fixed(2, Ms(0.5)));
        Assert.All(delays, delay => Assert.True(delay >= Ms(0.5), $"{delay}"));
    }

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private static async Task<IReadOnlyList<TimeSpan>> DelaysAsync(RetryMode mode) =>
        (await Attempts.OfAsync(TaskConfig.Minimal.WithRetry(mode))).Delays;
}
