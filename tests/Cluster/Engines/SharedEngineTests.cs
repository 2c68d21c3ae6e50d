using Cano.Cluster.Servers;
using Cano.Cluster.Stores;

namespace Cano.Cluster.Engines;

/// <summary>Engines of several processes on one database, each with a store of its own.</summary>
public sealed class SharedEngineTests
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(1);
    private static readonly Signal<int> s_paid = new("paid");

    private readonly Trail _trail = new();
    private readonly Gate _first = new();
    private readonly Gate _second = new();

    [PostgresFact]
    [Trait("ID", "X1"), Trait("ID", "S17"), Trait("ID", "Z25")]
    public async Task What_a_dead_node_worked_on_is_taken_over_and_ends_once()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await schema.OpenAsync();
        await using var there = await schema.OpenAsync();
        var link = new Link(here);
        var (first, second) = (Work(_first), Work(_second));
        await using var one = await OpenAsync(link, "one", first);
        await using var other = await OpenAsync(there, "other", second);
        var run = await one.StartAsync(first, Stage.Start, "order-1").Soon();
        await _first.Entered.Soon();
        // Who asks for it there is told, and leaves it alone.
        Assert.Empty(await ResumedAsync(other));
        link.IsCut = true;
        await _second.Entered.Soon();
        _second.Open();
        Assert.Equal(Stage.End, await other.Run(second, "order-1").Completion().Soon());
        link.IsCut = false;
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["work"], _trail.Marks);
        var rows = await other.HistoryAsync("order-1");
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(n => (long)n), rows.Select(row => row.Sequence));
    }

    [PostgresFact]
    [Trait("ID", "X1"), Trait("ID", "U1"), Trait("ID", "Z22")]
    public async Task A_signal_and_a_cancel_reach_the_node_that_has_the_run()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await schema.OpenAsync();
        await using var there = await schema.OpenAsync();
        var workflow = Paid();
        await using var one = await OpenAsync(here, "one", workflow);
        await using var other = await OpenAsync(there, "other", workflow);
        var paid = await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        var cancelled = await one.StartAsync(workflow, Stage.Start, "order-2").Soon();
        foreach (var id in new[] { "order-1", "order-2" })
            await WaitingAsync(one, id).Soon();
        await other.SignalAsync("order-1", s_paid, 7).Soon();
        await other.CancelAsync("order-2", "they changed their mind").Soon();
        Assert.Equal(Stage.End, await paid.Completion().Soon());
        var end = await Assert.ThrowsAnyAsync<CanoException>(() => cancelled.Completion().Soon());
        Assert.Equal("cancelled", end.Error.Category);
        Assert.Equal(["7"], _trail.Marks);
    }

    [PostgresFact]
    [Trait("ID", "X7"), Trait("ID", "Z25")]
    public async Task What_an_engine_left_waiting_another_goes_on_with()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        var workflow = Paid();
        await using (var here = await schema.OpenAsync())
        await using (var one = await OpenAsync(here, "one", workflow))
        {
            await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
            await WaitingAsync(one, "order-1").Soon();
        }

        await using var there = await schema.OpenAsync();
        await using var other = await OpenAsync(there, "other", workflow);
        await other.SignalAsync("order-1", s_paid, 8).Soon();
        // The run was parked, and is due; or the engine was closed before it came to that.
        await ResumedAsync(other).Soon();
        Assert.Equal(Stage.End, await other.Run(workflow, "order-1").Completion().Soon());
        Assert.Equal(["8"], _trail.Marks);
    }

    [PostgresFact]
    [Trait("ID", "U11"), Trait("ID", "Z25")]
    public async Task Of_many_that_signal_or_start_a_run_on_two_nodes_all_reach_one_run()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await schema.OpenAsync();
        await using var there = await schema.OpenAsync();
        var workflow = Many();
        await using var one = await OpenAsync(here, "one", workflow);
        await using var other = await OpenAsync(there, "other", workflow);
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(n =>
                    (n % 2 == 0 ? one : other).SignalOrStartAsync(
                        workflow,
                        Stage.Start,
                        "order-1",
                        s_paid,
                        n,
                        signalId: $"{n}"
                    )
                )
        );
        var run = await one.Run(workflow, "order-1").Completion().Soon();
        Assert.Equal(Stage.End, run);
        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"{n}").Order(), _trail.Marks.Order());
    }

    [PostgresFact]
    [Trait("ID", "Z48")]
    public async Task Who_waits_for_a_run_that_cannot_be_read_hears_so_and_holds_up_no_others()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await schema.OpenAsync();
        await using var there = await schema.OpenAsync();
        var workflow = Work(_first);
        await using var one = await OpenAsync(here, "one", workflow);
        var node = await there.JoinAsync("other", TimeSpan.FromHours(1));
        var ends = new List<Task<Stage>>();
        foreach (var id in new[] { "damaged", "sound" })
        {
            var fence = await there.BeginAsync(id, PostgresRows.Entered(0), node);
            ends.Add(one.Run(workflow, id).Completion());
            if (id == "damaged")
                await schema.DoAsync("update cano.run_row set body = 'no row'::bytea");
            var end = PostgresRows.Entered(1, "End") with { Kind = RowKind.Finished };
            await there.AppendAsync(id, end with { Status = RowStatus.Completed }, fence);
        }

        Assert.Equal("checkpoint_store", (await PostgresRows.RefusalAsync(() => ends[0].Soon())).Category);
        Assert.Equal(Stage.End, await ends[1].Soon());
    }

    private static Task<CanoEngine> OpenAsync(
        ICheckpointStore store,
        string name,
        Workflow<Stage> workflow
    ) => OpenedAsync(CanoEngine.OpenAsync(store, new() { NodeName = name, Lease = s_lease }), workflow);

    private static async Task<CanoEngine> OpenedAsync(Task<CanoEngine> opening, Workflow<Stage> workflow) =>
        (await opening).Add(workflow);

    private static async Task<List<RunEnd>> ResumedAsync(CanoEngine engine) =>
        await engine.ResumeAsync().AllAsync();

    private static async Task<RunInfo> WaitingAsync(CanoEngine engine, string id)
    {
        await foreach (var run in engine.WatchAsync(id))
            if (run.Waiting is not null)
                return run;
        throw new InvalidOperationException($"Run '{id}' has ended.");
    }

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

    /// <summary>Ends with the twentieth.</summary>
    private Workflow<Stage> Many() =>
        Named()
            .RegisterWait(
                Stage.Start,
                Wait.For<Stage>()
                    .On(
                        s_paid,
                        (_, amount, _) =>
                        {
                            _trail.Add(amount);
                            return new ValueTask<Stage>(_trail.Marks.Count < 20 ? Stage.Start : Stage.End);
                        }
                    )
            );
}
