using Cano.Cluster.Servers;

namespace Cano.Cluster.Stores;

/// <summary>What the store makes of a database.</summary>
public sealed class SchemaTests
{
    [PostgresFact]
    [Trait("ID", "Z23")]
    public async Task Many_that_open_a_new_store_at_once_find_one_schema()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => schema.OpenAsync()));
        Assert.Equal(
            await schema.AskAsync<int>("select max(number) from cano.migration"),
            await schema.AskAsync<long>("select count(*) from cano.migration")
        );
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [PostgresFact]
    [Trait("ID", "Z23")]
    public async Task A_schema_that_a_newer_build_made_is_refused_and_left_alone()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await (await schema.OpenAsync()).DisposeAsync();
        await using (
            var newer = schema.Source.CreateCommand($"insert into {schema.Name}.migration values (99)")
        )
            await newer.ExecuteNonQueryAsync();
        var refusal = await PostgresRows.RefusalAsync(() => schema.OpenAsync());
        Assert.Equal("checkpoint_store", refusal.Category);
        Assert.Contains("step 99", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    [Trait("ID", "Z23")]
    public async Task A_schema_may_be_called_as_a_word_of_the_language()
    {
        using var server = await PostgresServer.StartAsync();
        await using var store = await PostgresCheckpointStore.OpenAsync(
            server.ConnectionString,
            new() { Schema = "user" }
        );
        await store.BeginAsync("a", PostgresRows.Entered(0));
        Assert.Equal([PostgresRows.Entered(0)], await store.LoadRunAsync("a"));
    }

    [Theory]
    [InlineData("Cano")]
    [InlineData("a b")]
    [InlineData("x; drop schema public")]
    [InlineData("")]
    [Trait("ID", "Z23")]
    public void A_schema_has_a_plain_name(string name) =>
        Assert.Throws<ArgumentException>(() => new PostgresCheckpointOptions { Schema = name });

    [PostgresFact]
    [Trait("ID", "Z24")]
    public async Task Rows_are_the_bytes_of_the_journals_format()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var row = PostgresRows.Entered(0) with { Payload = new byte[] { 1, 2, 3 } };
        await store.BeginAsync("a", row);
        Assert.Equal(row.ToBytes(), await schema.AskAsync<byte[]>("select body from cano.run_row"));
    }

    [PostgresFact]
    [Trait("ID", "Z24")]
    public async Task An_append_touches_no_index_of_a_head()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using (var store = await schema.OpenAsync())
        {
            var node = await store.JoinAsync("one", TimeSpan.FromHours(1));
            var fence = await store.BeginAsync("a", PostgresRows.Entered(0), node);
            for (var sequence = 1; sequence < 20; sequence++)
                await store.AppendAsync("a", PostgresRows.Entered(sequence, $"State{sequence}"), fence);
        }

        // A server's process tells what it did at the latest when its connection ends, some time after.
        while (await UpdatesAsync("n_tup_upd") < 19)
            await Task.Yield();
        Assert.Equal(19, await UpdatesAsync("n_tup_hot_upd"));

        Task<long> UpdatesAsync(string counter) =>
            schema.AskAsync<long>(
                $"select {counter} from pg_stat_user_tables where schemaname = '{schema.Name}' and relname = 'run'"
            );
    }

    [PostgresFact]
    [Trait("ID", "Z33")]
    public async Task A_pool_without_a_connection_to_spare_is_refused()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        var way = $"{(await PostgresServer.SharedAsync()).ConnectionString};Maximum Pool Size=4";
        var refusal = await PostgresRows.RefusalAsync(() => schema.OpenAsync(way));
        Assert.Equal("configuration", refusal.Category);
        Assert.Contains("let 'Maximum Pool Size' be 5 or more", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    [Trait("ID", "Z24")]
    public async Task What_PostgreSQL_cannot_keep_is_refused_by_itself_and_harms_no_other_row()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var good = Enumerable
            .Range(0, 20)
            .Select(n => store.BeginAsync($"good-{n}", PostgresRows.Entered(0)).AsTask())
            .ToList();
        var refusals = new[]
        {
            await PostgresRows.RefusalAsync(async () =>
                await store.BeginAsync("a\0b", PostgresRows.Entered(0))
            ),
            await PostgresRows.RefusalAsync(async () =>
                await store.BeginAsync("a", PostgresRows.Entered(0, "x\ud800"))
            ),
            await PostgresRows.RefusalAsync(async () =>
                await store.BeginAsync(new string('x', 1025), PostgresRows.Entered(0))
            ),
        };
        Assert.All(refusals, refusal => Assert.Equal("checkpoint_store", refusal.Category));
        await Task.WhenAll(good);
        Assert.Equal(20, await store.CountAsync(RunFilter.All));
    }
}
