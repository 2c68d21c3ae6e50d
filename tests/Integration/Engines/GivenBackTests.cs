namespace Cano.Integration.Engines;

/// <summary>What a node claims because it is due, or works on, and does not bring to its end is anybody's at
/// once.</summary>
public sealed class GivenBackTests
{
    private const string Id = "order-1";

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [Fact]
    [Trait("ID", "Z45")]
    public async Task A_run_that_the_node_which_claimed_it_cannot_load_is_another_s()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Timed("one"));
        var other = await AsleepAsync(cluster, one);
        one.Link.IsUnread = true;
        await DueAsync(cluster, one);
        await OtherEndsAsync(cluster, other);
    }

    [Fact]
    [Trait("ID", "Z45"), Trait("ID", "X8")]
    public async Task A_run_that_a_build_cannot_go_on_with_is_claimed_by_it_once_and_left_to_another()
    {
        await using var cluster = new Cluster();
        var other = await cluster.AddAsync("other", Told("other"), new() { Codec = new HeldTests.Turned() });
        await other.StartAsync(Id);
        await NodeParkingTests.ParkedAsync(cluster, Id);
        other.Link.IsAsleep = true;
        var one = await cluster.AddAsync("one", Told("one"));
        await DueAsync(cluster, one);
        await cluster.PassAsync(5);
        Assert.Contains("'turned'", (await one.Engine.FindAsync(Id))!.Held, StringComparison.Ordinal);
        Assert.Equal(1, one.Link.DueClaimed);
        await OtherEndsAsync(cluster, other);
    }

    [Fact]
    [Trait("ID", "Z45"), Trait("ID", "Y25")]
    public async Task A_run_whose_resources_the_node_that_claimed_it_has_not_is_another_s()
    {
        await using var cluster = new Cluster();
        var bank = new Broken();
        var one = await cluster.AddAsync(
            "one",
            Timed("one").WithResources(new Resources().Insert("bank", bank))
        );
        var other = await AsleepAsync(cluster, one);
        bank.IsBroken = true;
        await DueAsync(cluster, one);
        await OtherEndsAsync(cluster, other);
    }

    [Fact]
    [Trait("ID", "Z45"), Trait("ID", "Y25")]
    public async Task One_that_somebody_has_taken_up_since_is_claimed_again_when_it_is_due()
    {
        await using var cluster = new Cluster();
        var bank = new Broken();
        var twice = Named()
            .RegisterTimer(Stage.Start, s_hour, Stage.Next)
            .RegisterTimer(Stage.Next, s_hour, Stage.End)
            .WithResources(new Resources().Insert("bank", bank));
        var one = await cluster.AddAsync("one", twice);
        await one.StartAsync(Id);
        await NodeParkingTests.ParkedAsync(cluster, Id);
        bank.IsBroken = true;
        await DueAsync(cluster, one);
        while (await one.Engine.FindAsync(Id) is not { Held: not null })
            await Task.Yield();
        bank.IsBroken = false;
        await one.Engine.GetOrStartAsync(twice, Stage.Start, Id).Soon();
        while (await one.Engine.FindAsync(Id) is not { State: "Next" })
            await Task.Yield();
        await NodeParkingTests.ParkedAsync(cluster, Id);
        Assert.Null((await one.Engine.FindAsync(Id))!.Held);
        cluster.Time.Advance(s_hour);
        Assert.Equal(Stage.End, await cluster.EndAsync(one.Run(Id).Completion()));
    }

    [Fact]
    [Trait("ID", "Z45"), Trait("ID", "S1")]
    public async Task A_run_whose_node_is_suspended_behind_its_claim_is_another_s()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Timed("one"));
        var other = await AsleepAsync(cluster, one);
        one.Link.WhenClaimed = () => one.Engine.SuspendAsync();
        await DueAsync(cluster, one);
        await OtherEndsAsync(cluster, other);
    }

    [Fact]
    [Trait("ID", "Z34"), Trait("ID", "S1"), Trait("ID", "X10")]
    public async Task What_a_suspended_engine_worked_on_another_goes_on_with_by_itself_its_queue_too()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Work(_gate), new() { MaxRunning = 1 });
        var open = new Gate();
        open.Open();
        var other = await cluster.AddAsync("other", Work(open));
        await one.StartAsync(Id);
        await _gate.Entered.Soon();
        await one.StartAsync("order-2");
        Assert.True((await one.Engine.SuspendAsync().Soon()).Clean);
        foreach (var id in new[] { Id, "order-2" })
            Assert.Equal(Stage.End, await cluster.EndAsync(other.Run(id).Completion()));
        Assert.Equal(["told to stop", "work", "work"], _trail.Marks);
        Assert.Equal(0, (await other.Engine.FindAsync(Id))!.Tries);
    }

    [Fact]
    [Trait("ID", "Z34"), Trait("ID", "S1")]
    public async Task A_suspended_engine_goes_on_with_nothing_until_it_is_resumed()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Work(_gate));
        await one.StartAsync(Id);
        await _gate.Entered.Soon();
        await one.Engine.SuspendAsync().Soon();
        await cluster.PassAsync(3);
        Assert.Equal(RunStatus.Suspended, (await one.Engine.FindAsync(Id))!.Status);
        Assert.Equal(["told to stop"], _trail.Marks);
        _gate.Open();
        var end = Assert.Single(await Engines.ResumedAsync(one.Engine));
        Assert.Equal((Id, RunStatus.Completed), (end.RunId, end.Status));
    }

    /// <summary>A node more, which claims nothing that is due; the run is parked by the first one.</summary>
    private async Task<ClusterNode> AsleepAsync(Cluster cluster, ClusterNode one)
    {
        var other = await cluster.AddAsync("other", Timed("other"));
        other.Link.IsAsleep = true;
        await one.StartAsync(Id);
        await NodeParkingTests.ParkedAsync(cluster, Id);
        return other;
    }

    /// <summary>The run is due, and the node has claimed it.</summary>
    private static async Task DueAsync(Cluster cluster, ClusterNode node)
    {
        await cluster.PassAsync(1);
        cluster.Time.Advance(s_hour);
        await node.Link.HasClaimed.Soon();
    }

    private async Task OtherEndsAsync(Cluster cluster, ClusterNode other)
    {
        other.Link.IsAsleep = false;
        Assert.Equal(Stage.End, await cluster.EndAsync(other.Run(Id).Completion()));
        Assert.Equal(["other"], _trail.Marks);
    }

    private static Workflow<Stage> Named() =>
        Workflow.Bare<Stage>().WithName("orders").AddExitState(Stage.End);

    private Workflow<Stage> Timed(string node) =>
        Named()
            .RegisterTimer(Stage.Start, s_hour, Stage.Work)
            .Register(
                Stage.Work,
                _ =>
                {
                    _trail.Add(node);
                    return Stage.End;
                }
            );

    /// <summary>As <see cref="Timed"/>, with something to read in its rows.</summary>
    private Workflow<Stage> Told(string node) =>
        Named()
            .Register(
                Stage.Start,
                context =>
                {
                    context.SetOutput(7);
                    return Stage.Next;
                }
            )
            .RegisterTimer(Stage.Next, s_hour, Stage.Work)
            .Register(
                Stage.Work,
                _ =>
                {
                    _trail.Add(node);
                    return Stage.End;
                }
            );

    private Workflow<Stage> Work(Gate gate) =>
        Named()
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    try
                    {
                        await gate.PassAsync(token);
                    }
                    catch (OperationCanceledException)
                    {
                        _trail.Add("told to stop");
                        throw;
                    }

                    _trail.Add("work");
                    return Stage.End;
                }
            );

    private sealed class Broken : IResource
    {
        public bool IsBroken { get; set; }

        public ValueTask SetupAsync(CancellationToken cancellationToken) =>
            IsBroken ? ValueTask.FromException(new InvalidOperationException("no bank")) : default;
    }
}
