using Cano.Cluster.Servers;
using Cano.Cluster.Stores;

namespace Cano.Cluster.Silos;

/// <summary>Silos tell each other of runs: no store looks by itself here, and no engine beats.</summary>
public sealed class HintTests
{
    private static readonly TimeSpan s_never = TimeSpan.FromHours(3);
    private static readonly Signal<int> s_paid = new("paid");

    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [PostgresFact]
    [Trait("ID", "Z50")]
    public async Task A_signal_and_a_cancel_reach_a_run_of_another_silo_at_once()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema);
        await using var there = await SiloHost.StartAsync(schema);
        var workflow = Paid();
        await using var one = await OpenAsync(here.Store, workflow);
        await using var other = await OpenAsync(there.Store, workflow);
        await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await one.StartAsync(workflow, Stage.Start, "order-2").Soon();
        foreach (var id in new[] { "order-1", "order-2" })
            await ParkedAsync(here.Store, id).Soon();
        await other.SignalAsync("order-1", s_paid, 7).Soon();
        await other.CancelAsync("order-2", "they changed their mind").Soon();
        Assert.Equal(Stage.End, await other.Run(workflow, "order-1").Completion().Soon());
        var end = await Assert.ThrowsAnyAsync<CanoException>(() =>
            other.Run(workflow, "order-2").Completion().Soon()
        );
        Assert.Equal("cancelled", end.Error.Category);
        Assert.Equal(["7"], _trail.Marks);
    }

    [PostgresFact]
    [Trait("ID", "Z50")]
    public async Task A_cancel_reaches_a_body_that_works_on_another_silo_at_once()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema);
        await using var there = await SiloHost.StartAsync(schema);
        var workflow = Held();
        await using var one = await OpenAsync(here.Store, workflow);
        await using var other = await OpenAsync(there.Store, workflow);
        var run = await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        await other.CancelAsync("order-1", "they changed their mind").Soon();
        var end = await Assert.ThrowsAnyAsync<CanoException>(() => run.Completion().Soon());
        Assert.Equal("cancelled", end.Error.Category);
    }

    [PostgresFact]
    [Trait("ID", "Z51")]
    public async Task The_end_of_a_run_of_another_silo_is_heard_at_once_by_who_waits_and_by_who_watches()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema);
        await using var there = await SiloHost.StartAsync(schema);
        var workflow = Held();
        await using var one = await OpenAsync(here.Store, workflow);
        await using var other = await OpenAsync(there.Store, workflow);
        await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        var end = other.Run(workflow, "order-1").Completion();
        var watched = other.WatchAsync("order-1").AllAsync();
        // The news that somebody waits may come before the end or behind it.
        _gate.Open();
        Assert.Equal(Stage.End, await end.Soon());
        Assert.True((await watched.Soon())[^1].HasEnded);
    }

    [PostgresFact]
    [Trait("ID", "Z51")]
    public async Task The_end_of_a_run_that_waits_is_heard_whoever_brings_it_there()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema);
        await using var there = await SiloHost.StartAsync(schema);
        var workflow = Paid();
        await using var one = await OpenAsync(here.Store, workflow);
        await using var other = await OpenAsync(there.Store, workflow);
        await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await ParkedAsync(here.Store, "order-1").Soon();
        var end = other.Run(workflow, "order-1").Completion();
        await NotedAsync(schema).Soon();
        await one.SignalAsync("order-1", s_paid, 7).Soon();
        Assert.Equal(Stage.End, await end.Soon());
    }

    [PostgresFact]
    [Trait("ID", "Z51")]
    public async Task The_end_of_a_run_that_parked_here_and_woke_on_another_silo_is_heard()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema);
        await using var there = await SiloHost.StartAsync(schema);
        var workflow = Paid();
        await using var one = await OpenAsync(here.Store, workflow);
        await using var other = await OpenAsync(there.Store, workflow);
        var run = await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        var end = run.Completion();
        await NotedAsync(schema).Soon();
        await ParkedAsync(there.Store, "order-1").Soon();
        await other.SignalAsync("order-1", s_paid, 7).Soon();
        Assert.Equal(Stage.End, await end.Soon());
    }

    [PostgresFact]
    [Trait("ID", "Z50")]
    public async Task A_process_that_is_no_silo_tells_silos()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema);
        await using var there = await ClientHost.StartAsync(schema);
        var workflow = Held();
        await using var one = await OpenAsync(here.Store, workflow);
        await using var other = await OpenAsync(there.Store, workflow);
        await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        await other.CancelAsync("order-1", "they changed their mind").Soon();
        await Assert.ThrowsAnyAsync<CanoException>(() => one.Run(workflow, "order-1").Completion().Soon());
    }

    private static async Task<CanoEngine> OpenAsync(ICheckpointStore store, Workflow<Stage> workflow) =>
        (await CanoEngine.OpenAsync(store, new() { Lease = s_never })).Add(workflow);

    /// <summary>The database knows that somebody waits.</summary>
    private static async Task NotedAsync(PostgresSchema schema)
    {
        while (await schema.AskAsync<long>("select count(waiters) from cano.run") == 0)
            await Task.Yield();
    }

    /// <summary>Nobody has the run any more: what comes while it is being parked waits for a look.</summary>
    private static async Task ParkedAsync(PostgresCheckpointStore store, string id)
    {
        while (await store.FindAsync(id) is not { IsParked: true })
            await Task.Yield();
    }

    private static Workflow<Stage> Named() =>
        Workflow.Bare<Stage>().WithName("orders").AddExitState(Stage.End);

    private Workflow<Stage> Held() =>
        Named()
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await _gate.PassAsync(token);
                    return Stage.End;
                }
            );

    private Workflow<Stage> Paid() =>
        Named()
            .RegisterWait(
                Stage.Start,
                Wait.For<Stage>()
                    .On(
                        s_paid,
                        (_, amount, _) =>
                        {
                            _trail.Add(amount);
                            return new ValueTask<Stage>(Stage.End);
                        }
                    )
            );
}
