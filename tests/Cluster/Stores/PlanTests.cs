using System.Globalization;
using Cano.Cluster.Servers;

namespace Cano.Cluster.Stores;

/// <summary>How the database goes about what it is asked.</summary>
public sealed class PlanTests
{
    [PostgresFact]
    [Trait("ID", "Z56")]
    public async Task A_row_finds_its_run_by_index_though_its_statement_was_planned_when_there_was_one_run()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await (await schema.OpenAsync()).DisposeAsync();
        var before = await ScansAsync(schema, "seq_scan");
        await using (var store = await schema.OpenAsync())
        {
            var fence = await store.BeginAsync("order-1", PostgresRows.Entered(0));
            // From the sixth on a plan may be kept.
            for (var sequence = 1; sequence <= 20; sequence++)
                await store.AppendAsync("order-1", PostgresRows.Entered(sequence), fence);
        }

        // What a connection has counted is told when it has ended.
        await CountedAsync().Soon();
        Assert.Equal(before, await ScansAsync(schema, "seq_scan"));

        async Task CountedAsync()
        {
            while (await ScansAsync(schema, "idx_scan") < 20)
                await Task.Yield();
        }
    }

    private static Task<long> ScansAsync(PostgresSchema schema, string kind) =>
        schema.AskAsync<long>(
            string.Create(
                CultureInfo.InvariantCulture,
                $"select {kind} from pg_stat_user_tables where schemaname = '{schema.Name}' and relname = 'run'"
            )
        );
}
