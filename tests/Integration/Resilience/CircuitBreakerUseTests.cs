using Cano.Testing;

namespace Cano.Integration.Resilience;

/// <summary>Making breakers, calling through them, and sharing them.</summary>
public sealed class CircuitBreakerUseTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "N7")]
    public void Unless_told_otherwise_5_failures_open_it_for_30_seconds_and_1_trial_closes_it()
    {
        var breaker = new CircuitBreaker(time: _time);
        for (var i = 0; i < 4; i++)
            breaker.Acquire().Failure();
        Assert.Equal(CircuitState.Closed, breaker.State);
        breaker.Acquire().Failure();
        Assert.Equal(CircuitState.Open, breaker.State);

        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.False(breaker.TryAcquire(out _));
        _time.Advance(TimeSpan.FromTicks(1));
        var trial = breaker.Acquire();
        Assert.False(breaker.TryAcquire(out _));
        trial.Success();

        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "N7")]
    public void A_policy_that_could_never_work_is_rejected()
    {
        Rejects("FailureThreshold", () => new CircuitPolicy(0));
        Rejects("HalfOpenMaxCalls", () => new CircuitPolicy(HalfOpenMaxCalls: 0));
        Rejects("ResetTimeout", () => new CircuitPolicy(ResetTimeout: TimeSpan.FromTicks(-1)));
        // The original's upper bound, half of a 32-bit unsigned number, is the largest int.
        Assert.Equal(int.MaxValue, new CircuitPolicy(HalfOpenMaxCalls: int.MaxValue).HalfOpenMaxCalls);
        Assert.Equal(new CircuitPolicy(), new CircuitPolicy(5, TimeSpan.FromSeconds(30), 1));
        Assert.Equal(3, new CircuitPolicy(FailureThreshold: 3).FailureThreshold);
    }

    [Fact]
    [Trait("ID", "Z14")]
    public void A_reset_timeout_beyond_the_end_of_time_saturates()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(1, TimeSpan.MaxValue), _time);
        _time.Advance(TimeSpan.FromDays(1000));
        breaker.Acquire().Failure();

        _time.Advance(TimeSpan.FromDays(100_000));

        Assert.False(breaker.TryAcquire(out _));
    }

    [Fact]
    public async Task What_a_body_returns_is_a_success_and_what_it_throws_a_failure()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(2), _time);

        await Assert.ThrowsAsync<IOException>(() => breaker.ExecuteAsync<int>(_ => throw new IOException()));
        Assert.Equal(7, await breaker.ExecuteAsync(_ => new ValueTask<int>(7)));
        await Assert.ThrowsAsync<IOException>(() =>
            breaker.ExecuteAsync(async _ =>
            {
                await Task.Yield();
                return Broken();
            })
        );
        Assert.Equal(CircuitState.Closed, breaker.State);
        await Assert.ThrowsAsync<IOException>(() => breaker.ExecuteAsync(_ => new ValueTask<int>(Broken())));
        Assert.Equal(CircuitState.Open, breaker.State);

        var called = false;
        var refused = await Assert.ThrowsAsync<CanoException>(() =>
            breaker.ExecuteAsync(_ => new ValueTask<bool>(called = true))
        );
        Assert.Equal("circuit_open", refused.Error.Category);
        Assert.False(called);
    }

    [Fact]
    [Trait("ID", "Z18")]
    public async Task A_cancellation_that_the_caller_asked_for_is_neutral()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(2), _time);
        breaker.Acquire().Failure();

        await Cancelled(breaker);
        Assert.Equal(CircuitState.Closed, breaker.State);
        breaker.Acquire().Failure();

        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    [Trait("ID", "Z18")]
    public async Task A_cancelled_trial_frees_its_place_and_decides_nothing()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(1), _time);
        breaker.Acquire().Failure();
        _time.Advance(TimeSpan.FromSeconds(30));

        await Cancelled(breaker);

        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        breaker.Acquire().Success();
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "Z18")]
    public async Task A_cancellation_that_nobody_asked_for_is_a_failure()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(1), _time);

        await Assert.ThrowsAsync<TaskCanceledException>(() =>
            breaker.ExecuteAsync<int>(_ => throw new TaskCanceledException("a timeout of the client"))
        );

        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    [Trait("ID", "N9")]
    public async Task A_shared_breaker_trips_for_all_its_holders()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(4), _time);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => breaker.Acquire().Failure())));

        Assert.Equal(CircuitState.Open, breaker.State);
        var passed = Enumerable.Range(0, 4).Select(_ => Task.Run(() => breaker.TryAcquire(out var _)));
        Assert.All(await Task.WhenAll(passed), Assert.False);
    }

    [Fact]
    [Trait("ID", "N9")]
    public void Racing_for_trials_admits_exactly_as_many_as_may_pass()
    {
        for (var round = 0; round < 50; round++)
        {
            var breaker = new CircuitBreaker(new CircuitPolicy(1, TimeSpan.Zero, 5), _time);
            breaker.Acquire().Failure();

            Assert.Equal(5, Measuring.Race(8, 20, () => breaker.TryAcquire(out var _)));
        }
    }

    [Fact]
    [Trait("ID", "N9")]
    public void Hammering_from_many_threads_leaves_a_breaker_that_still_works()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(3, TimeSpan.Zero, 2), _time);
        var calls = 0;
        Measuring.Race(
            8,
            20_000,
            () =>
            {
                if (!breaker.TryAcquire(out var permit))
                    return false;
                if (Interlocked.Increment(ref calls) % 3 > 0)
                    permit.Success();
                permit.Dispose();
                return true;
            }
        );

        // Every permit has answered, so no place of a trial may be lost: successes alone must close it.
        for (var i = 0; i < 4; i++)
            breaker.Acquire().Success();
        Assert.Equal(CircuitState.Closed, breaker.State);
        for (var i = 0; i < 3; i++)
            breaker.Acquire().Failure();
        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    public void A_call_allocates_at_most_its_permit_and_a_refused_one_nothing()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(1), _time);
        Assert.InRange(Measuring.BytesPerCall(() => breaker.Acquire().Success()), 0, 32);

        breaker.Acquire().Failure();

        Assert.Equal(0, Measuring.BytesPerCall(() => breaker.TryAcquire(out _)));
    }

    private static void Rejects(string name, Func<CircuitPolicy> make) =>
        Assert.Throws<ArgumentOutOfRangeException>(name, make);

    private static int Broken() => throw new IOException();

    private static async Task Cancelled(CircuitBreaker breaker)
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            breaker.ExecuteAsync<int>(
                async token =>
                {
                    await stop.CancelAsync();
                    token.ThrowIfCancellationRequested();
                    return 0;
                },
                stop.Token
            )
        );
    }
}
