using Cano.Postgres.Connections;
using Npgsql;

namespace Cano.Postgres.Nodes;

/// <summary>The nodes that share the store. What is said of time is said by the database.</summary>
internal sealed class NodeTable(Database database)
{
    /// <summary>The number of the new membership.</summary>
    public ValueTask<long> JoinAsync(string node, TimeSpan span, CancellationToken cancel) =>
        AskAsync(
            "join store",
            batch => batch.Add(database.Text(NodeStatements.Join), node).Add(span),
            async batch => (long)(await batch.ExecuteScalarAsync(cancel).ConfigureAwait(false))!,
            cancel
        );

    /// <summary>False: the node was declared dead.</summary>
    public ValueTask<bool> BeatAsync(NodeLease lease, CancellationToken cancel) =>
        AskAsync(
            "beat",
            batch => batch.Add(database.Text(NodeStatements.Beat), lease.Node).Add(lease.Epoch),
            async batch => await batch.ExecuteScalarAsync(cancel).ConfigureAwait(false) is not null,
            cancel
        );

    /// <summary>Its runs are nobody's.</summary>
    public ValueTask<bool> LeaveAsync(NodeLease lease, CancellationToken cancel) =>
        AskAsync(
            "leave store",
            batch => batch.Add(database.Text(NodeStatements.Leave), lease.Node).Add(lease.Epoch),
            async batch => await batch.ExecuteNonQueryAsync(cancel).ConfigureAwait(false) >= 0,
            cancel
        );

    /// <summary>Declares nodes dead, as far as the one that asks may, and gives the runs of the
    /// dead.</summary>
    public ValueTask<List<string>> OrphansAsync(NodeLease lease, CancellationToken cancel) =>
        AskAsync(
            "look for orphans",
            batch =>
            {
                batch.Add(database.Text(NodeStatements.Shorten));
                batch.Add(database.Text(NodeStatements.Bury), lease.Node).Add(lease.Epoch);
                batch.Add(database.Text(NodeStatements.Orphans));
            },
            batch => IdsAsync(batch, cancel),
            cancel
        );

    private ValueTask<T> AskAsync<T>(
        string doing,
        Action<NpgsqlBatch> add,
        Func<NpgsqlBatch, Task<T>> read,
        CancellationToken cancel
    ) =>
        database.AskAsync(
            doing,
            async (connection, _) =>
            {
                var batch = connection.Batch();
                await using (batch.ConfigureAwait(false))
                {
                    batch.Add(database.Text(NodeStatements.Notice));
                    add(batch);
                    return await read(batch).ConfigureAwait(false);
                }
            },
            cancel
        );

    private static async Task<List<string>> IdsAsync(NpgsqlBatch batch, CancellationToken cancel)
    {
        var ids = new List<string>();
        var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                ids.Add(reader.GetString(0));
        return ids;
    }
}
