using Cano.Cluster.Servers;
using Cano.Cluster.Stores;
using Cano.Orleans.Hints;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Cano.Cluster.Silos;

/// <summary>Whatever silos say, the store decides.</summary>
public sealed class LyingSilosTests
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);
    private static readonly Signal<int> s_paid = new("paid");

    private readonly Trail _trail = new();
    private readonly Gate _first = new();
    private readonly Gate _second = new();

    [PostgresFact]
    [Trait("ID", "Z52")]
    public async Task A_run_of_a_node_that_is_cut_off_is_taken_over_though_its_silo_lives()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema);
        await using var there = await SiloHost.StartAsync(schema);
        var link = new Link(here.Store);
        var (first, second) = (Work(_first), Work(_second));
        await using var one = await OpenAsync(link, first);
        await using var other = await OpenAsync(there.Store, second);
        await one.StartAsync(first, Stage.Start, "order-1").Soon();
        await _first.Entered.Soon();
        link.IsCut = true;
        await _second.Entered.Soon();
        _second.Open();
        Assert.Equal(Stage.End, await other.Run(second, "order-1").Completion().Soon());
        var silos = there.Services.GetRequiredService<ISiloStatusOracle>();
        Assert.Equal(2, silos.GetApproximateSiloStatuses(onlyActive: true).Count);
        Assert.Equal(["work"], _trail.Marks);
    }

    [PostgresFact]
    [Trait("ID", "Z52")]
    public async Task A_run_of_a_node_that_beats_stays_its_and_is_reached_though_its_silo_is_gone()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema, s_poll);
        await using var there = await SiloHost.StartAsync(schema, s_poll);
        var (first, second) = (Work(_first), Work(_second));
        await using var one = await OpenAsync(here.Store, first);
        await using var other = await OpenAsync(there.Store, second);
        var run = await one.StartAsync(first, Stage.Start, "order-1").Soon();
        await _first.Entered.Soon();
        await here.StopAsync().Soon();
        await other.CancelAsync("order-1", "they changed their mind").Soon();
        var end = await Assert.ThrowsAnyAsync<CanoException>(() => run.Completion().Soon());
        Assert.Equal("cancelled", end.Error.Category);
        Assert.False(_second.Entered.IsCompleted);
    }

    [PostgresFact]
    [Trait("ID", "Z53")]
    public async Task Hints_that_go_to_the_wrong_silo_change_nothing()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema, s_poll);
        await using var there = await SiloHost.StartAsync(schema, s_poll);
        var workflow = Paid(20);
        await using var one = await OpenAsync(here.Store, workflow);
        await using var other = await OpenAsync(there.Store, workflow);
        var run = await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        var map = new NodeMap(there.Store.Database);
        var own = there.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        for (var node = 1; node <= 2; node++)
            await map.SayAsync(node, own);
        await SendAsync(other, 20);
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"{n}"), _trail.Marks);
    }

    [PostgresFact]
    [Trait("ID", "Z53")]
    public async Task Hints_of_nothing_and_hints_that_are_doubled_change_nothing()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema, s_poll);
        await using var there = await SiloHost.StartAsync(schema, s_poll);
        var workflow = Paid(5);
        await using var one = await OpenAsync(here.Store, workflow);
        await using var other = await OpenAsync(there.Store, workflow);
        var run = await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        var silo = here.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();
        var grain = there.Services.GetRequiredService<IGrainFactory>().GetGrain<INodeGrain>(silo);
        var end = other.Run(workflow, "order-1").Completion();
        for (var kind = 0; kind < 6; kind++)
            foreach (var id in new[] { "order-1", "order-2", "" })
            foreach (var node in new long[] { 1, 2, 77, -1 })
                await grain.HintAsync((byte)kind, id, node);
        await SendAsync(other, 5);
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(Stage.End, await end.Soon());
        Assert.Equal(["0", "1", "2", "3", "4"], _trail.Marks);
        var rows = await one.HistoryAsync("order-1");
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(n => (long)n), rows.Select(row => row.Sequence));
    }

    [PostgresFact]
    [Trait("ID", "Z53")]
    public async Task A_grain_that_is_there_twice_does_no_harm()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await SiloHost.StartAsync(schema, s_poll);
        var workflow = Paid(2);
        await using var one = await OpenAsync(here.Store, workflow);
        var run = await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        // As a directory would have it that has lost an entry: each has its own activation of the same grain.
        var (twin, other) = (new NodeGrain(here.Store), new NodeGrain(here.Store));
        for (var n = 0; n < 2; n++)
        {
            await one.SignalAsync("order-1", s_paid, n).Soon();
            foreach (var grain in new[] { twin, other })
                await grain.HintAsync(1, "order-1", 1);
        }

        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["0", "1"], _trail.Marks);
    }

    private static async Task SendAsync(CanoEngine engine, int count)
    {
        for (var n = 0; n < count; n++)
            await engine.SignalAsync("order-1", s_paid, n, signalId: $"{n}").Soon();
    }

    private static async Task<CanoEngine> OpenAsync(ICheckpointStore store, Workflow<Stage> workflow) =>
        (await CanoEngine.OpenAsync(store, new() { Lease = s_lease })).Add(workflow);

    private static Workflow<Stage> Named() =>
        Workflow.Bare<Stage>().WithName("orders").AddExitState(Stage.End);

    private Workflow<Stage> Work(Gate gate) =>
        Named()
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await gate.PassAsync(token);
                    _trail.Add("work");
                    return Stage.End;
                }
            );

    /// <summary>Ends with so many.</summary>
    private Workflow<Stage> Paid(int count) =>
        Named()
            .RegisterWait(
                Stage.Start,
                Wait.For<Stage>()
                    .On(
                        s_paid,
                        (_, amount, _) =>
                        {
                            _trail.Add(amount);
                            return new ValueTask<Stage>(_trail.Marks.Count < count ? Stage.Start : Stage.End);
                        }
                    )
            );
}
