using Cano.Cluster.Servers;
using Npgsql;

namespace Cano.Cluster.Stores;

/// <summary>Runs that wait in PostgreSQL, and are nobody's.</summary>
public sealed class ParkedRunTests
{
    private const int Runs = 2_000;

    private static readonly DueLimit[] s_orders = [new(new("orders", 3), Runs)];

    [PostgresTheory]
    [InlineData(30)]
    [InlineData(0)]
    [Trait("ID", "Z41"), Trait("ID", "Z21")]
    public async Task Runs_that_were_claimed_when_they_were_due_and_not_answered_are_given_again(int patience)
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var store = await schema.OpenAsync(
            relay.ConnectionString,
            new() { Patience = TimeSpan.FromSeconds(patience) }
        );
        var node = await store.JoinAsync("one", TimeSpan.FromHours(1));
        foreach (var id in new[] { "a", "b", "c" })
            await ParkAsync(store, node, id);
        relay.Lose(1);
        if (patience == 0)
            await PostgresRows.RefusalAsync(async () => await ClaimAsync(store, node, max: 2));
        var due = patience == 0 ? null : await ClaimAsync(store, node, max: 2);
        Assert.Equal(0, relay.ToLose);
        due ??= await ClaimAsync(store, node, max: 2);
        // What the lost answer told of, and what there was besides.
        Assert.Equal(["a", "b", "c"], due.Claimed.Select(run => run.RunId).Order());
        foreach (var run in due.Claimed)
            await store.AppendAsync(run.RunId, PostgresRows.Entered(2), run.Claim.Fence);
        Assert.Empty((await ClaimAsync(store, node, max: 2)).Claimed);
    }

    [PostgresFact]
    [Trait("ID", "Z41")]
    public async Task What_was_claimed_otherwise_since_is_not_given_again()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var store = await schema.OpenAsync(
            relay.ConnectionString,
            new() { Patience = TimeSpan.Zero }
        );
        var node = await store.JoinAsync("one", TimeSpan.FromHours(1));
        foreach (var id in new[] { "a", "b" })
            await ParkAsync(store, node, id);
        relay.Lose(1);
        await PostgresRows.RefusalAsync(async () => await ClaimAsync(store, node, max: 2));
        await using var other = await schema.OpenAsync();
        Assert.NotNull(await other.TryClaimAsync("a", node, ClaimIf.Free));
        var due = await ClaimAsync(store, node, max: 2);
        Assert.Equal("b", Assert.Single(due.Claimed).RunId);
    }

    [PostgresFact]
    [Trait("ID", "Z35")]
    public async Task Of_nodes_that_ask_at_once_each_claims_others_and_all_are_claimed()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var nodes = new List<NodeLease>();
        for (var i = 0; i < 4; i++)
            nodes.Add(await store.JoinAsync($"{i}", TimeSpan.FromHours(1)));
        await ParkManyAsync(store, nodes[0]);
        var claimed = await Task.WhenAll(nodes.Select(node => Task.Run(() => ClaimAllAsync(store, node))));
        Assert.Equal(
            Enumerable.Range(0, Runs).Select(n => $"{n:0000}"),
            claimed.SelectMany(runs => runs).Select(run => run.RunId).Order()
        );
        Assert.Equal(0, await schema.AskAsync<long>("select count(*) from cano.run where due is not null"));
    }

    [PostgresFact]
    [Trait("ID", "Z35")]
    public async Task A_parked_run_takes_at_most_a_kibibyte_of_tables_beyond_what_its_rows_hold()
    {
        // Whoever has a transaction open on a server keeps what updates have left behind there.
        using var server = await PostgresServer.StartAsync();
        await using var store = await PostgresCheckpointStore.OpenAsync(server.ConnectionString);
        await ParkManyAsync(store, await store.JoinAsync("one", TimeSpan.FromHours(1)));
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        foreach (var table in new[] { "run", "run_row" })
            await using (var vacuum = source.CreateCommand($"vacuum full cano.{table}"))
                await vacuum.ExecuteNonQueryAsync();
        await using var sizes = source.CreateCommand(
            "select (pg_total_relation_size('cano.run') + pg_total_relation_size('cano.run_row') "
                + "- (select sum(length(body)) from cano.run_row))::int8"
        );
        var bytes = (long)(await sizes.ExecuteScalarAsync())!;
        Assert.InRange(bytes / Runs, 1, 1024);
    }

    private static async Task<List<DueRun>> ClaimAllAsync(ISharedStore store, NodeLease node)
    {
        var all = new List<DueRun>();
        while (await ClaimAsync(store, node, max: 50) is { Claimed: { Count: > 0 } claimed })
            all.AddRange(claimed);
        return all;
    }

    private static Task<DueRuns> ClaimAsync(ISharedStore store, NodeLease node, int max) =>
        store.ClaimDueAsync(node, new(s_orders, PostgresRows.Noon.AddHours(1), max)).AsTask();

    private static Task ParkManyAsync(PostgresCheckpointStore store, NodeLease node) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, Runs),
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (n, _) => await ParkAsync(store, node, $"{n:0000}")
        );

    private static async Task ParkAsync(PostgresCheckpointStore store, NodeLease node, string id)
    {
        var fence = await store.BeginAsync(id, PostgresRows.Entered(0), node);
        var waiting = PostgresRows.Entered(1) with
        {
            Status = RowStatus.Waiting,
            WakesAt = PostgresRows.Noon.AddMinutes(1),
        };
        await store.AppendAsync(id, waiting, fence);
        await store.ParkAsync(id, fence);
    }
}
