using Cano.Integration.Observers;
using Cano.Testing;

namespace Cano.Integration.Splits;

/// <summary>Branches are not started when it is certain before that nobody wants them.</summary>
public sealed class UnstartedBranchTests : IDisposable
{
    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly RecordingObserver _observer = new();
    private readonly MemoryStore _store = new();
    private readonly CancellationTokenSource _cancel = new();

    public void Dispose() => _cancel.Dispose();

    public static TheoryData<JoinConfig<Stage>> OutOfReach =>
        new(
            Branches.Joining(JoinStrategy.Quorum(3)),
            Branches.Joining(JoinStrategy.PartialResults(3)),
            Branches.Joining(JoinStrategy.Quorum(3)).WithBulkhead(1),
            Branches.Joining(JoinStrategy.PartialResults(3)).WithTimeout(TimeSpan.FromSeconds(1))
        );

    [Theory]
    [Trait("ID", "Y1"), Trait("ID", "B9")]
    [MemberData(nameof(OutOfReach), DisableDiscoveryEnumeration = true)]
    public async Task A_list_too_short_for_its_join_fails_before_any_branch_starts(JoinConfig<Stage> join)
    {
        var error = await Failures.OfAsync(Listing(join, 2, () => { }).OrchestrateAsync(Stage.Start));
        Assert.Equal(("workflow", "Start"), (error.Category, error.State));
        Assert.Contains("0 of 2 tasks completed successfully", error.Message, StringComparison.Ordinal);
        AssertNoneStarted(2);
    }

    [Fact]
    [Trait("ID", "Y1"), Trait("ID", "K3")]
    public async Task A_list_just_long_enough_is_run()
    {
        var join = Branches.Joining(JoinStrategy.Quorum(2));
        Assert.Equal(Stage.End, await Listing(join, 2, () => { }).OrchestrateAsync(Stage.Start));
        Assert.Equal(["branch 0", "branch 1"], _trail.Marks.Order());
        _observer.AssertTasksPaired();
    }

    [Fact]
    [Trait("ID", "K17")]
    public async Task A_run_that_is_cancelled_while_branches_are_listed_starts_none()
    {
        var workflow = Listing(Branches.Joining(JoinStrategy.All), 3, _cancel.Cancel);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, _cancel.Token));
        Assert.Equal(("cancelled", "Start"), (error.Category, error.State));
        AssertNoneStarted(3);
        Assert.Equal(["OnStateEnter Start", "OnCancelled Start"], _observer.Story());
    }

    [Fact]
    [Trait("ID", "K17"), Trait("ID", "H2")]
    public async Task A_run_whose_time_is_up_while_branches_are_listed_starts_none()
    {
        var workflow = Listing(
                Branches.Joining(JoinStrategy.Any),
                3,
                () => _time.Advance(TimeSpan.FromSeconds(2))
            )
            .WithTotalTimeout(TimeSpan.FromSeconds(1));
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(("workflow_timeout", "Start"), (error.Category, error.State));
        AssertNoneStarted(3);
        Assert.Equal(
            ["OnStateEnter Start", "OnWorkflowTimeout Start 00:00:02 of 00:00:01"],
            _observer.Story()
        );
    }

    [Fact]
    [Trait("ID", "K15"), Trait("ID", "Y4")]
    public async Task An_empty_list_has_neither_starts_nor_ends()
    {
        var join = Branches.Joining(JoinStrategy.All);
        Assert.Equal(Stage.End, await Listing(join, 0, () => { }).OrchestrateAsync(Stage.Start));
        AssertNoneStarted(0);
        Assert.Equal(["OnTaskStart Work", "OnTaskSuccess Work"], _observer.Tasks());
    }

    [Fact]
    [Trait("ID", "K8")]
    public async Task The_splits_time_begins_when_its_branches_do()
    {
        var join = Branches.Joining(JoinStrategy.All).WithTimeout(TimeSpan.FromSeconds(1));
        var workflow = Listing(join, 2, () => _time.Advance(TimeSpan.FromMinutes(1)));
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
    }

    /// <summary>No body ran, nobody heard of a branch, and all of them count as cancelled.</summary>
    private void AssertNoneStarted(int count)
    {
        Assert.DoesNotContain(_trail.Marks, mark => mark.StartsWith("branch", StringComparison.Ordinal));
        Assert.DoesNotContain(_observer.Events, seen => seen.At.Task.Contains('['));
        var result = _store.Get<SplitResult>("split_results");
        Assert.Equal((0, 0, count), (result.Successes.Count, result.Errors.Count, result.Cancelled.Count));
    }

    private Workflow<Stage> Listing(JoinConfig<Stage> join, int count, Action listing) =>
        Workflow
            .Create<Stage>(new Resources().Insert("store", _store))
            .RegisterSplit(
                Stage.Start,
                _ =>
                {
                    listing();
                    return Enumerable.Range(0, count).Select(Marking);
                },
                join.WithStorePartialResults()
            )
            .Register(Stage.Work, _ => Stage.End)
            .AddExitState(Stage.End)
            .WithTimeProvider(_time)
            .WithObserver(_observer);

    private ITask<Stage> Marking(int index) =>
        CanoTask.From<Stage>(
            "task",
            (_, _) =>
            {
                _trail.Add($"branch {index}");
                return new ValueTask<Stage>(Stage.End);
            }
        );
}
