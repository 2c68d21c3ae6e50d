using Cano.Postgres.Connections;
using Npgsql;

namespace Cano.Postgres.Commits;

/// <summary>Writes rows by one statement for each place that they have.</summary>
internal sealed class RowWriter(Database database)
{
    private readonly string _next = database.Text(RowStatements.Next);
    private readonly string _first = database.Text(RowStatements.First);
    private readonly string _begin = database.Text(RowStatements.Begin);
    private readonly string _look = database.Text(RowStatements.Look);
    private readonly string _free = database.Text(RowStatements.Free);

    /// <summary>Writes rows, at most one of a run. Gives the fences of the runs that took theirs.</summary>
    public async Task<Dictionary<string, long>> WriteAsync(
        StoreConnection connection,
        IReadOnlyList<NewRow> rows
    )
    {
        var batch = connection.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(RowStatements.ByIndex));
            foreach (var place in rows.GroupBy(row => row.Place))
                batch.BatchCommands.Add(RowArrays.Of(TextOf(place.Key), [.. place], place.Key));
            await connection.PrepareAsync(batch).ConfigureAwait(false);
            var admitted = new Dictionary<string, long>();
            var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                do
                {
                    while (await reader.ReadAsync().ConfigureAwait(false))
                        admitted.Add(reader.GetString(0), reader.GetInt64(1));
                } while (await reader.NextResultAsync().ConfigureAwait(false));
            }

            return admitted;
        }
    }

    private string TextOf(RowPlace place) =>
        place switch
        {
            RowPlace.Next => _next,
            RowPlace.First => _first,
            _ => _begin,
        };

    /// <summary>The rows' runs, without those whose heads somebody holds.</summary>
    public async Task<HashSet<string>> FreeAsync(StoreConnection connection, IReadOnlyList<NewRow> rows)
    {
        var command = connection.Asking<string[]>(_free, [.. rows.Select(row => row.RunId)]);
        await using (command.ConfigureAwait(false))
        {
            var free = new HashSet<string>();
            var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                while (await reader.ReadAsync().ConfigureAwait(false))
                    free.Add(reader.GetString(0));
            return free;
        }
    }

    /// <summary>What is there of the rows' runs.</summary>
    public async Task<Dictionary<string, FoundRow>> LookAsync(
        StoreConnection connection,
        IReadOnlyList<NewRow> rows
    )
    {
        var command = connection.Command(_look);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.RunId)] }
            );
            command.Parameters.Add(
                new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Row.Sequence)] }
            );
            var found = new Dictionary<string, FoundRow>();
            var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                while (await reader.ReadAsync().ConfigureAwait(false))
                    found.Add(
                        reader.GetString(0),
                        new(
                            reader.GetInt64(1),
                            reader.GetInt64(2),
                            reader.IsDBNull(3) ? 0 : reader.GetInt64(3),
                            reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4)
                        )
                    );
            return found;
        }
    }
}
