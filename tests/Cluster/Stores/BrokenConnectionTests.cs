using System.Transactions;
using Cano.Cluster.Servers;

namespace Cano.Cluster.Stores;

/// <summary>Connections break while rows are on their way.</summary>
public sealed class BrokenConnectionTests
{
    private const int Writers = 24;
    private const int RowsMin = 20;
    private const int Breaks = 12;

    [PostgresFact]
    [Trait("ID", "Z21")]
    public async Task Every_row_is_acknowledged_once_and_is_there_once_whatever_breaks_meanwhile()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var breaking = BreakAsync(schema);
        var written = await Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(n => Task.Run(() => WriteAsync(store, $"run-{n:00}", breaking)))
        );
        for (var n = 0; n < Writers; n++)
            Assert.Equal(
                Enumerable.Range(0, written[n]).Select(sequence => PostgresRows.Entered(sequence)),
                await store.LoadRunAsync($"run-{n:00}")
            );
        Assert.Equal(written.Sum(), await schema.AskAsync<long>("select count(*) from cano.run_row"));
    }

    [PostgresFact]
    [Trait("ID", "Z21")]
    public async Task What_was_done_and_not_answered_is_found_by_looking()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var store = await schema.OpenAsync(relay.ConnectionString);
        relay.Lose(1);
        var fence = await store.BeginAsync("a", PostgresRows.Entered(0));
        for (var sequence = 1; sequence < 10; sequence++)
        {
            relay.Lose(sequence % 3);
            await store.AppendAsync("a", PostgresRows.Entered(sequence), fence);
            Assert.Equal(0, relay.ToLose);
        }

        Assert.Equal(
            Enumerable.Range(0, 10).Select(sequence => PostgresRows.Entered(sequence)),
            await store.LoadRunAsync("a")
        );
        // Somebody else's row of that place is a conflict all the same.
        relay.Lose(1);
        var refusal = await PostgresRows.RefusalAsync(async () =>
            await store.AppendAsync("a", PostgresRows.Entered(5, "Other"), fence)
        );
        Assert.Contains("conflict", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    [Trait("ID", "Z21"), Trait("ID", "X1")]
    public async Task A_claim_that_was_granted_and_not_answered_is_granted_once()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var store = await schema.OpenAsync(relay.ConnectionString);
        var dead = await store.JoinAsync("one", TimeSpan.FromHours(1));
        await store.BeginAsync("a", PostgresRows.Entered(0), dead);
        await store.JoinAsync("one", TimeSpan.FromHours(1));
        var node = await store.JoinAsync("other", TimeSpan.FromHours(1));
        relay.Lose(1);
        var claim = await store.TryClaimAsync("a", node, ClaimIf.Orphaned);
        Assert.Equal(0, relay.ToLose);
        Assert.Equal(1, (await store.FindAsync("a"))!.Tries);
        await store.AppendAsync("a", PostgresRows.Entered(1), claim!.Value.Fence);
        Assert.Null(await store.TryClaimAsync("a", node, ClaimIf.Orphaned));
    }

    [PostgresFact]
    [Trait("ID", "Z21"), Trait("ID", "U2")]
    public async Task A_signal_that_was_accepted_and_not_answered_lies_there_once_or_is_told_to_be_in_doubt()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var store = await schema.OpenAsync(relay.ConnectionString);
        await store.BeginAsync("a", PostgresRows.Entered(0));
        for (var answers = 1; answers < 5; answers++)
        {
            relay.Lose(answers);
            await store.AcceptAsync("a", InboxItem.Signal("paid", $"id-{answers}"));
            relay.Lose(answers);
            await store.AcceptAsync("a", InboxItem.Cancel());
        }

        // Nothing was sent yet: the run was looked at.
        relay.Lose(1);
        Assert.True(await store.AcceptAsync("a", InboxItem.Signal("asked")));
        Assert.Equal(0, relay.ToLose);
        relay.LoseAnswerTo(".inbox (run_key");
        var refusal = await PostgresRows.RefusalAsync(async () =>
            await store.AcceptAsync("a", InboxItem.Signal("paid"))
        );
        Assert.Contains("with an id", refusal.Message, StringComparison.Ordinal);
        var found = await store.ReadInboxAsync("a");
        Assert.Single(found, item => item.Name == "asked");
        // Done and not answered.
        Assert.Single(found, item => item is { Name: "paid", Id: null });
        Assert.Equal(["id-1", "id-2", "id-3", "id-4"], found.Select(item => item.Id).OfType<string>());
        Assert.Single(found, item => item.Kind == InboxKind.Cancel);
    }

    [PostgresFact]
    [Trait("ID", "Z21"), Trait("ID", "U2")]
    public async Task A_signal_without_an_id_that_meets_a_connection_which_broke_before_is_in_no_doubt()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync($"{await WayAsync()};Application Name={schema.Name}");
        await store.BeginAsync("a", PostgresRows.Entered(0));
        Assert.NotEqual(0, await EndAllAsync(schema));
        Assert.True(await store.AcceptAsync("a", InboxItem.Signal("paid")));
        Assert.Single(await store.ReadInboxAsync("a"));
    }

    [PostgresFact]
    [Trait("ID", "Z21")]
    public async Task A_server_that_does_not_write_is_waited_for_and_its_connections_are_left()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await AsOwnerAsync(schema, $"create role {schema.Name} superuser login");
        try
        {
            await using var store = await schema.OpenAsync(
                $"{await WayAsync()};Username={schema.Name};Application Name={schema.Name}"
            );
            await AsOwnerAsync(schema, $"alter role {schema.Name} set default_transaction_read_only = on");
            await EndAllAsync(schema);
            var beginning = store.BeginAsync("a", PostgresRows.Entered(0)).AsTask();
            // One that is refused there is one of those that never write.
            while (await CountAsync(schema) == 0)
                Assert.False(beginning.IsCompleted);
            await AsOwnerAsync(schema, $"alter role {schema.Name} reset all");
            await beginning.Soon();
            Assert.Single(await store.LoadRunAsync("a"));
        }
        finally
        {
            await AsOwnerAsync(
                schema,
                $"reassign owned by {schema.Name} to cano; drop owned by {schema.Name}; drop role {schema.Name}"
            );
        }
    }

    [PostgresFact]
    [Trait("ID", "Z29")]
    public async Task A_call_within_a_transaction_scope_of_the_caller_is_no_part_of_it()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await store.BeginAsync("a", PostgresRows.Entered(0));
            await store.AcceptAsync("a", InboxItem.Signal("paid"));
            await store.ClaimAsync("a", "me");
        }

        Assert.Single(await store.ReadInboxAsync("a"));
        Assert.Equal(1, (await store.FindAsync("a"))!.Tries);
    }

    [PostgresFact]
    [Trait("ID", "Z21")]
    public async Task A_store_may_be_disposed_of_twice()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await store.DisposeAsync();
    }

    [PostgresFact]
    [Trait("ID", "Z21")]
    public async Task A_database_that_does_not_come_back_is_told_as_such_when_patience_is_over()
    {
        PostgresCheckpointStore store;
        using (var server = await PostgresServer.StartAsync())
            store = await PostgresCheckpointStore.OpenAsync(
                server.ConnectionString,
                new() { Patience = TimeSpan.FromMilliseconds(300) }
            );
        await using (store)
        {
            var refusals = new[]
            {
                await PostgresRows.RefusalAsync(async () =>
                    await store.AppendAsync("a", PostgresRows.Entered(0), 1)
                ),
                await PostgresRows.RefusalAsync(async () => await store.LoadRunAsync("a")),
            };
            Assert.All(refusals, refusal => Assert.Equal("checkpoint_store", refusal.Category));
        }
    }

    private static async Task<string> WayAsync() => (await PostgresServer.SharedAsync()).ConnectionString;

    private static async Task AsOwnerAsync(PostgresSchema schema, string text)
    {
        await using var command = schema.Source.CreateCommand(text);
        await command.ExecuteNonQueryAsync();
    }

    private static Task<long> EndAllAsync(PostgresSchema schema) =>
        schema.AskAsync<long>(
            $"select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = '{schema.Name}'"
        );

    private static Task<long> CountAsync(PostgresSchema schema) =>
        schema.AskAsync<long>(
            $"select count(*) from pg_stat_activity where application_name = '{schema.Name}'"
        );

    /// <summary>Writes rows until no connection is broken any more; how many.</summary>
    private static async Task<int> WriteAsync(PostgresCheckpointStore store, string id, Task breaking)
    {
        var fence = await store.BeginAsync(id, PostgresRows.Entered(0));
        var sequence = 1;
        for (; !breaking.IsCompleted || sequence < RowsMin; sequence++)
            await store.AppendAsync(id, PostgresRows.Entered(sequence), fence);
        return sequence;
    }

    /// <summary>Breaks connections that write, again and again.</summary>
    private static async Task BreakAsync(PostgresSchema schema)
    {
        for (var broken = 0L; broken < Breaks; )
            broken += await schema.AskAsync<long>(
                """
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where pid <> pg_backend_pid() and query like '%cano.run%' and state = 'active'
                """
            );
    }
}
