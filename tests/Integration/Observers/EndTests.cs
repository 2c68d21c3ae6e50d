using Cano.Testing;

namespace Cano.Integration.Observers;

/// <summary>Every started task has exactly one end, however it ends.</summary>
public sealed class EndTests : IDisposable
{
    private readonly RecordingObserver _observer = new();
    private readonly VirtualTime _time = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly Gate _gate = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    [Trait("ID", "R5")]
    public async Task A_task_that_fails_has_one_start_and_one_failure()
    {
        await Failures.OfAsync(Observed.Failing(_observer).OrchestrateAsync(Stage.Start));
        Assert.Equal(["OnTaskStart Start", "OnTaskFailure Start task_execution"], _observer.Story().Skip(1));
        Assert.Equal("IOException: always", _observer.Events[^1].Error!.Message);
    }

    [Fact]
    [Trait("ID", "J9")]
    public async Task Each_failed_attempt_but_the_last_is_told_of_before_its_delay()
    {
        var delay = TimeSpan.FromMilliseconds(250);
        var workflow = Observed.Failing(_observer, retries: 2, delay).WithTimeProvider(_time);
        var run = workflow.OrchestrateAsync(Stage.Start);
        await _time.WhenWaitingAsync().Soon();
        Assert.Equal("OnRetry Start 1: 00:00:00.2500000", _observer.Story().Last());
        await Failures.OfAsync(_time.DriveAsync(() => run));
        var retries = _observer.Events.Where(seen => seen.Hook == "OnRetry");
        Assert.Equal([(1, delay), (2, delay)], retries.Select(seen => (seen.At.Attempt, seen.Span!.Value)));
        Assert.Equal(["OnTaskStart Start", "OnTaskFailure Start retry_exhausted"], _observer.Tasks());
    }

    [Fact]
    [Trait("ID", "J9")]
    public async Task A_journaled_delay_is_told_of_with_its_whole_span()
    {
        var delay = TimeSpan.FromMinutes(1);
        var workflow = Observed
            .Failing(_observer, retries: 1, delay)
            .WithTimeProvider(_time)
            .WithCheckpointStore(new KeepingStore());
        await Failures.OfAsync(_time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start, "run")));
        Assert.Equal(
            [
                "OnStateEnter Start",
                "OnCheckpoint Start 0",
                "OnTaskStart Start",
                "OnRetry Start 1: 00:01:00",
                "OnCheckpoint Start 1",
                "OnTaskFailure Start retry_exhausted",
                "OnCheckpoint Start 2",
            ],
            _observer.Story()
        );
    }

    [Fact]
    [Trait("ID", "J9")]
    public async Task A_task_that_succeeds_at_the_second_attempt_has_one_end_and_it_says_which_attempt()
    {
        var workflow = Observed.Alone(
            _observer,
            workflow =>
                workflow.Register(
                    Stage.Start,
                    context => context.Attempt == 2 ? Stage.End : throw new IOException(),
                    TaskConfig.Minimal.WithFixedRetry(3, TimeSpan.Zero)
                )
        );
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["OnTaskStart Start", "OnTaskSuccess Start"], _observer.Tasks());
        Assert.Single(_observer.Events, seen => seen.Hook == "OnRetry");
        Assert.Equal(2, _observer.Events.Single(seen => seen.Hook == "OnTaskSuccess").At.Attempt);
    }

    [Fact]
    [Trait("ID", "I3")]
    public async Task A_run_cancelled_before_its_start_is_told_of_once_and_starts_nothing()
    {
        await _cancel.CancelAsync();
        var workflow = new Trail().Through(Stage.Start, Stage.End).WithObserver(_observer);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, _cancel.Token));
        Assert.Equal(["OnCancelled Start"], _observer.Story());
    }

    [Fact]
    [Trait("ID", "I5"), Trait("ID", "R5")]
    public async Task A_cancelled_task_fails_and_then_the_run_is_cancelled_once()
    {
        var run = Held().OrchestrateAsync(Stage.Start, _cancel.Token);
        await _gate.Entered.Soon();
        await _cancel.CancelAsync();
        await Failures.OfAsync(run);
        Assert.Equal(
            ["OnStateEnter Start", "OnTaskStart Start", "OnTaskFailure Start cancelled", "OnCancelled Start"],
            _observer.Story()
        );
    }

    [Fact]
    [Trait("ID", "I5"), Trait("ID", "R1")]
    public async Task A_task_that_fails_with_the_cancel_of_another_run_has_not_cancelled_its_own()
    {
        await _cancel.CancelAsync();
        var inner = new Trail().Through(Stage.Start, Stage.End);
        var workflow = Nesting(() => inner.OrchestrateAsync(Stage.Start, _cancel.Token));
        Assert.Equal("cancelled", (await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start))).Category);
        Assert.Equal("OnTaskFailure Start cancelled", _observer.Story().Last());
        Assert.DoesNotContain(_observer.Events, seen => seen.Hook == "OnCancelled");
    }

    [Fact]
    [Trait("ID", "H2"), Trait("ID", "R1")]
    public async Task A_task_that_fails_with_the_timeout_of_another_run_has_not_timed_out_its_own()
    {
        var inner = new Trail().Through(Stage.Start, Stage.End).WithTotalTimeout(TimeSpan.Zero);
        var workflow = Nesting(() => inner.OrchestrateAsync(Stage.Start));
        Assert.Equal(
            "workflow_timeout",
            (await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start))).Category
        );
        Assert.DoesNotContain(_observer.Events, seen => seen.Hook == "OnWorkflowTimeout");
    }

    [Fact]
    [Trait("ID", "I5"), Trait("ID", "R5")]
    public async Task A_task_cancelled_between_attempts_has_its_end()
    {
        var delay = TimeSpan.FromMilliseconds(900);
        var workflow = Observed.Failing(_observer, retries: 1, delay).WithTimeProvider(_time);
        var run = workflow.OrchestrateAsync(Stage.Start, _cancel.Token);
        await _time.WhenWaitingAsync().Soon();
        await _cancel.CancelAsync();
        await Failures.OfAsync(run);
        Assert.Equal(["OnTaskStart Start", "OnTaskFailure Start cancelled"], _observer.Tasks());
        Assert.Equal("OnCancelled Start", _observer.Story().Last());
    }

    [Fact]
    [Trait("ID", "H2"), Trait("ID", "R5")]
    public async Task A_timed_out_task_fails_and_then_the_timeout_is_told_once()
    {
        var limit = TimeSpan.FromSeconds(3);
        var run = Held().WithTotalTimeout(limit).OrchestrateAsync(Stage.Start);
        await _gate.Entered.Soon();
        _time.Advance(limit);
        await Failures.OfAsync(run);
        Assert.Equal(
            [
                "OnStateEnter Start",
                "OnTaskStart Start",
                "OnTaskFailure Start workflow_timeout",
                "OnWorkflowTimeout Start 00:00:03 of 00:00:03",
            ],
            _observer.Story()
        );
    }

    [Fact]
    [Trait("ID", "R5")]
    public async Task An_attempt_timeout_is_an_attempts_failure()
    {
        var config = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(1));
        var workflow = OneState
            .Awaiting(_gate.PassAsync, config)
            .WithObserver(_observer)
            .WithTimeProvider(_time);
        var run = workflow.OrchestrateAsync(Stage.Start);
        await _gate.Entered.Soon();
        _time.Advance(TimeSpan.FromSeconds(1));
        await Failures.OfAsync(run);
        Assert.Equal(["OnTaskStart Start", "OnTaskFailure Start timeout"], _observer.Tasks());
    }

    [Fact]
    [Trait("ID", "R5")]
    public async Task A_task_that_returns_an_unknown_state_failed()
    {
        var workflow = Observed.Alone(_observer, workflow => workflow.Register(Stage.Start, _ => Stage.Lost));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["OnTaskStart Start", "OnTaskFailure Start workflow"], _observer.Tasks());
        _observer.AssertPath(Stage.Start);
    }

    [Fact]
    [Trait("ID", "R5")]
    public async Task A_task_that_takes_an_undeclared_edge_failed()
    {
        var workflow = Observed.Alone(
            _observer,
            workflow =>
                workflow
                    .Register(Stage.Start, _ => Stage.End, to: [Stage.Work])
                    .Register(Stage.Work, _ => Stage.End)
        );
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["OnTaskStart Start", "OnTaskFailure Start workflow"], _observer.Tasks());
    }

    [Theory]
    [Trait("ID", "R5"), Trait("ID", "G1")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_step_that_is_done_has_succeeded_although_its_edge_is_refused(bool isJournaled)
    {
        var workflow = Observed.Alone(
            _observer,
            workflow =>
                workflow
                    .RegisterWithCompensation<int>(
                        Stage.Start,
                        (_, _) => new((Stage.End, 1)),
                        (_, _, _) => default,
                        to: [Stage.Work]
                    )
                    .Register(Stage.Work, _ => Stage.End)
        );
        if (isJournaled)
            workflow = workflow.WithCheckpointStore(new KeepingStore());
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("workflow", error.Category);
        Assert.Equal(["OnTaskStart Start", "OnTaskSuccess Start"], _observer.Tasks());
    }

    [Fact]
    [Trait("ID", "N8")]
    public async Task A_refusal_of_a_breaker_is_told_of_before_the_failure_and_no_retry_follows()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(FailureThreshold: 2), _time);
        var config = TaskConfig.Minimal.WithFixedRetry(5, TimeSpan.Zero).WithCircuitBreaker(breaker);
        var workflow = Observed.Alone(
            _observer,
            workflow => workflow.Register(Stage.Start, _ => throw new IOException(), config)
        );
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(
            [
                "OnStateEnter Start",
                "OnTaskStart Start",
                "OnRetry Start 1: 00:00:00",
                "OnRetry Start 2: 00:00:00",
                "OnCircuitOpen Start",
                "OnTaskFailure Start circuit_open",
            ],
            _observer.Story()
        );
    }

    /// <summary>Start runs another workflow.</summary>
    private Workflow<Stage> Nesting(Func<Task<Stage>> inner) =>
        Observed.Alone(
            _observer,
            workflow => workflow.Register(Stage.Start, async (_, _) => await inner(), TaskConfig.Minimal)
        );

    private Workflow<Stage> Held() =>
        OneState.Awaiting(_gate.PassAsync).WithObserver(_observer).WithTimeProvider(_time);
}
