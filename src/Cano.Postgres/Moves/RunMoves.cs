using Cano.Postgres.Commits;
using Cano.Postgres.Connections;
using Cano.Postgres.Reading;
using Cano.Runtime.Checkpoints;

namespace Cano.Postgres.Moves;

/// <summary>Whole runs, which come from another store in one transaction each.</summary>
internal sealed class RunMoves(Database database)
{
    private const int IdSize = 16;

    private readonly RowWriter _writer = new(database);

    /// <summary>False: something of a run of that id is there.</summary>
    public ValueTask<bool> PutAsync(
        string runId,
        MovedRun run,
        Func<CheckpointRow, RowPlace, long, NewRow> given,
        Action<IReadOnlyList<CheckpointRow>> prove
    ) =>
        database.AskAsync(
            "put run",
            async (connection, _) =>
            {
                var transaction = await connection.Inner.BeginTransactionAsync().ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var fence = 0L;
                    foreach (var row in run.Rows)
                    {
                        var place = fence == 0 ? RowPlace.Begin : RowPlace.Next;
                        var admitted = await _writer
                            .WriteAsync(connection, [given(row, place, fence)])
                            .ConfigureAwait(false);
                        if (!admitted.TryGetValue(runId, out fence))
                            return false;
                    }

                    await SettleAsync(connection, runId, run).ConfigureAwait(false);
                    var written = connection.Asking<string[]>(database.Text(StoredRows.Text), [runId]);
                    await using (written.ConfigureAwait(false))
                    {
                        var found = await StoredRows.ReadAsync(written, default).ConfigureAwait(false);
                        prove(found[runId].Decoded());
                    }

                    await transaction.CommitAsync().ConfigureAwait(false);
                    return true;
                }
            },
            CancellationToken.None
        );

    /// <summary>The ids that a run was sent entries with.</summary>
    public ValueTask<byte[]> ReadIdsAsync(string runId) =>
        database.AskAsync(
            "read ids",
            async (connection, _) =>
            {
                var command = connection.Asking(database.Text(MoveStatements.Ids), runId, (long)SeenIds.Max);
                var ids = new List<byte>();
                await using (command.ConfigureAwait(false))
                {
                    var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
                    await using (reader.ConfigureAwait(false))
                        while (await reader.ReadAsync().ConfigureAwait(false))
                            ids.AddRange(reader.GetGuid(0).ToByteArray(bigEndian: true));
                }

                return ids.ToArray();
            },
            CancellationToken.None
        );

    private async Task SettleAsync(StoreConnection connection, string runId, MovedRun run)
    {
        var batch = connection.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch
                .Add(database.Text(MoveStatements.Settle), runId)
                .Add(run.NextNumber)
                .Add(run.Left)
                .Add(run.Waits)
                .Add(run.Inbox.Select(item => item.Number).ToArray())
                .Add(run.Inbox.Select(item => (short)item.Kind).ToArray())
                .Add(run.Inbox.Select(item => item.Name).ToArray())
                .Add(run.Inbox.Select(item => item.AcceptedAt.UtcTicks).ToArray())
                .Add(run.Inbox.Select(item => item.ToBytes()).ToArray())
                .Add(run.Ids.Chunk(IdSize).Select(id => new Guid(id, bigEndian: true)).ToArray());
            await batch.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
    }
}
