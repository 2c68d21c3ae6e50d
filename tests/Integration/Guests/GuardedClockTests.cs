namespace Cano.Integration.Guests;

/// <summary>What is not a run, and has a clock of a user's, outlives that clock.</summary>
public sealed class GuardedClockTests
{
    private readonly OddClock _clock = new();

    [Fact]
    [Trait("ID", "X5")]
    public async Task A_journal_whose_clock_throws_takes_rows_and_clears_and_closes()
    {
        using var directory = new TempDirectory();
        var options = new FasterCheckpointOptions { TimeProvider = _clock };
        await using (var store = await FasterCheckpointStore.OpenAsync(directory.Path, options))
        {
            await store.AppendAsync("gone", Rows.Entered(0), fence: 1);
            await store.AppendAsync("run", Rows.Entered(0), fence: 1);
            _clock.IsBroken = true;
            await store.AppendAsync("run", Rows.Entered(1), fence: 1);
            await store.ClearAsync("gone");
            _clock.IsBroken = false;
            await store.AppendAsync("run", Rows.Entered(2), fence: 1);
            Assert.Equal(3, (await store.LoadRunAsync("run")).Count);
        }

        await using var again = await FasterCheckpointStore.OpenAsync(directory.Path);
        Assert.Equal(3, (await again.LoadRunAsync("run")).Count);
        Assert.Empty(await again.LoadRunAsync("gone"));
    }

    [Fact]
    [Trait("ID", "X5"), Trait("ID", "N4")]
    public void A_breaker_whose_clock_throws_keeps_no_place_of_a_trial()
    {
        var breaker = new CircuitBreaker(
            new CircuitPolicy(FailureThreshold: 1, ResetTimeout: TimeSpan.FromSeconds(30)),
            _clock
        );
        breaker.Acquire().Failure();
        _clock.Inner.Advance(TimeSpan.FromSeconds(30));
        var trial = breaker.Acquire();
        _clock.IsBroken = true;
        Record.Exception(trial.Failure);
        _clock.IsBroken = false;
        _clock.Inner.Advance(TimeSpan.FromSeconds(60));
        Assert.True(breaker.TryAcquire(out _));
    }

    [Fact]
    [Trait("ID", "X5")]
    public async Task Instances_that_have_ended_are_told_although_the_clock_throws_at_their_end()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                _ =>
                {
                    _clock.IsBroken = true;
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .WithTimeProvider(_clock)
            .AddInstance("one", workflow, Stage.Start)
            .OrchestrateAsync();
        Assert.Equal(1, results.Completed);
    }
}
