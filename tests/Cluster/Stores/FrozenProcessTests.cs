using Cano.Cluster.Servers;
using Npgsql;

namespace Cano.Cluster.Stores;

/// <summary>A process is frozen, or cut off without a word, wherever it is.</summary>
public sealed class FrozenProcessTests
{
    private static readonly PostgresCheckpointOptions s_short = new() { Patience = TimeSpan.FromSeconds(12) };

    [PostgresFact]
    [Trait("ID", "Z28")]
    public async Task Of_rows_that_share_a_commit_those_wait_whose_run_somebody_holds()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync(new() { Patience = TimeSpan.FromSeconds(24) });
        var fences = new Dictionary<string, long>();
        foreach (var id in new[] { "a", "b", "held" })
            fences[id] = await store.BeginAsync(id, PostgresRows.Entered(0));
        await using var connection = await schema.Source.OpenConnectionAsync();
        await using var frozen = await FrozenAsync(schema, connection, "held");
        var held = store.AppendAsync("held", PostgresRows.Entered(1), fences["held"]).AsTask();
        for (var sequence = 1; sequence < 20; sequence++)
            foreach (var id in new[] { "a", "b" })
                await store.AppendAsync(id, PostgresRows.Entered(sequence), fences[id]).AsTask().Soon();
        Assert.False(held.IsCompleted);
        await frozen.RollbackAsync();
        await held.Soon();
        Assert.Equal(2, (await store.LoadRunAsync("held")).Count);
    }

    [PostgresFact]
    [Trait("ID", "Z28")]
    public async Task Of_runs_that_are_let_go_of_those_wait_whose_head_somebody_holds()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync(new() { Patience = TimeSpan.FromSeconds(24) });
        var node = await store.JoinAsync("one", TimeSpan.FromHours(1));
        var fences = new Dictionary<string, long>();
        foreach (var id in new[] { "held", "parked", "released", "rests" })
            fences[id] = await store.BeginAsync(id, PostgresRows.Entered(0), node);
        await using var connection = await schema.Source.OpenConnectionAsync();
        await using var frozen = await FrozenAsync(schema, connection, "held");
        var held = store.ReleaseAsync("held", fences["held"]).AsTask();
        await store.ParkAsync("parked", fences["parked"]).AsTask().Soon();
        await store.ReleaseAsync("released", fences["released"]).AsTask().Soon();
        await store.RestAsync("rests", fences["rests"]).AsTask().Soon();
        Assert.False(held.IsCompleted);
        await frozen.RollbackAsync();
        await held.Soon();

        const string Text = """
            select string_agg(run_id || ' ' || (owner is null) || ' ' || is_worked_on || ' ' || coalesce(due, -1), ', '
                order by run_id) from cano.run
            """;
        Assert.Equal(
            $"held true false 0, parked true false {long.MaxValue}, released true false 0, rests false false -1",
            await schema.AskAsync<string>(Text)
        );
    }

    [PostgresFact]
    [Trait("ID", "Z28")]
    public async Task A_process_that_is_frozen_while_it_sends_to_a_run_holds_nobody_up()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var here = await schema.OpenAsync(relay.ConnectionString);
        await using var there = await schema.OpenAsync();
        var fence = await there.BeginAsync("a", PostgresRows.Entered(0));
        await here.AcceptAsync("a", InboxItem.Signal("paid", "before"));
        for (var sequence = 1; ; sequence++)
        {
            var frozen = relay.FreezeBehind(messages: sequence - 1);
            var accepting = here.AcceptAsync("a", InboxItem.Signal("paid", $"id-{sequence}")).AsTask();
            var isThrough = await Task.WhenAny(accepting, frozen).Soon() == accepting;
            await there.AppendAsync("a", PostgresRows.Entered(sequence), fence).AsTask().Soon();
            relay.Thaw();
            Assert.True(await accepting.Soon());
            if (isThrough)
                break;
        }

        Assert.Contains(await there.ReadInboxAsync("a"), item => item.Id == "id-1");
    }

    [PostgresFact]
    [Trait("ID", "Z28")]
    public async Task A_connection_that_is_dead_and_does_not_say_so_is_found_and_another_is_used()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var store = await schema.OpenAsync(relay.ConnectionString, s_short);
        var fence = await store.BeginAsync("a", PostgresRows.Entered(0));
        // The committer's, and then one of the pool's.
        var frozen = relay.FreezeBehind(messages: 0);
        await store.AppendAsync("a", PostgresRows.Entered(1), fence).AsTask().Soon();
        Assert.True(frozen.IsCompleted);
        await store.LoadRunAsync("a").AsTask().Soon();
        frozen = relay.FreezeBehind(messages: 0);
        Assert.Equal(2, (await store.LoadRunAsync("a").AsTask().Soon()).Count);
        Assert.True(frozen.IsCompleted);
    }

    /// <summary>Somebody holds the head of a run.</summary>
    private static async Task<NpgsqlTransaction> FrozenAsync(
        PostgresSchema schema,
        NpgsqlConnection connection,
        string runId
    )
    {
        var frozen = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand(
            $"select from {schema.Name}.run where run_id = '{runId}' for update",
            connection
        );
        await hold.ExecuteNonQueryAsync();
        return frozen;
    }
}
