using Cano.Cluster.Servers;

namespace Cano.Cluster.Transactions;

/// <summary>Transactional calls of bodies that were given up on, of polls that ask again, and of more runs
/// than there are connections.</summary>
public sealed class GivenUpTests
{
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [PostgresFact]
    [Trait("ID", "Z31"), Trait("ID", "Z27")]
    public async Task A_body_that_was_given_up_on_commits_nothing_whatever_token_it_gives()
    {
        await using var schema = await Payments.CreateAsync();
        await using var store = await schema.OpenAsync();
        var workflow = Held(schema, hold: true);
        await using var engine = await Orders.OpenAsync(store, "one", workflow, Orders.LongLease);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        await engine.CancelAsync("order-1", "they changed their mind").Soon();
        await Assert.ThrowsAnyAsync<CanoException>(() => run.Completion().Soon());
        _gate.Open();
        await _trail.HasAsync("refused").Soon();
        Assert.Equal(0, await schema.CountAsync("order-1"));
    }

    [PostgresFact]
    [Trait("ID", "Z31"), Trait("ID", "Z27")]
    public async Task A_commit_that_arrives_behind_the_end_of_its_run_is_refused()
    {
        await using var schema = await Payments.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var store = await schema.OpenAsync(relay.ConnectionString);
        var workflow = Held(schema, hold: false);
        await using var engine = await Orders.OpenAsync(store, "one", workflow, Orders.LongLease);
        var frozen = relay.FreezeAt(".call (run_key");
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await frozen.Soon();
        await engine.CancelAsync("order-1", "they changed their mind").Soon();
        await Assert.ThrowsAnyAsync<CanoException>(() => run.Completion().Soon());
        relay.Thaw();
        await _trail.HasAsync("refused").Soon();
        Assert.Equal(0, await schema.CountAsync("order-1"));
    }

    [PostgresFact]
    [Trait("ID", "Z32")]
    public async Task A_poll_that_asks_again_is_given_what_it_was_given_before()
    {
        await using var schema = await Payments.CreateAsync();
        await using var store = await schema.OpenAsync();
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .RegisterPoll(
                Stage.Start,
                async Task<PollOutcome<Stage>> (context, token) =>
                {
                    foreach (var name in context.RunId == "order-1" ? new[] { "order" } : ["fee", "fee"])
                        _trail.Add(
                            await context.Transactional(
                                (connection, _) => schema.PayAsync(connection, context),
                                name,
                                token
                            )
                        );
                    return _trail.Marks.Count < 3
                        ? PollOutcome.Pending(TimeSpan.FromMilliseconds(1))
                        : PollOutcome.Ready(Stage.End);
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
        await using var engine = await Orders.OpenAsync(store, "one", workflow, Orders.LongLease);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["receipt 1", "receipt 1", "receipt 1"], _trail.Marks);
        Assert.Equal(1, await schema.CountAsync("order-1"));
        var twice = await engine.StartAsync(workflow, Stage.Start, "order-2").Soon();
        var refused = await Assert.ThrowsAnyAsync<CanoException>(() => twice.Completion().Soon());
        Assert.Contains("a name of its own", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    [Trait("ID", "Z33")]
    public async Task Work_of_more_runs_than_there_are_connections_leaves_the_store_its_own()
    {
        const int Runs = 12;
        await using var schema = await Payments.CreateAsync();
        // With six connections.
        await using var store = await schema.OpenAsync();
        var workflow = Orders.Once(
            async (context, token) =>
            {
                await context.Transactional(
                    async (connection, _) =>
                    {
                        await schema.PayAsync(connection, context);
                        await _gate.PassAsync(token);
                    },
                    cancellationToken: token
                );
                return Stage.End;
            }
        );
        await using var engine = await Orders.OpenAsync(store, "one", workflow, TimeSpan.FromSeconds(1));
        var runs = new List<WorkflowRun<Stage>>();
        for (var n = 0; n < Runs; n++)
            runs.Add(await engine.StartAsync(workflow, Stage.Start, $"order-{n}").Soon());
        await _gate.Entered.Soon();
        // Three leases pass, and it is a member still.
        var since = await BeatAsync();
        while (await BeatAsync() < since + TimeSpan.FromSeconds(3))
            Assert.Equal(1, await schema.Own.AskAsync<long>("select count(*) from cano.node"));
        _gate.Open();
        foreach (var run in runs)
            Assert.Equal(Stage.End, await run.Completion().Soon());
        for (var n = 0; n < Runs; n++)
            Assert.Equal(1, await schema.CountAsync($"order-{n}"));

        Task<DateTime> BeatAsync() =>
            schema.Own.AskAsync<DateTime>("select max(beat_at) from cano.node").Soon();
    }

    private Workflow<Stage> Held(Payments schema, bool hold) =>
        Orders
            .Once(
                async (context, _) =>
                {
                    try
                    {
                        using var never = new CancellationTokenSource();
                        await context.Transactional(
                            async (connection, _) =>
                            {
                                await schema.PayAsync(connection, context);
                                if (hold)
                                    await _gate.HoldAsync();
                            },
                            cancellationToken: never.Token
                        );
                        _trail.Add("paid");
                    }
                    catch (Exception)
                    {
                        _trail.Add("refused");
                        throw;
                    }

                    return Stage.End;
                }
            )
            .WithStopGrace(TimeSpan.Zero);
}
