using Cano.Testing;

namespace Cano.Integration.Timeouts;

public sealed class TotalTimeoutTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly VirtualTime _time = new();
    private readonly Gate _gate = new();

    [Fact]
    [Trait("ID", "H1")]
    public async Task A_run_over_its_limit_is_told_to_stop_and_fails_with_both_spans()
    {
        var run = Held().OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(s_limit);
        var error = await Failures.OfAsync(run);
        Assert.Equal("workflow_timeout", error.Category);
        Assert.Equal(Fault.NewWorkflowTimeout(s_limit, s_limit), error.Fault);
        Assert.Equal(("Start", 0), (error.State, error.Attempt));
    }

    [Fact]
    [Trait("ID", "H1")]
    public async Task The_limit_is_of_the_whole_run_and_not_of_one_state()
    {
        var workflow = Held()
            .Register(Stage.Work, _ => Slept(Stage.Next))
            .Register(Stage.Next, _ => Slept(Stage.Start));
        var run = workflow.OrchestrateAsync(Stage.Work);
        await _gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["Work", "Next", "Start"], (await Failures.OfAsync(run)).Path);
    }

    [Fact]
    [Trait("ID", "H1")]
    public async Task The_clock_of_the_limit_starts_after_the_setup_of_resources()
    {
        var resources = new Resources().Insert("slow", new SlowSetup(_time, s_limit * 2));
        var run = Held().WithResources(resources).OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _gate.Open();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "H1")]
    public async Task A_run_within_its_limit_ends_well_and_leaves_no_timer()
    {
        var run = Held().OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(s_limit - TimeSpan.FromMilliseconds(1));
        _gate.Open();
        Assert.Equal(Stage.End, await run);
        Assert.Equal(0, _time.WaitingCount);
    }

    [Fact]
    [Trait("ID", "H1"), Trait("ID", "Y22")]
    public async Task A_task_that_ignores_the_limit_is_awaited_and_its_answer_changes_nothing()
    {
        var trail = new Trail();
        var run = Held(ignoresToken: true)
            .Register(Stage.Work, trail.Marking(Stage.Work, Stage.End))
            .OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(s_limit);
        await _time.WhenWaitingAsync();
        Assert.False(run.IsCompleted);
        _gate.Open();
        Assert.Equal("workflow_timeout", (await Failures.OfAsync(run)).Category);
        Assert.Empty(trail.Marks);
    }

    [Fact]
    [Trait("ID", "H1"), Trait("ID", "Y22")]
    public async Task A_task_that_does_not_stop_is_abandoned_after_the_grace()
    {
        var run = Held(ignoresToken: true)
            .WithStopGrace(TimeSpan.FromSeconds(3))
            .OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(s_limit);
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("workflow_timeout", (await Failures.OfAsync(run)).Category);
        _gate.Open();
    }

    [Fact]
    [Trait("ID", "H1")]
    public async Task A_retry_delay_does_not_outlast_the_limit()
    {
        var run = Held()
            .Register(
                Stage.Start,
                _ => throw new IOException(),
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromHours(1))
            )
            .OrchestrateAsync(Stage.Start);
        await _time.WhenWaitingAsync(2);
        _time.Advance(s_limit);
        Assert.Equal("workflow_timeout", (await Failures.OfAsync(run)).Category);
    }

    [Fact]
    [Trait("ID", "H1"), Trait("ID", "K17")]
    public async Task A_split_is_stopped_at_the_limit()
    {
        var trail = new Trail();
        var workflow = Branches
            .Split(
                Branches.Joining(JoinStrategy.All),
                _ => trail.Add("joined"),
                Branches.Waiting("a", _gate, trail)
            )
            .WithTimeProvider(_time)
            .WithTotalTimeout(s_limit);
        var run = workflow.OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(s_limit);
        Assert.Equal("workflow_timeout", (await Failures.OfAsync(run)).Category);
        Assert.Equal(["a"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "H3")]
    public async Task A_failure_before_the_limit_stays_what_it_is()
    {
        var run = Held()
            .Register(Stage.Start, _ => throw new IOException("disk"), TaskConfig.Minimal)
            .OrchestrateAsync(Stage.Start);
        Assert.Equal("task_execution", (await Failures.OfAsync(run)).Category);
    }

    [Fact]
    [Trait("ID", "H9")]
    public async Task The_longest_limit_never_passes()
    {
        var run = Held().WithTotalTimeout(TimeSpan.MaxValue).OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(TimeSpan.FromDays(1000));
        _gate.Open();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "H1")]
    public async Task A_limit_of_months_passes_in_the_end()
    {
        var run = Held().WithTotalTimeout(TimeSpan.FromDays(100)).OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(TimeSpan.FromDays(101));
        _gate.Open();
        Assert.Equal("workflow_timeout", (await Failures.OfAsync(run)).Category);
    }

    [Fact]
    [Trait("ID", "F15")]
    public async Task A_resume_has_the_whole_limit_again()
    {
        var store = new KeepingStore();
        var first = Held().WithCheckpointStore(store).OrchestrateAsync(Stage.Start, "run");
        await _gate.Entered;
        _time.Advance(s_limit);
        await Failures.OfAsync(first);
        var again = new Gate();
        var resumed = Held(again).WithCheckpointStore(store).ResumeFromAsync("run");
        await again.Entered;
        _time.Advance(s_limit - TimeSpan.FromMilliseconds(1));
        again.Open();
        Assert.Equal(Stage.End, await resumed);
    }

    private Stage Slept(Stage next)
    {
        _time.Advance(TimeSpan.FromSeconds(4));
        return next;
    }

    private Workflow<Stage> Held(Gate? gate = null, bool ignoresToken = false) =>
        OneState
            .Awaiting(token => ignoresToken ? (gate ?? _gate).HoldAsync() : (gate ?? _gate).PassAsync(token))
            .WithTimeProvider(_time)
            .WithTotalTimeout(s_limit);

    private sealed class SlowSetup(VirtualTime time, TimeSpan span) : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken)
        {
            time.Advance(span);
            return default;
        }
    }
}
