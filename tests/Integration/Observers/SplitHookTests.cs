using Cano.Testing;

namespace Cano.Integration.Observers;

/// <summary>Branches have starts and ends of their own; the split's state has none.</summary>
public sealed class SplitHookTests : IDisposable
{
    private readonly RecordingObserver _observer = new();
    private readonly VirtualTime _time = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly Gate _gate = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    [Trait("ID", "K14")]
    public async Task All_branches_start_in_order_before_any_ends()
    {
        var workflow = Split(JoinStrategy.All, Named("a"), Named("b"), Named("c"));
        await workflow.OrchestrateAsync(Stage.Start);
        var tasks = _observer.Tasks().ToList();
        Assert.Equal(
            ["OnTaskStart Start/a[0]", "OnTaskStart Start/b[1]", "OnTaskStart Start/c[2]"],
            tasks.Take(3)
        );
        Assert.Equal(
            ["OnTaskSuccess Start/a[0]", "OnTaskSuccess Start/b[1]", "OnTaskSuccess Start/c[2]"],
            tasks.Skip(3).Take(3).Order()
        );
        _observer.AssertTasksPaired();
    }

    [Fact]
    [Trait("ID", "K14")]
    public async Task Branches_of_one_name_are_told_apart_by_their_places()
    {
        var workflow = Split(JoinStrategy.All, Named("same"), Named("same"));
        await workflow.OrchestrateAsync(Stage.Start);
        var started = _observer.Events.Where(seen => seen is { Hook: "OnTaskStart", At.State: "Start" });
        Assert.Equal(["same[0]", "same[1]"], started.Select(seen => seen.At.Task));
    }

    [Fact]
    [Trait("ID", "K14")]
    public async Task A_split_has_no_start_of_its_own_and_its_hooks_stand_between_the_entries()
    {
        await Split(JoinStrategy.All, Named("a")).OrchestrateAsync(Stage.Start);
        Assert.Equal(
            [
                "OnStateEnter Start",
                "OnTaskStart Start/a[0]",
                "OnTaskSuccess Start/a[0]",
                "OnStateEnter Work",
                "OnTaskStart Work",
                "OnTaskSuccess Work",
                "OnStateEnter End",
            ],
            _observer.Story()
        );
    }

    [Fact]
    [Trait("ID", "K14")]
    public async Task A_failed_branch_has_its_own_error()
    {
        var workflow = Split(JoinStrategy.PartialResults(1), Branches.Failing("bad"));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        var end = _observer.Events[^2];
        Assert.Equal("OnTaskFailure Start/bad[0] task_execution", end.ToString());
        Assert.Equal("IOException: bad", end.Error!.Message);
    }

    [Fact]
    [Trait("ID", "Z9")]
    public async Task Branches_that_the_verdict_does_not_need_have_one_end_each_before_the_next_state()
    {
        var workflow = Split(JoinStrategy.Any, Waiting("slow"), Named("fast"), Waiting("slow"));
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(
            [
                "OnTaskStart Start/slow[0]",
                "OnTaskStart Start/fast[1]",
                "OnTaskStart Start/slow[2]",
                "OnTaskSuccess Start/fast[1]",
                "OnBranchNotNeeded Start/slow[0]",
                "OnBranchNotNeeded Start/slow[2]",
                "OnTaskStart Work",
                "OnTaskSuccess Work",
            ],
            _observer.Tasks()
        );
        _observer.AssertTasksPaired();
    }

    [Fact]
    [Trait("ID", "Z9")]
    public async Task Branches_stopped_by_the_splits_timeout_have_one_end_each()
    {
        var join = Branches.Joining(JoinStrategy.All).WithTimeout(TimeSpan.FromSeconds(1));
        var run = Split(join, Waiting("a"), Waiting("b")).OrchestrateAsync(Stage.Start);
        await _gate.Entered.Soon();
        _time.Advance(TimeSpan.FromSeconds(1));
        await Failures.OfAsync(run);
        Assert.Equal(
            ["OnTaskFailure Start/a[0] cancelled", "OnTaskFailure Start/b[1] cancelled"],
            _observer.Tasks().Skip(2)
        );
    }

    [Fact]
    [Trait("ID", "Z9")]
    public async Task A_branch_that_never_got_a_place_has_neither_start_nor_end()
    {
        var join = Branches.Joining(JoinStrategy.Any).WithBulkhead(1);
        await Split(join, Named("first"), Named("second")).OrchestrateAsync(Stage.Start);
        Assert.DoesNotContain(
            _observer.Events,
            seen => seen.At.Task.StartsWith("second", StringComparison.Ordinal)
        );
        _observer.AssertTasksPaired();
    }

    [Fact]
    [Trait("ID", "I5")]
    public async Task A_cancel_ends_each_branch_and_then_the_run_once()
    {
        var run = Split(JoinStrategy.All, Waiting("a"), Waiting("b"))
            .OrchestrateAsync(Stage.Start, _cancel.Token);
        await _gate.Entered.Soon();
        await _cancel.CancelAsync();
        await Failures.OfAsync(run);
        // Whichever of the two stops first is heard first.
        Assert.Equal(
            ["OnTaskFailure Start/a[0] cancelled", "OnTaskFailure Start/b[1] cancelled"],
            _observer.Story().Skip(3).Take(2).Order()
        );
        Assert.Equal(["OnCancelled Start"], _observer.Story().Skip(5));
    }

    [Fact]
    [Trait("ID", "H2")]
    public async Task The_total_timeout_ends_each_branch_and_then_is_told_once()
    {
        var run = Split(JoinStrategy.All, Waiting("a"), Waiting("b"))
            .WithTotalTimeout(TimeSpan.FromSeconds(1))
            .OrchestrateAsync(Stage.Start);
        await _gate.Entered.Soon();
        _time.Advance(TimeSpan.FromSeconds(1));
        await Failures.OfAsync(run);
        Assert.Equal(
            ["OnTaskFailure", "OnTaskFailure", "OnWorkflowTimeout", "OnRunEnd"],
            _observer.Events.Skip(4).Select(seen => seen.Hook)
        );
        _observer.AssertTasksPaired();
    }

    [Fact]
    [Trait("ID", "J9")]
    public async Task A_branchs_retry_is_told_of_with_its_attempt_and_delay()
    {
        var config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromSeconds(5));
        var branch = CanoTask.From<Stage>("flaky", (_, _) => throw new IOException(), config);
        var run = Split(JoinStrategy.All, branch).OrchestrateAsync(Stage.Start);
        await Failures.OfAsync(_time.DriveAsync(() => run));
        var retry = Assert.Single(_observer.Events, seen => seen.Hook == "OnRetry");
        Assert.Equal(("flaky[0]", 1, TimeSpan.FromSeconds(5)), (retry.At.Task, retry.At.Attempt, retry.Span));
    }

    [Fact]
    [Trait("ID", "N8")]
    public async Task A_breakers_refusal_of_a_branch_is_told_of_before_its_failure()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(FailureThreshold: 1), _time);
        breaker.Acquire().Dispose();
        var config = TaskConfig.Minimal.WithCircuitBreaker(breaker);
        var branch = CanoTask.From("guarded", (_, _) => new ValueTask<Stage>(Stage.End), config);
        await Failures.OfAsync(Split(JoinStrategy.All, branch).OrchestrateAsync(Stage.Start));
        Assert.Equal(
            ["OnCircuitOpen Start/guarded[0]", "OnTaskFailure Start/guarded[0] circuit_open"],
            _observer.Story().Skip(2)
        );
    }

    private static ITask<Stage> Named(string name) => Branches.Succeeding(name);

    private ITask<Stage> Waiting(string name) => Branches.Waiting(name, _gate);

    private Workflow<Stage> Split(JoinStrategy strategy, params ITask<Stage>[] branches) =>
        Split(Branches.Joining(strategy), branches);

    private Workflow<Stage> Split(JoinConfig<Stage> join, params ITask<Stage>[] branches) =>
        Branches.Split(join, _ => { }, branches).WithTimeProvider(_time).WithObserver(_observer);
}
