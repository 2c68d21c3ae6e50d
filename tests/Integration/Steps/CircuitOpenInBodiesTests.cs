using Cano.Integration.Steps.Batches;
using Cano.Integration.Steps.Streams;
using Cano.Testing;

namespace Cano.Integration.Steps;

/// <summary>Bodies that call through a breaker of their own making: its refusal is a failure like any
/// other.</summary>
public sealed class CircuitOpenInBodiesTests
{
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();
    private readonly RecordingObserver _observer = new();
    private readonly CircuitBreaker _inner;

    public CircuitOpenInBodiesTests()
    {
        _inner = new CircuitBreaker(
            new CircuitPolicy(FailureThreshold: 1, ResetTimeout: TimeSpan.FromSeconds(30)),
            _time
        );
        _inner.Acquire().Failure();
    }

    public static TheoryData<string> Kinds => ["task", "branch", "stepped", "compensatable", "poll", "load"];

    [Theory]
    [Trait("ID", "Y23"), Trait("ID", "N8")]
    [MemberData(nameof(Kinds))]
    public async Task An_open_circuit_that_a_body_meets_is_retried_until_no_retry_is_left(string kind)
    {
        await Failures.OfAsync(RunAsync(kind, TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero)));
        Assert.Equal(["body", "body", "body"], _trail.Marks);
        Assert.DoesNotContain(_observer.Events, seen => seen.Hook == "OnCircuitOpen");
        Assert.Equal(2, _observer.Events.Count(seen => seen.Hook == "OnRetry"));
        var end = Assert.Single(_observer.Events, seen => seen.Hook == "OnTaskFailure");
        Assert.Equal(("retry_exhausted", 3), (end.Error!.Category, end.Error.Attempt));
        Assert.Equal("circuit_open", end.Error.Source!.Category);
    }

    [Theory]
    [Trait("ID", "Y23"), Trait("ID", "N8")]
    [MemberData(nameof(Kinds))]
    public async Task A_retry_after_the_circuit_has_closed_makes_it_good(string kind)
    {
        await RunAsync(kind, TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromSeconds(30)));
        Assert.Equal(["body", "body"], _trail.Marks);
        Assert.Equal(CircuitState.Closed, _inner.State);
    }

    [Theory]
    [Trait("ID", "N8"), Trait("ID", "R1")]
    [MemberData(nameof(Kinds))]
    public async Task Without_a_retry_it_is_the_tasks_error_and_no_refusal(string kind)
    {
        await Failures.OfAsync(RunAsync(kind, TaskConfig.Minimal));
        Assert.DoesNotContain(_observer.Events, seen => seen.Hook == "OnCircuitOpen");
        var end = Assert.Single(_observer.Events, seen => seen.Hook == "OnTaskFailure");
        Assert.Equal("circuit_open", end.Error!.Category);
    }

    [Theory]
    [Trait("ID", "N8")]
    [MemberData(nameof(Kinds))]
    public async Task It_counts_as_a_failure_for_the_tasks_own_breaker_which_then_refuses(string kind)
    {
        var own = new CircuitBreaker(new CircuitPolicy(FailureThreshold: 2), _time);
        var config = TaskConfig.Minimal.WithFixedRetry(9, TimeSpan.Zero).WithCircuitBreaker(own);
        await Failures.OfAsync(RunAsync(kind, config));
        Assert.Equal(["body", "body"], _trail.Marks);
        var hooks = _observer.Events.Select(seen => seen.Hook).ToList();
        Assert.Equal(
            ["OnRetry", "OnRetry", "OnCircuitOpen", "OnTaskFailure"],
            hooks.Where(hook => hook is not ("OnStateEnter" or "OnTaskStart" or "OnRunStart" or "OnRunEnd"))
        );
        var end = Assert.Single(_observer.Events, seen => seen.Hook == "OnTaskFailure");
        Assert.Equal(("circuit_open", 0), (end.Error!.Category, end.Error.Attempt));
    }

    [Fact]
    [Trait("ID", "Y23"), Trait("ID", "L7")]
    public async Task An_item_of_a_batch_that_meets_one_is_retried_by_its_own_policy()
    {
        var batch = new LambdaBatch(["a"], item => throw Refusal(), _trail)
        {
            ItemRetry = RetryMode.Fixed(2, TimeSpan.Zero),
        };
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, batch)
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        await _time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(3, _trail.CountOf("a"));
        Assert.Equal("circuit_open", Assert.Single(batch.Results).Error!.Category);
    }

    [Fact]
    [Trait("ID", "Y23"), Trait("ID", "M8")]
    public async Task An_item_of_a_stream_that_meets_one_is_dropped_as_its_policy_says()
    {
        var stream = new Reading(3, _trail)
        {
            OnItemError = ItemErrorPolicy.SkipAndContinue,
            Processing = (_, item, _) => item == 2 ? throw Refusal() : Task.CompletedTask,
        };
        await _time.AloneAsync(() =>
            Streaming.In(stream).WithTimeProvider(_time).OrchestrateAsync(Stage.Start)
        );
        Assert.Equal("open none, 1, 2, 3, flush 1 3, disposed, close Exhausted", _trail.Text());
    }

    [Fact]
    [Trait("ID", "N8"), Trait("ID", "R1")]
    public async Task The_refusal_of_a_streams_item_is_told_of_before_the_failure()
    {
        var own = new CircuitBreaker(new CircuitPolicy(FailureThreshold: 1), _time);
        own.Acquire().Failure();
        var stream = new Reading(3, _trail) { Config = TaskConfig.Default.WithCircuitBreaker(own) };
        var workflow = Streaming.In(stream).WithTimeProvider(_time).WithObserver(_observer);
        var error = await Failures.OfAsync(_time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal(("circuit_open", 0), (error.Category, error.Attempt));
        Assert.Equal(
            ["OnCircuitOpen", "OnTaskFailure", "OnRunEnd"],
            _observer.Events.Select(seen => seen.Hook).TakeLast(3)
        );
    }

    [Fact]
    [Trait("ID", "N8"), Trait("ID", "Y23")]
    public async Task What_a_step_before_the_refusal_threw_is_not_inside_its_exception()
    {
        var own = new CircuitBreaker(new CircuitPolicy(FailureThreshold: 2), _time);
        var calls = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped<int>(
                Stage.Start,
                (_, _, _) =>
                {
                    if (++calls == 1)
                        throw new IOException("once");
                    // The breaker is shared: someone else trips it while this step succeeds.
                    own.Acquire().Failure();
                    return new(StepOutcome.More(1));
                },
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero).WithCircuitBreaker(own)
            )
            .AddExitState(Stage.End);
        var thrown = await Assert.ThrowsAsync<CanoException>(() => workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(("circuit_open", 2), (thrown.Error.Category, calls));
        Assert.Null(thrown.InnerException);
    }

    private static CanoException Refusal() => new(CanoError.Of(Fault.CircuitOpen));

    private Task<Stage> RunAsync(string kind, TaskConfig config)
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterKind(
                kind,
                (Stage.Start, Stage.End),
                async (_, token) =>
                {
                    _trail.Add("body");
                    await _inner.ExecuteAsync(_ => new ValueTask<bool>(true), token);
                },
                config
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time)
            .WithObserver(_observer);
        return _time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start));
    }
}
