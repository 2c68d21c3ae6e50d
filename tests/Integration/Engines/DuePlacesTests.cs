namespace Cano.Integration.Engines;

/// <summary>A node claims of what is due no more than it has places for, and looks soon where a look came to
/// nothing.</summary>
public sealed class DuePlacesTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly Signal s_paid = new("paid");

    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("ID", "Y48"), Trait("ID", "X10")]
    public async Task A_node_claims_what_it_has_places_for_and_the_rest_when_one_is_free(bool isWorkflows)
    {
        await using var cluster = new Cluster();
        var workflow = isWorkflows ? Timed(_gate).WithMaxRunning(2) : Timed(_gate);
        var one = await cluster.AddAsync("one", workflow, isWorkflows ? null : new() { MaxRunning = 2 });
        await ParkedAsync(cluster, one, 5);
        cluster.Time.Advance(s_hour);
        await one.Link.HasClaimed.Soon();
        await cluster.PassAsync(2);
        Assert.Equal(2, one.Link.DueClaimed);
        _gate.Open();
        // No time passes.
        for (var n = 0; n < 5; n++)
            Assert.Equal(Stage.End, await one.Run($"order-{n}").Completion().Soon());
        Assert.Equal(5, one.Link.DueClaimed);
    }

    [Fact]
    [Trait("ID", "Y48"), Trait("ID", "X10")]
    public async Task What_a_node_has_no_places_for_another_claims()
    {
        await using var cluster = new Cluster();
        var open = new Gate();
        open.Open();
        var one = await cluster.AddAsync("one", Timed(_gate), new() { MaxRunning = 1 });
        var other = await cluster.AddAsync("other", Timed(open));
        other.Link.IsAsleep = true;
        await ParkedAsync(cluster, one, 3);
        cluster.Time.Advance(s_hour);
        await one.Link.HasClaimed.Soon();
        other.Link.IsAsleep = false;
        await cluster.EndAsync(other.Link.HasClaimed.ContinueWith(_ => true, TaskScheduler.Default));
        await Task.WhenAll(_trail.HasAsync("order-1"), _trail.HasAsync("order-2")).Soon();
        Assert.Equal((1, 2), (one.Link.DueClaimed, other.Link.DueClaimed));
        _gate.Open();
        Assert.Equal(Stage.End, await one.Run("order-0").Completion().Soon());
    }

    [Fact]
    [Trait("ID", "Z36"), Trait("ID", "U8")]
    public async Task A_look_that_failed_is_made_again_before_the_next_beat()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Paid());
        await one.StartAsync("order-0");
        await NodeParkingTests.ParkedAsync(cluster, "order-0");
        await cluster.PassAsync(1);
        one.Link.LooksToFail = 2;
        await one.Engine.SignalAsync("order-0", s_paid).Soon();
        var ended = one.Run("order-0").Completion();
        // The beat is after four.
        foreach (var seconds in new[] { 1, 2 })
        {
            await cluster.Time.WhenWaitingAsync().Soon();
            cluster.Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        Assert.Equal(Stage.End, await ended.Soon());
        Assert.Equal(0, one.Link.LooksToFail);
    }

    private static async Task ParkedAsync(Cluster cluster, ClusterNode node, int runs)
    {
        for (var n = 0; n < runs; n++)
        {
            await node.StartAsync($"order-{n}");
            await NodeParkingTests.ParkedAsync(cluster, $"order-{n}");
        }

        await cluster.PassAsync(1);
    }

    private static Workflow<Stage> Named() =>
        Workflow.Bare<Stage>().WithName("orders").AddExitState(Stage.End);

    private static Workflow<Stage> Paid() =>
        Named().RegisterWait(Stage.Start, Wait.For<Stage>().On(s_paid, Stage.End));

    private Workflow<Stage> Timed(Gate gate) =>
        Named()
            .RegisterTimer(Stage.Start, s_hour, Stage.Work)
            .Register(
                Stage.Work,
                async (context, token) =>
                {
                    await gate.PassAsync(token);
                    _trail.Add(context.RunId);
                    return Stage.End;
                }
            );
}
