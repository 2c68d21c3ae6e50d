using Cano.Testing;

namespace Cano.Integration.Steps.Waits;

/// <summary>Waiting states in simulations and walks, and in pictures.</summary>
public sealed class SimulatedWaitTests
{
    private static readonly Approval[] s_values = [new("Ada", 1), new("Bob", 2), new("Cem", 3)];

    private static readonly SimulationOptions s_options = new SimulationOptions()
        .WithSignal(Waiters.Approve, s_values)
        .WithSignal(Waiters.Refuse);

    [Fact]
    [Trait("ID", "U9")]
    public async Task Signals_come_early_late_twice_and_never_and_every_attempt_of_a_visit_sees_one()
    {
        var report = await Simulate.RunAsync(Order, Stage.Start, 400, s_options);
        Assert.True(report.CompletedCount > 100, report.ToString());
        Assert.True(report.FailedCount > 20, report.ToString());
        Assert.True(report.ProcessCount > report.SeedCount, report.ToString());
    }

    [Fact]
    [Trait("ID", "U9")]
    public async Task The_same_holds_without_a_journal()
    {
        var options = s_options with { IsJournaled = false };
        var report = await Simulate.RunAsync(Order, Stage.Start, 100, options);
        Assert.True(report.CompletedCount > 10, report.ToString());
    }

    [Fact]
    [Trait("ID", "U9")]
    public async Task Every_way_out_of_a_wait_is_taken_by_some_seed()
    {
        var ends = new HashSet<string>();
        for (var seed = 0; seed < 200; seed++)
        {
            var run = await Simulate.ReplayAsync(Order, Stage.Start, seed, s_options);
            Assert.Empty(run.Breaches);
            ends.UnionWith(run.Rows.Where(row => row.Kind == RowKind.StateEntered).Select(row => row.State));
            if (run.Exit is { } exit)
                ends.Add(exit);
        }

        Assert.Superset(new HashSet<string> { "Work", "Last", "End", "Stop" }, ends);
    }

    [Fact]
    [Trait("ID", "U9")]
    public async Task A_simulation_that_knows_no_signal_of_a_wait_says_what_to_write()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() =>
            Simulate.RunAsync(Order, Stage.Start, 1)
        );
        Assert.Contains("'approve'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("WithSignal", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "U9")]
    public void A_walk_goes_every_way_out_of_a_wait()
    {
        var wait = ControlFlow.Of(Order(new Payloads())).StartAt(Stage.Start).Succeed(Stage.Work);
        Assert.Equal("End", wait.Succeed(Stage.Last).Succeed(Stage.End).Exit);
        Assert.Equal("Stop", wait.Succeed(Stage.Stop).Exit);
        Assert.True(wait.Succeed(Stage.Next).IsIn(Stage.Next));
        Assert.Throws<ArgumentException>(() => wait.Succeed(Stage.Start));
        Assert.Equal(["Start"], wait.Cancel().Undone);
        var again = wait.Fail();
        Assert.Equal((2, wait.Visit), (again.Attempt, again.Visit));
        Assert.Equal("Stop", again.Succeed(Stage.Stop).Exit);
        Assert.Equal(
            ["completed in End", "completed in Stop"],
            ControlFlow
                .Of(Order(new Payloads()))
                .StartAt(Stage.Start)
                .Explore(6)
                .Where(walk => walk.Exit is not null)
                .Select(walk => walk.ToString())
                .Order()
        );
    }

    [Fact]
    [Trait("ID", "U9")]
    public void A_diagram_shows_signals_and_the_time_as_labelled_edges()
    {
        var dot = Order(new Payloads()).ToDot();
        Assert.Contains("\"Work\" [shape=circle, label=\"Work (wait)\"];", dot, StringComparison.Ordinal);
        Assert.Contains("\"Work\" -> \"Last\" [label=\"approve\"];", dot, StringComparison.Ordinal);
        Assert.Contains("\"Work\" -> \"Stop\" [label=\"refuse\"];", dot, StringComparison.Ordinal);
        Assert.Contains("\"Work\" -> \"Next\" [label=\"after 10 min\"];", dot, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("ID", "U9")]
    [InlineData("waits for nothing")]
    [InlineData("after 2 times")]
    [InlineData("says 2 times what follows signal 'refuse'")]
    public void What_no_wait_can_mean_is_refused(string sentence)
    {
        var wait = Wait.For<Stage>();
        wait = sentence switch
        {
            "waits for nothing" => wait,
            "after 2 times" => wait.After(TimeSpan.Zero, Stage.End).After(TimeSpan.Zero, Stage.End),
            _ => wait.On(Waiters.Refuse, Stage.End).On(Waiters.Refuse, Stage.End),
        };
        var workflow = Workflow.Bare<Stage>().Waiting(Stage.Start, wait).AddExitState(Stage.End);
        var error = Failures.Of(workflow.Validate);
        Assert.Contains(sentence, Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    private static Workflow<Stage> Order(Simulation simulation)
    {
        var seen = new Payloads();
        simulation.Invariant("every attempt of a visit gets one payload", _ => !seen.Differ);
        return Order(seen);
    }

    /// <summary>What bodies got, by visit.</summary>
    private sealed class Payloads
    {
        private readonly Dictionary<string, Approval> _first = [];

        public bool Differ { get; private set; }

        public void Saw(string key, Approval approval)
        {
            if (!_first.TryAdd(key, approval))
                Differ |= _first[key] != approval;
        }
    }

    /// <summary>Reserved, then approved, refused, or asked for again after ten minutes. Each visit's body
    /// must see what the visit's first attempt saw, whatever happens in between.</summary>
    private static Workflow<Stage> Order(Payloads seen) =>
        Workflow
            .Bare<Stage>()
            .RegisterWithCompensation(
                Stage.Start,
                (_, _) => new ValueTask<(Stage, int)>((Stage.Work, 5)),
                (_, _, _) => default,
                TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.FromSeconds(3)),
                [Stage.Work]
            )
            .Waiting(
                Stage.Work,
                Wait.For<Stage>()
                    .On(
                        Waiters.Approve,
                        (context, approval, _) =>
                        {
                            seen.Saw(context.EffectKey, approval);
                            return new ValueTask<Stage>(Stage.Last);
                        },
                        TaskConfig.Minimal.WithFixedRetry(3, TimeSpan.FromSeconds(2)),
                        [Stage.Last]
                    )
                    .On(Waiters.Refuse, Stage.Stop)
                    .After(TimeSpan.FromMinutes(10), Stage.Next)
            )
            .Waiting(Stage.Next, Wait.For<Stage>().On(Waiters.Approve, Stage.Last))
            .RegisterTimer(Stage.Last, TimeSpan.FromMinutes(1), Stage.End)
            .AddExitStates(Stage.End, Stage.Stop);
}
