using Cano.Testing;

namespace Cano.Integration.Resilience;

/// <summary>When a breaker opens, lets trials through, and closes.</summary>
public sealed class CircuitBreakerTests
{
    private static readonly TimeSpan s_reset = TimeSpan.FromSeconds(10);
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "N1")]
    public void The_threshold_of_failures_in_a_row_opens_it()
    {
        var breaker = Make(failures: 3);

        Fail(breaker, 2);
        Assert.Equal(CircuitState.Closed, breaker.State);
        Fail(breaker, 1);

        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    [Trait("ID", "N1")]
    public void A_success_starts_the_count_anew()
    {
        var breaker = Make(failures: 3);

        Fail(breaker, 2);
        Succeed(breaker);
        Fail(breaker, 2);

        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "N2")]
    public void An_open_one_refuses_until_its_time_is_up_and_turns_half_open_only_when_asked()
    {
        var breaker = Opened();

        _time.Advance(s_reset - TimeSpan.FromTicks(1));
        Assert.False(breaker.TryAcquire(out var none));
        Assert.Null(none);
        var refused = Assert.Throws<CanoException>(breaker.Acquire);
        Assert.Equal("circuit_open", refused.Error.Category);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(CircuitState.Open, breaker.State);
        Assert.Equal(0, _time.WaitingCount);
        using var trial = breaker.Acquire();
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        trial.Success();
    }

    [Fact]
    [Trait("ID", "N3")]
    public void Half_open_admits_so_many_trials_at_once_and_closes_after_as_many_successes()
    {
        var breaker = HalfOpened(trials: 2, out var first);
        var second = breaker.Acquire();
        Assert.False(breaker.TryAcquire(out _));

        first.Success();
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        second.Success();

        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "N3")]
    public void A_failed_trial_opens_it_for_the_whole_time_again_and_earlier_successes_are_forgotten()
    {
        var breaker = HalfOpened(trials: 2, out var first);
        first.Success();
        breaker.Acquire().Failure();
        Assert.Equal(CircuitState.Open, breaker.State);

        _time.Advance(s_reset - TimeSpan.FromTicks(1));
        Assert.False(breaker.TryAcquire(out _));
        _time.Advance(TimeSpan.FromTicks(1));
        Succeed(breaker);

        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        Succeed(breaker);
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "N3")]
    public void Failures_from_before_it_opened_do_not_count_after_it_closed()
    {
        var breaker = HalfOpened(trials: 1, out var trial, failures: 3);
        trial.Success();

        Fail(breaker, 2);

        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "N4")]
    public void A_finished_trial_frees_its_place()
    {
        var breaker = HalfOpened(trials: 2, out var first);
        var second = breaker.Acquire();
        Assert.False(breaker.TryAcquire(out _));

        first.Success();

        Assert.True(breaker.TryAcquire(out var third));
        third.Success();
        second.Success();
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "N5")]
    public void A_permit_disposed_without_a_verdict_is_a_failure()
    {
        var breaker = Make(failures: 1);
        breaker.Acquire().Dispose();
        Assert.Equal(CircuitState.Open, breaker.State);

        _time.Advance(s_reset);
        breaker.Acquire().Dispose();
        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    [Trait("ID", "N5")]
    public void The_first_verdict_counts_and_disposing_afterwards_changes_nothing()
    {
        var breaker = Make(failures: 2);
        using (var permit = breaker.Acquire())
            permit.Success();
        var failed = breaker.Acquire();

        failed.Failure();
        failed.Failure();
        failed.Success();
        failed.Dispose();
        failed.Dispose();

        Assert.Equal(CircuitState.Closed, breaker.State);
        Fail(breaker, 1);
        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    [Trait("ID", "N6")]
    public void An_answer_from_an_earlier_session_changes_nothing()
    {
        var breaker = Make(failures: 1);
        var (late, later) = (breaker.Acquire(), breaker.Acquire());
        Fail(breaker, 1);
        _time.Advance(s_reset);
        var trial = breaker.Acquire();

        late.Success();
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        later.Failure();
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        Assert.False(breaker.TryAcquire(out _));

        trial.Success();
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "N6")]
    public void A_trial_that_answers_after_another_one_failed_changes_nothing()
    {
        var breaker = HalfOpened(trials: 2, out var slow);
        breaker.Acquire().Failure();
        _time.Advance(s_reset);
        var trial = breaker.Acquire();

        slow.Failure();
        Assert.Equal(CircuitState.HalfOpen, breaker.State);
        trial.Success();
        Succeed(breaker);
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    private CircuitBreaker Make(int failures, int trials = 1) =>
        new(new CircuitPolicy(failures, s_reset, trials), _time);

    private CircuitBreaker Opened(int trials = 1, int failures = 1)
    {
        var breaker = Make(failures, trials);
        Fail(breaker, failures);
        return breaker;
    }

    private CircuitBreaker HalfOpened(int trials, out CircuitPermit trial, int failures = 1)
    {
        var breaker = Opened(trials, failures);
        _time.Advance(s_reset);
        trial = breaker.Acquire();
        return breaker;
    }

    private static void Fail(CircuitBreaker breaker, int times)
    {
        for (var i = 0; i < times; i++)
            breaker.Acquire().Failure();
    }

    private static void Succeed(CircuitBreaker breaker) => breaker.Acquire().Success();
}
