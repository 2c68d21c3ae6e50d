using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>The control flow of a workflow, walked without its tasks.</summary>
public sealed class WalkTests
{
    private static readonly Workflow<Stage> s_saga = Workflow
        .Bare<Stage>()
        .RegisterWithCompensation<int>(
            Stage.Start,
            (_, _) => throw new InvalidOperationException(),
            (_, _, _) => default,
            TaskConfig.Minimal,
            [Stage.Work]
        )
        .RegisterSplit(
            Stage.Work,
            [Branches.Succeeding("a"), Branches.Succeeding("b")],
            JoinConfig.Create(JoinStrategy.Quorum(1), Stage.Next)
        )
        .Register(
            Stage.Next,
            _ => throw new InvalidOperationException(),
            TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromHours(1)),
            [Stage.Last]
        )
        .RegisterTimer(Stage.Last, TimeSpan.FromDays(1), Stage.End)
        .AddExitState(Stage.End);

    private static Walk<Stage> Start => ControlFlow.Of(s_saga).StartAt(Stage.Start);

    [Fact]
    public void A_walk_to_the_exit_runs_nothing()
    {
        var end = Start.Succeed(Stage.Work).Succeed(Stage.Next).Succeed(Stage.Last).Succeed(Stage.End);
        Assert.Equal("End", end.Exit);
        Assert.Null(end.Error);
        Assert.Equal(4, end.Visit);
        Assert.True(end.IsIn(Stage.End));
        Assert.Throws<InvalidOperationException>(() => end.Fail());
    }

    [Fact]
    public void A_failed_attempt_is_followed_by_the_next_and_the_last_by_the_rollback()
    {
        var next = Start.Succeed(Stage.Work).Succeed(Stage.Next);
        Assert.Equal(["Start"], next.ToUndo);
        var again = next.Fail();
        Assert.Equal((2, next.Visit), (again.Attempt, again.Visit));
        var failed = again.Fail();
        Assert.Equal("retry_exhausted", failed.Error?.Category);
        Assert.Equal(["Start"], failed.Undone);
        Assert.Empty(failed.ToUndo);
        // A walk is a value: the one it came from is where it was.
        Assert.False(next.IsEnded);
    }

    [Fact]
    [Trait("ID", "K1"), Trait("ID", "I5")]
    public void A_split_fails_when_all_its_branches_do_and_stops_when_the_run_is_cancelled()
    {
        var split = Start.Succeed(Stage.Work);
        Assert.Equal("workflow", split.Fail().Error?.Category);
        Assert.Equal("cancelled", split.Cancel().Error?.Category);
        Assert.Equal(["Start"], split.Cancel().Undone);
        Assert.Throws<ArgumentException>(() => split.Succeed(Stage.Last));
    }

    [Fact]
    [Trait("ID", "Y19")]
    public void An_undeclared_edge_is_refused()
    {
        var stray = Start.Succeed(Stage.Work).Succeed(Stage.Next).Succeed(Stage.End);
        Assert.Contains("declared edges do not allow", stray.Error?.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Start.Succeed(Stage.Lost));
    }

    [Fact]
    public void Exploring_finds_every_way_to_end_and_each_undoes_what_was_done()
    {
        var all = Start.Explore(depth: 10);
        Assert.Contains(all, walk => walk.Exit == "End");
        // In each of four states a failure and a cancel.
        Assert.Equal(8, all.Count(walk => walk.Error is not null));
        Assert.All(
            all.Where(walk => walk.Error is not null && walk.State != "Start"),
            walk => Assert.Equal(["Start"], walk.Undone)
        );
        Assert.All(all.Where(walk => walk.IsEnded && walk.Exit is null), walk => Assert.Empty(walk.ToUndo));
    }
}
