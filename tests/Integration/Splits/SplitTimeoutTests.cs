using Cano.Testing;

namespace Cano.Integration.Splits;

public sealed class SplitTimeoutTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();
    private readonly Gate _never = new();
    private SplitResult? _result;

    [Fact]
    [Trait("ID", "K6")]
    public async Task A_partial_timeout_goes_on_at_its_deadline_with_what_has_ended()
    {
        var run = Start(
            JoinStrategy.PartialTimeout,
            Branches.Succeeding("a"),
            Branches.Failing("x"),
            Waiting("slow")
        );
        await PassAsync();
        Assert.Equal(Stage.End, await run);
        Assert.Equal((1, 1, 1), (_result!.Successes.Count, _result.Errors.Count, _result.Cancelled.Count));
        Assert.Equal(["slow"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "K6")]
    public async Task A_failure_alone_is_enough_for_a_partial_timeout()
    {
        var run = Start(JoinStrategy.PartialTimeout, Branches.Failing("x"), Waiting("slow"));
        await PassAsync();
        Assert.Equal(Stage.End, await run);
        Assert.Equal((0, 1, 1), (_result!.Successes.Count, _result.Errors.Count, _result.Cancelled.Count));
    }

    [Fact]
    [Trait("ID", "K6")]
    public async Task A_partial_timeout_with_nothing_ended_fails()
    {
        var run = Start(JoinStrategy.PartialTimeout, Waiting("slow"));
        await PassAsync();
        Assert.Equal(
            "PartialTimeout: No tasks completed before timeout",
            (await Failures.OfAsync(run)).Message
        );
    }

    [Fact]
    [Trait("ID", "K6"), Trait("ID", "Y1")]
    public async Task A_partial_timeout_does_not_wait_when_every_branch_has_ended()
    {
        Assert.Equal(
            Stage.End,
            await Start(JoinStrategy.PartialTimeout, Branches.Succeeding("a"), Branches.Failing("x"))
        );
        Assert.Equal((1, 1, 0), (_result!.Successes.Count, _result.Errors.Count, _result.Cancelled.Count));
        Assert.Equal(0, _time.WaitingCount);
    }

    [Fact]
    [Trait("ID", "K6"), Trait("ID", "Y1")]
    public async Task A_partial_timeout_is_not_decided_by_its_first_success()
    {
        var gate = new Gate();
        var run = Start(JoinStrategy.PartialTimeout, Branches.Succeeding("a"), Branches.Waiting("b", gate));
        await gate.Entered;
        Assert.False(run.IsCompleted);
        gate.Open();
        await run;
        Assert.Equal(2, _result!.Successes.Count);
    }

    [Theory]
    [Trait("ID", "K7")]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_timeout_before_the_quorum_fails_the_split_and_stops_the_branches(int quorum)
    {
        var run = Start(
            JoinStrategy.Quorum(quorum),
            Branches.Succeeding("a"),
            Waiting("slow"),
            Waiting("slow")
        );
        await PassAsync();
        var error = await Failures.OfAsync(run);
        Assert.Equal(("workflow", "Split task timeout exceeded"), (error.Category, error.Message));
        Assert.Equal(["slow"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "K7"), Trait("ID", "Y1")]
    public async Task A_timeout_after_the_threshold_goes_on()
    {
        var join = Branches.Joining(JoinStrategy.Quorum(1)).WaitForAll();
        var run = Start(join, Branches.Succeeding("a"), Waiting("slow"));
        await PassAsync();
        Assert.Equal(Stage.End, await run);
        Assert.Equal((1, 1), (_result!.Successes.Count, _result.Cancelled.Count));
    }

    [Fact]
    [Trait("ID", "K8")]
    public async Task The_split_has_its_timeout_from_its_own_start()
    {
        var workflow = Workflow(Branches.Joining(JoinStrategy.All), Waiting("slow"))
            .Register(
                Stage.Next,
                _ =>
                {
                    _time.Advance(TimeSpan.FromHours(1));
                    return Stage.Start;
                }
            );
        var run = workflow.OrchestrateAsync(Stage.Next);
        await _never.Entered;
        await _time.WhenWaitingAsync();
        _time.Advance(s_limit - TimeSpan.FromMilliseconds(1));
        _never.Open();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "K8"), Trait("ID", "K12")]
    public async Task Waiting_for_a_place_under_the_bulkhead_counts()
    {
        var run = Start(JoinStrategy.All, Waiting("first"), Waiting("second"));
        await PassAsync();
        Assert.Equal("Split task timeout exceeded", (await Failures.OfAsync(run)).Message);
        Assert.Equal(["first"], _trail.Marks);
    }

    private ITask<Stage> Waiting(string name) => Branches.Waiting(name, _never, _trail);

    private Task<Stage> Start(JoinStrategy strategy, params ITask<Stage>[] branches) =>
        Start(Branches.Joining(strategy), branches);

    private Task<Stage> Start(JoinConfig<Stage> join, params ITask<Stage>[] branches) =>
        Workflow(join, branches).OrchestrateAsync(Stage.Start);

    // One at a time: when a branch waits, the run has heard of all before it.
    private Workflow<Stage> Workflow(JoinConfig<Stage> join, params ITask<Stage>[] branches) =>
        Branches
            .Split(join.WithTimeout(s_limit).WithBulkhead(1), seen => _result = seen, branches)
            .WithTimeProvider(_time);

    private async Task PassAsync()
    {
        await _never.Entered;
        await _time.WhenWaitingAsync();
        _time.Advance(s_limit);
    }
}
