using Cano.Integration.Steps.Stepped;
using Cano.Integration.Steps.Timers;
using Cano.Testing;

namespace Cano.Integration.Steps;

/// <summary>A breaker in a task's config, for every kind of work.</summary>
public sealed class CircuitBreakerInTasksTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();

    public static TheoryData<string> Kinds => ["task", "branch", "stepped", "compensatable", "poll", "load"];

    public static TheoryData<string> Retried => ["task", "branch", "stepped", "compensatable", "poll"];

    [Theory]
    [Trait("ID", "N8")]
    [MemberData(nameof(Kinds))]
    public async Task While_it_is_open_the_body_does_not_run_and_no_retry_is_spent(string kind)
    {
        var breaker = Breaker(1);
        breaker.Acquire().Failure();
        var heard = await FailAsync(kind, breaker, _ => Task.CompletedTask, retries: 3);
        Assert.Equal(["failed: circuit_open"], heard);
        Assert.Empty(_trail.Marks);
        Assert.Equal(new VirtualTime().GetUtcNow(), _time.GetUtcNow());
    }

    [Theory]
    [Trait("ID", "N8")]
    [MemberData(nameof(Kinds))]
    public async Task Observers_hear_of_the_open_circuit_and_then_of_the_failure(string kind)
    {
        var breaker = Breaker(1);
        breaker.Acquire().Failure();
        var heard = await FailAsync(
            kind,
            breaker,
            _ => Task.CompletedTask,
            retries: 3,
            tellsOfCircuits: true
        );
        Assert.Equal(["circuit open", "failed: circuit_open"], heard);
    }

    [Theory]
    [Trait("ID", "N8")]
    [MemberData(nameof(Retried))]
    public async Task One_that_opens_between_attempts_ends_them_at_once_with_its_own_error(string kind)
    {
        var heard = await FailAsync(kind, Breaker(2), _ => throw new IOException(), retries: 5);
        Assert.Equal(["failed: circuit_open"], heard);
        Assert.Equal(["body", "body"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "N8"), Trait("ID", "J10")]
    [MemberData(nameof(Kinds))]
    public async Task An_attempt_timeout_counts_as_a_failure(string kind)
    {
        var breaker = Breaker(1);
        var heard = await FailAsync(kind, breaker, new Gate().PassAsync, retries: 0, limit: s_second);
        Assert.Equal(["failed: timeout"], heard);
        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Theory]
    [Trait("ID", "N8"), Trait("ID", "Y13"), Trait("ID", "Z18")]
    [MemberData(nameof(Kinds))]
    public async Task A_cancel_by_the_caller_is_neutral(string kind)
    {
        using var cancel = new CancellationTokenSource();
        var breaker = Breaker(1);
        var gate = new Gate();
        var workflow = Of(kind, ConfigOf(breaker, 0, null), StopAsync);
        var run = workflow.OrchestrateAsync(Stage.Start, cancel.Token);
        await gate.Entered;
        await cancel.CancelAsync();
        gate.Open();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(CircuitState.Closed, breaker.State);

        async Task StopAsync(CancellationToken token)
        {
            await gate.HoldAsync();
            throw new OperationCanceledException();
        }
    }

    [Fact]
    [Trait("ID", "N8"), Trait("ID", "Y1")]
    public async Task A_branch_that_the_verdict_stops_says_nothing_about_what_it_called()
    {
        var breaker = Breaker(1);
        var gate = new Gate();
        var loser = CanoTask.From(
            "loser",
            (_, token) => EndAfter(gate.PassAsync(token)),
            ConfigOf(breaker, 0, null)
        );
        var winner = CanoTask.From("winner", (_, _) => EndAfter(gate.Entered), TaskConfig.Minimal);
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterSplit(Stage.Start, [loser, winner], JoinConfig.Create(JoinStrategy.Any, Stage.End))
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(CircuitState.Closed, breaker.State);

        static async ValueTask<Stage> EndAfter(Task work)
        {
            await work;
            return Stage.End;
        }
    }

    [Theory]
    [Trait("ID", "N8")]
    [MemberData(nameof(Retried))]
    public async Task Every_attempt_asks_anew_and_a_success_sets_the_count_of_failures_back(string kind)
    {
        var breaker = Breaker(2);
        var workflow = Of(kind, ConfigOf(breaker, 3, null), FailOnceAsync);
        Assert.Equal(Stage.End, await _time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal(["body", "body"], _trail.Marks);
        breaker.Acquire().Failure();
        Assert.Equal(CircuitState.Closed, breaker.State);

        Task FailOnceAsync(CancellationToken token) =>
            _trail.Marks.Count == 1 ? throw new IOException() : Task.CompletedTask;
    }

    [Fact]
    [Trait("ID", "N8")]
    public async Task A_half_open_breaker_lets_the_next_attempt_try_and_closes()
    {
        var breaker = Breaker(1);
        breaker.Acquire().Failure();
        _time.Advance(TimeSpan.FromSeconds(30));
        var workflow = Of("task", ConfigOf(breaker, 0, null), _ => Task.CompletedTask);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "N8")]
    public async Task A_step_that_is_refused_leaves_the_cursors_before_it()
    {
        var store = new KeepingStore();
        var breaker = Breaker(1);
        var steps = new CountingSteps(3, _trail)
        {
            Config = TaskConfig.Default.WithCircuitBreaker(breaker),
            Doing = (_, cursor, _) =>
            {
                // The breaker is shared: someone else trips it while this step succeeds.
                if (cursor.Or(0) == 1)
                    breaker.Acquire().Failure();
                return Task.CompletedTask;
            },
        };
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped(Stage.Start, steps)
            .AddExitState(Stage.End)
            .WithCheckpointStore(store)
            .WithTimeProvider(_time);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(("circuit_open", "Start", 0), (error.Category, error.State, error.Attempt));
        Assert.Equal(
            ["StateEntered Start", "CursorAdvanced Start", "CursorAdvanced Start", "Failed Start"],
            store.Story
        );
    }

    [Fact]
    [Trait("ID", "N8")]
    public async Task A_timer_tells_its_breaker_how_the_whole_attempt_went()
    {
        var breaker = Breaker(2);
        var timer = Waiting(breaker, retries: 1) with { Fails = "after" };
        await Failures.OfAsync(_time.AloneAsync(() => Of(timer).OrchestrateAsync(Stage.Start)));
        Assert.Equal(["wait at 0", "after at 60", "wait at 60", "after at 120"], _trail.Marks);
        Assert.Equal(CircuitState.Open, breaker.State);
    }

    [Fact]
    [Trait("ID", "N8")]
    public async Task A_timer_that_succeeds_sets_the_count_of_failures_back()
    {
        var breaker = Breaker(2);
        breaker.Acquire().Failure();
        await _time.AloneAsync(() => Of(Waiting(breaker)).OrchestrateAsync(Stage.Start));
        breaker.Acquire().Failure();
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "N8")]
    public async Task A_breaker_that_opens_while_a_timer_waits_keeps_what_comes_after_from_running()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(1, TimeSpan.FromHours(1)), _time);
        var run = _time.AloneAsync(() =>
        {
            _time.CreateTimer(_ => breaker.Acquire().Failure(), null, s_second, Timeout.InfiniteTimeSpan);
            return Of(Waiting(breaker, retries: 3)).OrchestrateAsync(Stage.Start);
        });
        var error = await Failures.OfAsync(run);
        Assert.Equal(("circuit_open", 0), (error.Category, error.Attempt));
        Assert.Equal(["wait at 0"], _trail.Marks);
    }

    private MarkingTimer Waiting(CircuitBreaker breaker, int retries = 0) =>
        new(
            TimerOutcome.After(TimeSpan.FromMinutes(1)),
            _trail,
            () => (_time.GetUtcNow() - new VirtualTime().GetUtcNow()).TotalSeconds
        )
        {
            Settings = ConfigOf(breaker, retries, null),
        };

    private Workflow<Stage> Of(MarkingTimer timer) =>
        Workflow.Bare<Stage>().Register(Stage.Start, timer).AddExitState(Stage.End).WithTimeProvider(_time);

    private CircuitBreaker Breaker(int threshold) => new(new CircuitPolicy(threshold), _time);

    private static TaskConfig ConfigOf(CircuitBreaker breaker, int retries, TimeSpan? limit)
    {
        var config = TaskConfig.Minimal.WithFixedRetry(retries, TimeSpan.Zero).WithCircuitBreaker(breaker);
        return limit is { } span ? config.WithAttemptTimeout(span) : config;
    }

    /// <summary>What observers hear of a run that fails.</summary>
    private async Task<IReadOnlyList<string>> FailAsync(
        string kind,
        CircuitBreaker breaker,
        Func<CancellationToken, Task> body,
        int retries,
        TimeSpan? limit = null,
        bool tellsOfCircuits = false
    )
    {
        var heard = new Heard { TellsOfCircuits = tellsOfCircuits };
        var workflow = Of(kind, ConfigOf(breaker, retries, limit), body).WithObserver(heard);
        await Failures.OfAsync(_time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start)));
        return heard.Marks;
    }

    private Workflow<Stage> Of(string kind, TaskConfig config, Func<CancellationToken, Task> body) =>
        Workflow
            .Bare<Stage>()
            .RegisterKind(
                kind,
                (Stage.Start, Stage.End),
                (_, token) =>
                {
                    _trail.Add("body");
                    return body(token);
                },
                config
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);

    private sealed class Heard : IWorkflowObserver
    {
        private readonly Trail _heard = new();

        public bool TellsOfCircuits { get; init; }

        public IReadOnlyList<string> Marks => _heard.Marks;

        public void OnCircuitOpen(RunPoint at)
        {
            if (TellsOfCircuits)
                _heard.Add("circuit open");
        }

        public void OnTaskFailure(RunPoint at, CanoError error) => _heard.Add($"failed: {error.Category}");
    }
}
