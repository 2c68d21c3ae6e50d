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

    [PostgresFact]
    [Trait("ID", "Z39"), Trait("ID", "Z56")]
    public async Task Due_runs_of_a_version_that_nobody_knows_are_not_looked_at_for_those_of_others()
    {
        const int Unknown = 1000;
        await using var schema = await PostgresSchema.CreateAsync();
        var query = new DueQuery(
            [new(new("orders", 3), 10), new(new("others", 1), 10)],
            PostgresRows.Noon,
            10
        );
        long before;
        await using (var store = await schema.OpenAsync())
        {
            var node = await store.JoinAsync("one", TimeSpan.FromHours(1));
            for (var looks = 0; looks < 20; looks++)
                await store.ClaimDueAsync(node, query);
            before = await schema.AskAsync<long>(
                $"""
                with runs as (
                    insert into cano.run (run_id, fence, next_seq, is_worked_on, tries, visit, status, ended, updated,
                        wakes, version, started, workflow, is_reserved, counts, due)
                    select 'old-' || n, 1, 1, false, 0, 0, 0, 0, 0, 0, 2, 0, 'orders', false, false, 1
                    from generate_series(1, {Unknown}) as n returning 1
                )
                select count(*) from runs
                """
            );
            for (var looks = 0; looks < 20; looks++)
                Assert.Empty((await store.ClaimDueAsync(node, query)).Claimed);
        }

        await CountedAsync().Soon();
        Assert.InRange(await ReadAsync("idx_tup_fetch + seq_tup_read"), 0, before);

        async Task CountedAsync()
        {
            while (await ReadAsync("idx_scan") < 40)
                await Task.Yield();
        }

        Task<long> ReadAsync(string kind) => ScansAsync(schema, $"({kind})::int8");
    }

    private static Task<long> ScansAsync(PostgresSchema schema, string kind) =>
        schema.AskAsync<long>(
            string.Create(
                CultureInfo.InvariantCulture,
                $"select {kind} from pg_stat_user_tables where schemaname = '{schema.Name}' and relname = 'run'"
            )
        );
}
