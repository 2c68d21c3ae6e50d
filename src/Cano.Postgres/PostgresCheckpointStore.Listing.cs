using System.Globalization;
using System.Runtime.CompilerServices;
using Cano.Postgres.Reading;
using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano;

// What the store tells of its runs.
public sealed partial class PostgresCheckpointStore
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        var place = filter.Beginning;
        for (var left = filter.Limit ?? int.MaxValue; left > 0; )
        {
            var size = Math.Min(left, RunPages.PageSize);
            var page = await PageAsync(filter, place, size, cancellationToken).ConfigureAwait(false);
            foreach (var run in page)
            {
                yield return run;
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (page.Count < size)
                yield break;
            place = RunPlace.Of(page[^1]);
            left -= size;
        }
    }

    /// <inheritdoc/>
    public ValueTask<RunSummary?> FindAsync(string runId, CancellationToken cancellationToken = default) =>
        database.AskAsync(
            "find run",
            async (connection, _) =>
            {
                var command = connection.Command(
                    database.Text($"{Summaries.Columns}{Summaries.From} and r.run_id = $1")
                );
                await using (command.ConfigureAwait(false))
                {
                    command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = runId });
                    var found = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
                    return found.SingleOrDefault();
                }
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(RunFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var count = await database
            .AskAsync(
                "count runs",
                async (connection, _) =>
                {
                    var command = connection.Command($"select count(*){Summaries.From}");
                    await using (command.ConfigureAwait(false))
                    {
                        new FilterText(filter, filter.Beginning).AddTo(command);
                        command.CommandText = database.Text(command.CommandText);
                        return (long)
                            (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return Math.Min(count, filter.Limit ?? long.MaxValue);
    }

    private ValueTask<List<RunSummary>> PageAsync(
        RunFilter filter,
        RunPlace? place,
        int size,
        CancellationToken cancel
    ) =>
        database.AskAsync(
            "list runs",
            async (connection, _) =>
            {
                var command = connection.Command(Summaries.Columns + Summaries.From);
                await using (command.ConfigureAwait(false))
                {
                    new FilterText(filter, place).AddTo(command);
                    command.CommandText = database.Text(
                        command.CommandText
                            + string.Create(
                                CultureInfo.InvariantCulture,
                                $" order by r.started desc, r.run_id limit {size}"
                            )
                    );
                    return await ReadAsync(command, cancel).ConfigureAwait(false);
                }
            },
            cancel
        );

    private static async Task<List<RunSummary>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        var runs = new List<RunSummary>();
        var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                runs.Add(Summaries.Read(reader));
        return runs;
    }
}
