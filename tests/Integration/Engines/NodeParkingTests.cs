namespace Cano.Integration.Engines;

/// <summary>Runs that wait on a store that nodes share are nobody's: whoever comes first goes on with
/// them.</summary>
public sealed class NodeParkingTests
{
    private const string Id = "order-1";

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly Signal s_paid = new("paid");

    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [Fact]
    [Trait("ID", "Z35")]
    public async Task A_run_that_a_dead_node_has_parked_is_woken_by_another_when_it_is_due()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Timed("one"));
        var other = await cluster.AddAsync("other", Timed("other"));
        await one.StartAsync(Id);
        await ParkedAsync(cluster, Id);
        one.Link.IsCut = true;
        await cluster.PassAsync(3);
        // Nobody has taken it up meanwhile, though its node is dead by now.
        Assert.True((await SummaryAsync(cluster, Id)).IsParked);
        cluster.Time.Advance(s_hour - (3 * Cluster.Lease));
        Assert.Equal(Stage.End, await cluster.EndAsync(other.Run(Id).Completion()));
        Assert.Equal(["other"], _trail.Marks);
        Assert.Equal(0, (await other.Engine.FindAsync(Id))!.Tries);
    }

    [Fact]
    [Trait("ID", "Z35")]
    public async Task Whoever_waits_for_a_run_hears_of_its_end_on_the_node_that_woke_it()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Timed("one"));
        var other = await cluster.AddAsync("other", Timed("other"));
        var run = await one.StartAsync(Id);
        await ParkedAsync(cluster, Id);
        await cluster.PassAsync(2);
        // It beats and hears, and is asked for nothing that is due.
        one.Link.IsAsleep = true;
        cluster.Time.Advance(s_hour);
        Assert.Equal(Stage.End, await cluster.EndAsync(run.Completion()));
        Assert.Equal(["other"], _trail.Marks);
        Assert.Equal(RunStatus.Completed, (await other.Engine.FindAsync(Id))!.Status);
    }

    [Fact]
    [Trait("ID", "Z35"), Trait("ID", "S1")]
    public async Task What_a_suspended_engine_has_parked_others_wake()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Timed("one"));
        var other = await cluster.AddAsync("other", Timed("other"));
        await one.StartAsync(Id);
        await ParkedAsync(cluster, Id);
        await one.Engine.SuspendAsync().Soon();
        await cluster.PassAsync(1);
        cluster.Time.Advance(s_hour);
        Assert.Equal(Stage.End, await cluster.EndAsync(other.Run(Id).Completion()));
        Assert.Equal(["other"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Z36"), Trait("ID", "U8")]
    public async Task A_signal_wakes_a_run_whose_node_is_dead()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Signalled());
        var other = await cluster.AddAsync("other", Signalled());
        await one.StartAsync(Id);
        await ParkedAsync(cluster, Id);
        one.Link.IsCut = true;
        await other.Engine.SignalAsync(Id, s_paid).Soon();
        Assert.Equal(Stage.End, await other.Run(Id).Completion().Soon());
    }

    [Fact]
    [Trait("ID", "Z36"), Trait("ID", "S5")]
    public async Task A_cancel_whose_sender_died_behind_it_is_heard_by_others()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Signalled());
        var other = await cluster.AddAsync("other", Signalled());
        await one.StartAsync(Id);
        await ParkedAsync(cluster, Id);
        // All that is left of the sender is the request.
        one.Link.IsCut = true;
        await cluster.Store.AcceptAsync(Id, InboxItem.Cancel("they changed their mind"));
        var failed = Failures.OfAsync(other.Run(Id).Completion());
        Assert.Equal("cancelled", (await cluster.EndAsync(failed)).Category);
    }

    [Fact]
    [Trait("ID", "Z36")]
    public async Task What_comes_before_a_run_is_parked_is_looked_at_with_no_beat_and_no_ring()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Signalled(), isDeaf: true);
        one.Link.BeforeParking = () =>
            cluster.Store.AcceptAsync(Id, InboxItem.Signal(s_paid.Name, id: "once")).AsTask();
        var run = await one.StartAsync(Id);
        Assert.Equal(Stage.End, await run.Completion().Soon());
    }

    [Fact]
    [Trait("ID", "Z36"), Trait("ID", "S5")]
    public async Task A_cancel_that_comes_between_a_look_and_a_claim_is_heard_when_the_run_parks()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Worked(), isDeaf: true);
        await one.StartAsync(Id);
        await _gate.Entered.Soon();
        await one.Engine.SuspendAsync().Soon();
        _gate.Open();
        one.Link.BeforeClaim = () => cluster.Store.AcceptAsync(Id, InboxItem.Cancel()).AsTask();
        await Engines.ResumedAsync(one.Engine).Soon();
        var failed = await Failures.OfAsync(one.Run(Id).Completion().Soon());
        Assert.Equal("cancelled", failed.Category);
    }

    [Fact]
    [Trait("ID", "Z37")]
    public async Task The_end_of_a_child_wakes_its_parent_whose_node_is_dead()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Parent());
        var other = await cluster.AddAsync("other", Parent());
        await one.StartAsync(Id);
        await ParkedAsync(cluster, Id);
        await ParkedAsync(cluster, $"{Id}/0");
        one.Link.IsCut = true;
        await cluster.PassAsync(1);
        cluster.Time.Advance(s_hour);
        Assert.Equal(Stage.End, await cluster.EndAsync(other.Run(Id).Completion()));
    }

    [Fact]
    [Trait("ID", "Z38")]
    public async Task A_run_that_its_store_did_not_park_is_taken_up_again()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Signalled());
        one.Link.ParkingsToFail = 2;
        await one.StartAsync(Id);
        while (!(await SummaryAsync(cluster, Id)).IsParked)
        {
            cluster.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(0, one.Link.ParkingsToFail);
        await one.Engine.SignalAsync(Id, s_paid).Soon();
        Assert.Equal(Stage.End, await one.Run(Id).Completion().Soon());
    }

    [Fact]
    [Trait("ID", "Z39"), Trait("ID", "X8")]
    public async Task A_node_leaves_what_is_due_of_workflows_that_it_does_not_know()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Timed("one").WithWorkflowVersion(2));
        var other = await cluster.AddAsync("other", Timed("other"));
        await one.StartAsync(Id);
        await ParkedAsync(cluster, Id);
        one.Link.IsCut = true;
        await cluster.PassAsync(1);
        cluster.Time.Advance(s_hour);
        await cluster.PassAsync(3);
        Assert.Equal(RunStatus.Waiting, (await other.Engine.FindAsync(Id))!.Status);
        other.Engine.Add(Timed("other").WithWorkflowVersion(2));
        var waiting = other.Engine.WatchAsync(Id).LastAsync().AsTask();
        Assert.Equal(RunStatus.Completed, (await cluster.EndAsync(waiting)).Status);
    }

    [Fact]
    [Trait("ID", "Z40"), Trait("ID", "S9")]
    public async Task A_resume_claims_nothing_of_what_is_parked()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Timed("one"));
        await one.StartAsync(Id);
        await ParkedAsync(cluster, Id);
        var other = await cluster.AddAsync("other", Timed("other"));
        Assert.Empty(await Engines.ResumedAsync(other.Engine));
        Assert.True((await SummaryAsync(cluster, Id)).IsParked);
        // It knows by now when the run is due.
        one.Link.IsCut = true;
        cluster.Time.Advance(s_hour);
        Assert.Equal(Stage.End, await cluster.EndAsync(other.Run(Id).Completion()));
        Assert.Equal(["other"], _trail.Marks);
    }

    private static async Task<RunSummary> SummaryAsync(Cluster cluster, string id) =>
        (await cluster.Store.FindAsync(id))!;

    internal static async Task ParkedAsync(Cluster cluster, string id)
    {
        for (var tries = 0; await cluster.Store.FindAsync(id) is not { IsParked: true }; tries++)
        {
            Assert.True(tries < 1_000_000, $"'{id}' is not parked");
            await Task.Yield();
        }
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

    private static Workflow<Stage> Signalled() =>
        Named().RegisterWait(Stage.Start, Wait.For<Stage>().On(s_paid, Stage.End));

    private Workflow<Stage> Worked() =>
        Named()
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await _gate.PassAsync(token);
                    return Stage.Next;
                }
            )
            .RegisterWait(Stage.Next, Wait.For<Stage>().On(s_paid, Stage.End));

    private static Workflow<Stage> Parent()
    {
        var child = Workflow
            .Bare<Stage>()
            .WithName("child")
            .RegisterTimer(Stage.Start, s_hour, Stage.End)
            .AddExitState(Stage.End);
        return Named().RegisterChild(Stage.Start, child, Stage.Start, (_, _) => Stage.End);
    }
}
