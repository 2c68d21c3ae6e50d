using Cano.Cluster.Servers;
using Npgsql;

namespace Cano.Cluster.Transactions;

/// <summary>Transactional calls whose commit is not answered, or is refused.</summary>
public sealed class UnansweredCommitTests
{
    private readonly Trail _trail = new();

    [PostgresFact]
    [Trait("ID", "Z30"), Trait("ID", "Z27")]
    public async Task A_commit_that_is_not_answered_is_asked_about_for_longer_than_patience_lasts()
    {
        await using var schema = await Payments.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var store = await schema.Own.OpenAsync(
            relay.ConnectionString,
            new() { Patience = TimeSpan.FromMilliseconds(50) }
        );
        var workflow = Orders.Once(
            async (context, token) =>
            {
                var receipt = await context.Transactional(
                    async (connection, _) =>
                    {
                        var paid = await schema.PayAsync(connection, context);
                        relay.Lose(int.MaxValue);
                        return paid;
                    },
                    cancellationToken: token
                );
                _trail.Add(receipt);
                return Stage.End;
            }
        );
        await using var engine = await Orders.OpenAsync(store, "one", workflow, Orders.LongLease);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await LostAsync(relay, answers: 8).Soon();
        relay.Lose(0);
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["receipt 1"], _trail.Marks);
        Assert.Equal(1, await schema.CountAsync("order-1"));
    }

    [PostgresFact]
    [Trait("ID", "Z30"), Trait("ID", "Z27")]
    public async Task What_was_committed_counts_for_who_has_lost_the_run_since_as_for_who_has_it()
    {
        await using var schema = await Payments.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var here = await schema.OpenAsync(relay.ConnectionString);
        await using var there = await schema.OpenAsync();
        var workflow = Orders.Once(
            async (context, token) =>
            {
                var receipt = await context.Transactional(
                    async (connection, _) =>
                    {
                        var paid = await schema.PayAsync(connection, context);
                        relay.Lose(int.MaxValue);
                        return paid;
                    },
                    cancellationToken: token
                );
                _trail.Add(receipt);
                return Stage.End;
            }
        );
        await using var one = await Orders.OpenAsync(here, "one", workflow, Orders.LongLease);
        await one.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await LostAsync(relay, answers: 2).Soon();
        // One of its name joins: whatever it has is an orphan.
        await there.JoinAsync("one", Orders.LongLease);
        await using var other = await Orders.OpenAsync(there, "other", workflow, TimeSpan.FromSeconds(1));
        Assert.Equal(Stage.End, await other.Run(workflow, "order-1").Completion().Soon());
        relay.Lose(0);
        while (_trail.Marks.Count < 2)
            await Task.Yield();
        Assert.Equal(["receipt 1", "receipt 1"], _trail.Marks);
        Assert.Equal(1, await schema.CountAsync("order-1"));
    }

    [PostgresFact]
    [Trait("ID", "Z30"), Trait("ID", "Z28")]
    public async Task A_process_that_is_frozen_before_the_commit_holds_nobody_up()
    {
        await using var schema = await Payments.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var here = await schema.OpenAsync(relay.ConnectionString);
        for (var behind = 0; ; behind++)
        {
            var frozen = Task.CompletedTask;
            var workflow = Orders.Once(
                async (context, token) =>
                {
                    await context.Transactional(
                        async (connection, _) =>
                        {
                            await schema.PayAsync(connection, context);
                            frozen = relay.FreezeBehind(behind);
                            _trail.Add($"works {behind}");
                        },
                        cancellationToken: token
                    );
                    return Stage.End;
                }
            );
            await using var one = await Orders.OpenAsync(here, $"node {behind}", workflow, Orders.LongLease);
            var run = await one.StartAsync(workflow, Stage.Start, $"order-{behind}").Soon();
            await _trail.HasAsync($"works {behind}").Soon();
            var end = run.Completion();
            var isThrough = await Task.WhenAny(end, frozen).Soon() == end;
            if (!isThrough)
                await schema
                    .Own.AskAsync<int>($"select 1 from cano.run where run_id = 'order-{behind}' for update")
                    .Soon();
            relay.Thaw();
            Assert.Equal(Stage.End, await end.Soon());
            Assert.Equal(1, await schema.CountAsync($"order-{behind}"));
            if (isThrough)
                break;
        }
    }

    [PostgresFact]
    [Trait("ID", "Z30")]
    public async Task What_the_server_refuses_the_commit_for_is_told_as_it_is()
    {
        await using var schema = await Payments.CreateAsync();
        await using var store = await schema.OpenAsync();
        await using (
            var once = schema.Own.Source.CreateCommand(
                $"alter table {schema.Own.Name}.payment add constraint once unique (run_id) deferrable initially deferred"
            )
        )
            await once.ExecuteNonQueryAsync();
        var workflow = Orders.Once(
            async (context, token) =>
            {
                var refused = await Assert.ThrowsAsync<PostgresException>(() =>
                    context.Transactional(
                        async (connection, _) =>
                        {
                            await schema.PayAsync(connection, context);
                            await schema.PayAsync(connection, context);
                        },
                        cancellationToken: token
                    )
                );
                _trail.Add(refused.ConstraintName!);
                return Stage.End;
            }
        );
        await using var engine = await Orders.OpenAsync(store, "one", workflow, Orders.LongLease);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["once"], _trail.Marks);
        Assert.Equal(0, await schema.CountAsync("order-1"));
    }

    [PostgresFact]
    [Trait("ID", "Z30")]
    public async Task Work_that_ends_its_transaction_is_told_so_and_what_pauses_in_it_has_an_end()
    {
        await using var schema = await Payments.CreateAsync();
        await using var store = await schema.OpenAsync();
        var workflow = Orders.Once(
            async (context, token) =>
            {
                var refused = await Assert.ThrowsAnyAsync<CanoException>(() =>
                    context.Transactional(
                        async (connection, transaction) =>
                        {
                            await using var ask = new NpgsqlCommand(
                                "show idle_in_transaction_session_timeout",
                                connection
                            );
                            _trail.Add((string)(await ask.ExecuteScalarAsync(token))!);
                            await schema.PayAsync(connection, context);
                            await transaction.RollbackAsync(token);
                        },
                        cancellationToken: token
                    )
                );
                _trail.Add(refused.Error.Category);
                return Stage.End;
            }
        );
        await using var engine = await Orders.OpenAsync(store, "one", workflow, Orders.LongLease);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["30s", "workflow"], _trail.Marks);
        Assert.Equal(0, await schema.Own.AskAsync<long>("select count(*) from cano.call"));
    }

    private static async Task LostAsync(Relay relay, int answers)
    {
        while (relay.ToLose > int.MaxValue - answers || relay.ToLose == 0)
            await Task.Yield();
    }
}
