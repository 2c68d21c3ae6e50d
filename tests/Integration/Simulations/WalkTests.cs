using Cano.Kernel;
using Cano.Runtime.Cancellation;
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
        // In each of four states a failure and a cancel, and in the first a step that ends in spite of it.
        Assert.Equal(9, all.Count(walk => walk.Error is not null));
        Assert.All(
            all.Where(walk => walk.Error is not null && walk.State != "Start"),
            walk => Assert.Equal(["Start"], walk.Undone)
        );
        Assert.All(all.Where(walk => walk.IsEnded && walk.Exit is null), walk => Assert.Empty(walk.ToUndo));
    }

    [Fact]
    [Trait("ID", "S5"), Trait("ID", "I4")]
    public void Exploring_finds_what_a_cancel_undoes_that_comes_while_the_last_step_ends_well()
    {
        var start = ControlFlow.Of(TwoPayments(new Trail())).StartAt(Stage.Start);
        Assert.Equal(
            [
                "failed in Start with cancelled, undone [Start]",
                "failed in Start with cancelled, undone []",
                "failed in Work with cancelled, undone [Start]",
                "failed in Work with cancelled, undone [Work, Start]",
            ],
            start
                .Explore(depth: 5)
                .Where(walk => walk.Error is { Category: "cancelled" })
                .Select(walk => walk.ToString())
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    [Trait("ID", "S5")]
    public async Task A_walks_cancels_undo_what_a_cancel_for_good_at_every_row_does()
    {
        var undone = new HashSet<string>();
        // The fifth row is the exit's, at which a run is past being cancelled.
        for (var row = 1; row <= 4; row++)
            undone.Add(await UndoneByCancelAtAsync(row));
        Assert.Equal(["", "Start", "Work Start"], undone.Order());
        Assert.Equal(
            undone.Order(),
            ControlFlow
                .Of(TwoPayments(new Trail()))
                .StartAt(Stage.Start)
                .Explore(depth: 5)
                .Where(walk => walk.Error is { Category: "cancelled" })
                .Select(walk => string.Join(' ', walk.Undone))
                .Distinct()
                .Order()
        );
    }

    /// <summary>What is undone when the run is cancelled while the row of this number, from 1, is
    /// written.</summary>
    private static async Task<string> UndoneByCancelAtAsync(int number)
    {
        var (trail, control, rows) = (new Trail(), new RunControl(), 0);
        var store = new KeepingStore
        {
            Appending = _ =>
            {
                if (++rows == number)
                    control.Cancel(new CancelRequest(null, DateTimeOffset.UnixEpoch));
            },
        };
        var workflow = TwoPayments(trail).WithCheckpointStore(store);
        var error = await Failures.OfAsync(Controlled.StartAsync(workflow, control, "run"));
        Assert.Equal("cancelled", error.Category);
        return string.Join(' ', trail.Marks);
    }

    private static Workflow<Stage> TwoPayments(Trail undone)
    {
        return Pay(Pay(Workflow.Bare<Stage>(), Stage.Start, Stage.Work), Stage.Work, Stage.End)
            .AddExitState(Stage.End);

        Workflow<Stage> Pay(Workflow<Stage> workflow, Stage state, Stage next) =>
            workflow.RegisterWithCompensation<int>(
                state,
                (_, _) => new((next, 1)),
                (context, _, _) =>
                {
                    undone.Add(context.State);
                    return default;
                },
                TaskConfig.Minimal,
                [next]
            );
    }
}
