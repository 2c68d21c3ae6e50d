using Cano.Cluster.Servers;
using Npgsql;

namespace Cano.Cluster.Stores;

/// <summary>Stores of several processes on one database.</summary>
public sealed class SeveralStoresTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    [PostgresFact]
    [Trait("ID", "Z22")]
    public async Task What_one_process_accepts_another_hears_of()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await schema.OpenAsync(new() { SignalPoll = TimeSpan.FromMilliseconds(10) });
        await using var there = await schema.OpenAsync();
        await here.BeginAsync("a", PostgresRows.Entered(0));
        await here.BeginAsync("b", PostgresRows.Entered(0));
        var rung = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (here.WatchInbox("a", () => rung.TrySetResult("a")))
        {
            Assert.True(await there.AcceptAsync("b", InboxItem.Signal("paid")));
            Assert.True(await there.AcceptAsync("a", InboxItem.Signal("paid")));
            Assert.Equal("a", await rung.Task.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.NotNull(await here.FindOldestAsync("a", InboxKind.Signal));
        }
    }

    [PostgresFact]
    [Trait("ID", "Z22")]
    public async Task A_signal_whose_transaction_began_before_a_look_and_ended_behind_it_is_heard_of()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await schema.OpenAsync(new() { SignalPoll = TimeSpan.FromMilliseconds(5) });
        await here.BeginAsync("a", PostgresRows.Entered(0));
        var (rings, rung) = (0, new SemaphoreSlim(0));
        using var watch = here.WatchInbox(
            "a",
            () =>
            {
                Interlocked.Increment(ref rings);
                rung.Release();
            }
        );
        await using var connection = await schema.Source.OpenConnectionAsync();
        await using var slow = await connection.BeginTransactionAsync();
        await using (
            var insert = new NpgsqlCommand(
                $"""
                insert into {schema.Name}.inbox (run_key, number, kind, accepted, body)
                select run_key, 100, 1, 1, ''::bytea from {schema.Name}.run
                """,
                connection
            )
        )
            await insert.ExecuteNonQueryAsync();
        // Another entry is accepted and heard of meanwhile: looks go on.
        await using var there = await schema.OpenAsync();
        await there.AcceptAsync("a", InboxItem.Signal("paid"));
        Assert.True(await rung.WaitAsync(TimeSpan.FromSeconds(30)));
        await slow.CommitAsync();
        Assert.True(await rung.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(2, rings);
    }

    [PostgresFact]
    [Trait("ID", "X1")]
    public async Task A_node_that_joined_since_somebody_looked_is_not_taken_for_dead()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await schema.OpenAsync();
        await using var there = await schema.OpenAsync();
        var before = await here.JoinAsync("one", s_long);
        var other = await there.JoinAsync("other", s_long);
        await here.BeginAsync("a", PostgresRows.Entered(0), before);
        var now = await here.JoinAsync("one", s_long);
        Assert.Equal(["a"], await there.OrphansAsync(other).AllAsync());
        // The claim waits for the head, which is given to a node that joins meanwhile.
        await using var connection = await schema.Source.OpenConnectionAsync();
        await using var slow = await connection.BeginTransactionAsync();
        await using (
            var take = new NpgsqlCommand(
                $"update {schema.Name}.run set owner = 1000, fence = fence + 1",
                connection
            )
        )
            await take.ExecuteNonQueryAsync();
        var claiming = there.TryClaimAsync("a", other, ClaimIf.Orphaned).AsTask();
        while (
            await schema.AskAsync<long>(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%cano.%'"
            ) == 0
        )
            await Task.Yield();
        await using (
            var join = schema.Source.CreateCommand(
                $"""
                insert into {schema.Name}.node
                select 'third', 1000, '1 h', now(), now(), now() + interval '1 h'
                """
            )
        )
            await join.ExecuteNonQueryAsync();
        await slow.CommitAsync();
        Assert.Null(await claiming);
        Assert.True(await here.BeatAsync(now));
    }

    [PostgresFact]
    [Trait("ID", "X1")]
    public async Task A_node_that_joins_while_the_clock_is_set_back_is_not_declared_dead_when_it_is_right_again()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var watcher = await store.JoinAsync("watcher", TimeSpan.FromMinutes(10));
        Assert.True(await store.BeatAsync(watcher));
        // It has watched for an hour, and what stands in the table is ahead, as behind a clock that was set
        // back.
        await ShiftAsync(schema, "beats_since", "-1 h");
        await ShiftAsync(schema, "1 h");
        var joined = await store.JoinAsync("joined", TimeSpan.FromMinutes(10));
        await ShiftAsync(schema, "-1 h");
        Assert.True(await store.BeatAsync(watcher));
        Assert.Empty(await store.OrphansAsync(watcher).AllAsync());
        Assert.True(await store.BeatAsync(joined));
    }

    [PostgresFact]
    [Trait("ID", "X1"), Trait("ID", "E3")]
    public async Task Of_racing_claims_of_an_orphan_one_is_granted()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var here = await schema.OpenAsync();
        await using var there = await schema.OpenAsync();
        for (var round = 0; round < 20; round++)
        {
            var dead = await here.JoinAsync("dead", s_long);
            await here.BeginAsync($"run-{round}", PostgresRows.Entered(0), dead);
            await here.JoinAsync("dead", s_long);
            var nodes = await Task.WhenAll(
                Enumerable
                    .Range(0, 4)
                    .Select(async n => await (n % 2 == 0 ? here : there).JoinAsync($"node-{n}", s_long))
            );
            var claims = await Task.WhenAll(
                nodes.Select(
                    async (node, n) =>
                        await (n % 2 == 0 ? here : there).TryClaimAsync(
                            $"run-{round}",
                            node,
                            ClaimIf.Orphaned
                        )
                )
            );
            Assert.Single(claims, claim => claim is not null);
            Assert.Equal(1, (await here.FindAsync($"run-{round}"))!.Tries);
        }
    }

    private static async Task ShiftAsync(PostgresSchema schema, string by)
    {
        foreach (var column in new[] { "beats_since", "beat_at", "until" })
            await ShiftAsync(schema, column, by);
    }

    private static async Task ShiftAsync(PostgresSchema schema, string column, string by)
    {
        await using var shift = schema.Source.CreateCommand(
            $"update {schema.Name}.node set {column} = {column} + interval '{by}'"
        );
        await shift.ExecuteNonQueryAsync();
    }
}
