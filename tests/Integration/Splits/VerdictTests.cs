namespace Cano.Integration.Splits;

/// <summary>A join is decided as soon as it is certain; what still runs is cancelled and awaited.</summary>
public sealed class VerdictTests
{
    private readonly Trail _trail = new();
    private readonly Gate _never = new();

    [Fact]
    [Trait("ID", "K1")]
    public async Task All_goes_on_when_every_branch_has_succeeded()
    {
        var result = await JoinedAsync(JoinStrategy.All, Branches.Succeeding("a"), Branches.Succeeding("b"));
        Assert.Equal((2, 0, 0), Counts(result));
    }

    [Fact]
    [Trait("ID", "K1"), Trait("ID", "Y1")]
    public async Task All_fails_at_the_first_failure_and_stops_the_rest()
    {
        var error = await FailedAsync(JoinStrategy.All, Waiting("slow"), Branches.Failing("bad"));
        Assert.Contains(
            "Join condition not met: 0 of 2 tasks completed successfully, strategy: All",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(["slow"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "K2")]
    public async Task Any_goes_on_at_the_first_success_and_stops_the_rest()
    {
        var result = await JoinedAsync(JoinStrategy.Any, Waiting("slow"), Branches.Succeeding("quick"));
        Assert.Equal((1, 0, 1), Counts(result));
        Assert.Equal(["slow"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "K2")]
    public async Task Any_is_not_met_by_failures()
    {
        var gate = new Gate();
        var join = Branches.Joining(JoinStrategy.Any).WithBulkhead(1);
        var run = Branches
            .Split(join, _ => { }, Branches.Failing("bad"), Branches.Waiting("good", gate))
            .OrchestrateAsync(Stage.Start);
        await gate.Entered;
        Assert.False(run.IsCompleted);
        gate.Open();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "K2")]
    public async Task Any_fails_when_every_branch_has_failed()
    {
        var error = await FailedAsync(JoinStrategy.Any, Branches.Failing("x"), Branches.Failing("y"));
        Assert.Equal("workflow", error.Category);
        Assert.Equal("Start", error.State);
    }

    [Fact]
    [Trait("ID", "K3"), Trait("ID", "Y1")]
    public async Task A_quorum_goes_on_as_soon_as_it_is_met()
    {
        var result = await JoinedAsync(
            JoinStrategy.Quorum(2),
            Branches.Succeeding("a"),
            Waiting("slow"),
            Branches.Succeeding("c")
        );
        Assert.Equal((2, 0, 1), Counts(result));
        Assert.Equal([1], result.Cancelled.Select(branch => branch.Index));
    }

    [Fact]
    [Trait("ID", "K3"), Trait("ID", "Y1")]
    public async Task A_quorum_fails_as_soon_as_it_is_out_of_reach()
    {
        var error = await FailedAsync(
            JoinStrategy.Quorum(2),
            Branches.Failing("x"),
            Branches.Failing("y"),
            Waiting("slow")
        );
        Assert.Contains("strategy: Quorum(2)", error.Message, StringComparison.Ordinal);
        Assert.Equal(["slow"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "K4"), Trait("ID", "Y3")]
    [InlineData(0.5, 3, 2)]
    [InlineData(0.75, 4, 3)]
    [InlineData(1.0, 3, 3)]
    [InlineData(0.01, 5, 1)]
    [InlineData(double.Epsilon, 3, 1)]
    [InlineData(1e-10, 1, 1)]
    [InlineData(0.55, 20, 11)]
    [InlineData(0.07, 100, 7)]
    public async Task A_percentage_needs_its_share_rounded_up(double fraction, int total, int needed)
    {
        var strategy = JoinStrategy.Percentage(fraction);
        var met = await JoinedAsync(
            strategy,
            [.. Many(needed, Branches.Succeeding), .. Many(total - needed, Branches.Failing)]
        );
        Assert.Equal(needed, met.Successes.Count);
        var short1 = Many(needed - 1, Branches.Succeeding).Concat(Many(total - needed + 1, Branches.Failing));
        Assert.Equal("workflow", (await FailedAsync(strategy, [.. short1])).Category);
    }

    [Fact]
    [Trait("ID", "K4"), Trait("ID", "Y3")]
    public async Task A_percentage_is_decided_early_both_ways()
    {
        var half = JoinStrategy.Percentage(0.5);
        Assert.Equal((1, 0, 1), Counts(await JoinedAsync(half, Branches.Succeeding("a"), Waiting("slow"))));
        await FailedAsync(half, Branches.Failing("x"), Branches.Failing("y"), Waiting("late"));
        Assert.Equal(["slow", "late"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "K5")]
    public async Task Partial_results_go_on_with_the_first_successes_and_failures_do_not_count()
    {
        var result = await JoinedAsync(
            JoinStrategy.PartialResults(2),
            Branches.Failing("x"),
            Branches.Succeeding("a"),
            Waiting("slow"),
            Branches.Succeeding("b")
        );
        Assert.Equal(2, result.Successes.Count);
        Assert.Equal(["slow"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "K5"), Trait("ID", "Y1")]
    public async Task Partial_results_fail_as_soon_as_they_are_out_of_reach()
    {
        await FailedAsync(JoinStrategy.PartialResults(2), Branches.Failing("x"), Waiting("slow"));
        Assert.Equal(["slow"], _trail.Marks);
    }

    private static IEnumerable<ITask<Stage>> Many(int count, Func<string, ITask<Stage>> make) =>
        Enumerable.Range(0, count).Select(i => make($"b{i}"));

    private static (int, int, int) Counts(SplitResult result) =>
        (result.Successes.Count, result.Errors.Count, result.Cancelled.Count);

    private ITask<Stage> Waiting(string name) => Branches.Waiting(name, _never, _trail);

    private static Workflow<Stage> Split(
        JoinStrategy strategy,
        Action<SplitResult?> seen,
        params ITask<Stage>[] branches
    ) => Branches.Split(Branches.Joining(strategy), seen, branches);

    private static async Task<SplitResult> JoinedAsync(JoinStrategy strategy, params ITask<Stage>[] branches)
    {
        SplitResult? result = null;
        await Split(strategy, seen => result = seen, branches).OrchestrateAsync(Stage.Start);
        return Assert.IsType<SplitResult>(result);
    }

    private static Task<CanoError> FailedAsync(JoinStrategy strategy, params ITask<Stage>[] branches) =>
        Failures.OfAsync(
            Split(strategy, _ => Assert.Fail("It joined."), branches).OrchestrateAsync(Stage.Start)
        );
}
