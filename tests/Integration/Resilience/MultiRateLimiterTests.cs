using Cano.Testing;

namespace Cano.Integration.Resilience;

/// <summary>Several limits at once.</summary>
public sealed class MultiRateLimiterTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "O8")]
    public void All_tiers_are_charged_or_none_and_the_first_that_refuses_is_named()
    {
        var (calls, words) = (Bucket(10), Bucket(5));
        var limiter = new MultiRateLimiter().WithTier("calls", calls).WithTier("words", words, 4);

        Assert.Equal(new RateVerdict(true, null, TimeSpan.Zero), limiter.TryAcquire());
        var refused = limiter.TryAcquire();

        Assert.Equal(new RateVerdict(false, "words", TimeSpan.FromMilliseconds(600)), refused);
        Assert.True(calls.TryAcquire(9));
        Assert.True(words.TryAcquire(1));
    }

    [Fact]
    [Trait("ID", "O8")]
    public void Of_two_that_would_refuse_the_first_is_named()
    {
        var limiter = new MultiRateLimiter().WithTier("short", Bucket(1), 2).WithTier("long", Bucket(1), 3);

        Assert.Equal(new RateVerdict(false, "short", TimeSpan.MaxValue), limiter.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O8")]
    public void Trying_again_is_never_said_to_help_sooner_than_in_a_millisecond()
    {
        var fast = new RateLimiter(1_000_000, s_second, 0, _time);
        fast.TryAcquire(1_000_000);

        var verdict = new MultiRateLimiter().WithTier("fast", fast).TryAcquire();

        Assert.Equal(new RateVerdict(false, "fast", TimeSpan.FromMilliseconds(1)), verdict);
    }

    [Fact]
    [Trait("ID", "O8")]
    public void A_tier_that_costs_nothing_is_never_asked()
    {
        var empty = Bucket(1);
        empty.TryAcquire();

        Assert.True(new MultiRateLimiter().WithTier("off", empty, 0).TryAcquire().Admitted);
        Assert.True(new MultiRateLimiter().TryAcquire().Admitted);
    }

    [Fact]
    [Trait("ID", "O8")]
    public void Only_the_named_tiers_are_asked_and_an_unknown_name_asks_nobody()
    {
        var (a, b) = (Bucket(1), Bucket(2));
        var limiter = new MultiRateLimiter().WithTier("a", a).WithTier("b", b);

        Assert.True(limiter.TryAcquireFor("b").Admitted);
        Assert.True(limiter.TryAcquireFor("c").Admitted);
        Assert.True(limiter.TryAcquireFor().Admitted);

        Assert.Equal("a", limiter.TryAcquireFor("b", "a").Tier);
        Assert.Equal("b", limiter.TryAcquireFor("b", "c").Tier);
    }

    [Fact]
    [Trait("ID", "O8")]
    public void Adding_a_tier_leaves_the_limiter_as_it_was()
    {
        var open = new MultiRateLimiter();
        var limited = open.WithTier("never", Bucket(1), 2);

        Assert.True(open.TryAcquire().Admitted);
        Assert.False(limited.TryAcquire().Admitted);
        Assert.Throws<ArgumentOutOfRangeException>(() => open.WithTier("bad", Bucket(1), -1));
    }

    [Fact]
    [Trait("ID", "O8")]
    public void A_meter_of_someone_else_is_committed_to_or_given_back_as_well()
    {
        var inner = Bucket(2);
        var gate = new WindowedRateLimiter(1, s_second, _time);
        var limiter = new MultiRateLimiter().WithTier("theirs", new Wrapped(inner)).WithTier("gate", gate);

        Assert.True(limiter.TryAcquire().Admitted);
        Assert.Equal("gate", limiter.TryAcquire().Tier);
        Assert.True(inner.TryAcquire());

        Assert.Equal("theirs", limiter.TryAcquire().Tier);
    }

    [Fact]
    [Trait("ID", "O7"), Trait("ID", "O8")]
    public void A_refund_after_the_window_has_passed_is_lost_with_it()
    {
        var window = new WindowedRateLimiter(2, s_second, _time);
        var spent = new RateLimiter(1, TimeSpan.FromHours(1), 0, _time);
        spent.TryAcquire();
        var late = new Wrapped(spent) { BeforeReserving = () => FillTheNext(window) };
        var limiter = new MultiRateLimiter().WithTier("window", window).WithTier("late", late);

        Assert.Equal("late", limiter.TryAcquire().Tier);

        Assert.False(window.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O8")]
    public void A_meter_of_someone_else_that_throws_costs_nothing_in_the_tiers_before_it()
    {
        var (bucket, window) = (Bucket(1), new WindowedRateLimiter(1, s_second, _time));
        var broken = new Wrapped(Bucket(1)) { BeforeReserving = () => throw new IOException("meter") };
        var limiter = new MultiRateLimiter()
            .WithTier("bucket", bucket)
            .WithTier("window", window)
            .WithTier("broken", broken);

        Assert.Throws<IOException>(() => limiter.TryAcquire());

        Assert.True(bucket.TryAcquire());
        Assert.True(window.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O9")]
    public void A_meter_in_two_tiers_is_charged_twice()
    {
        var meter = Bucket(3);
        var limiter = new MultiRateLimiter().WithTier("once", meter).WithTier("twice", meter);

        Assert.True(limiter.TryAcquire().Admitted);
        Assert.Equal("twice", limiter.TryAcquire().Tier);

        Assert.True(meter.TryAcquire());
        Assert.False(meter.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O3")]
    public async Task A_waiter_sleeps_for_the_tier_that_refuses_and_asks_all_again()
    {
        var (fast, slow) = (Bucket(2), new WindowedRateLimiter(1, TimeSpan.FromSeconds(5), _time));
        var limiter = new MultiRateLimiter().WithTier("fast", fast).WithTier("slow", slow);
        await limiter.AcquireAsync();
        var waiter = limiter.AcquireAsync().AsTask();

        _time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.False(waiter.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        await waiter.Soon();
        Assert.True(fast.TryAcquire());
        Assert.False(fast.TryAcquire());
    }

    [Fact]
    [Trait("ID", "O3")]
    public async Task What_can_never_pass_is_waited_for_until_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var waiter = new MultiRateLimiter().WithTier("never", Bucket(1), 2).AcquireAsync(stop.Token).AsTask();

        _time.Advance(TimeSpan.FromDays(39));
        Assert.False(waiter.IsCompleted);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter.Soon());
    }

    [Fact]
    [Trait("ID", "O10")]
    public void Racers_are_admitted_exactly_as_often_as_the_scarcest_tier_allows()
    {
        var (wide, narrow) = (Bucket(5000), new WindowedRateLimiter(300, s_second, _time));
        var limiter = new MultiRateLimiter().WithTier("wide", wide, 2).WithTier("narrow", narrow);

        Assert.Equal(300, Measuring.Race(8, 200, () => limiter.TryAcquire().Admitted));

        Assert.True(wide.TryAcquire(5000 - 600));
        Assert.False(wide.TryAcquire());
    }

    [Fact]
    public void Asking_allocates_nothing_whether_admitted_or_refused()
    {
        var (wide, narrow) = (Bucket(int.MaxValue), Bucket(1));
        var open = new MultiRateLimiter().WithTier("a", wide).WithTier("b", wide);
        var shut = open.WithTier("c", narrow, 2);

        Assert.Equal(0, Measuring.BytesPerCall(() => open.TryAcquire()));
        Assert.Equal(0, Measuring.BytesPerCall(() => shut.TryAcquire()));
    }

    private void FillTheNext(WindowedRateLimiter window)
    {
        _time.Advance(s_second);
        Assert.True(window.TryAcquire(2));
    }

    private RateLimiter Bucket(int tokens) => new(tokens, s_second, 0, _time);

    /// <summary>A meter that is not one of ours.</summary>
    private sealed class Wrapped(IRateMeter inner) : IRateMeter
    {
        public Action BeforeReserving { get; init; } = () => { };

        public bool TryAcquire(int n = 1) => inner.TryAcquire(n);

        public ValueTask AcquireAsync(int n = 1, CancellationToken cancellationToken = default) =>
            inner.AcquireAsync(n, cancellationToken);

        public RateReservation? TryReserve(int n = 1)
        {
            BeforeReserving();
            return inner.TryReserve(n);
        }

        public TimeSpan TimeUntil(int n = 1) => inner.TimeUntil(n);
    }
}
