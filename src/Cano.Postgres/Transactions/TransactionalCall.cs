using Cano.Postgres.Connections;
using Npgsql;
using NpgsqlTypes;

namespace Cano.Postgres.Transactions;

/// <summary>What a call gave, as the database keeps it.</summary>
/// <param name="Bytes">The value.</param>
/// <param name="Codec">What encoded it; null: it is JSON as it is.</param>
internal sealed record CallResult(byte[] Bytes, string? Codec);

/// <summary>One call of a task that writes to the user's tables, and is made once: what it gives is committed
/// with what it wrote, under its effect key and the fence of its run.</summary>
/// <param name="database">The store's.</param>
/// <param name="runId">The run.</param>
/// <param name="fence">The one that the run is worked on under here.</param>
/// <param name="key">The effect key.</param>
internal sealed class TransactionalCall(Database database, string runId, long fence, string key)
{
    /// <summary>What an earlier attempt was given, or another node; null: nobody has made the call.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the run is somebody else's by now, or the database
    /// does not answer.</exception>
    public ValueTask<CallResult?> FindAsync(CancellationToken cancel) => FindAsync(behind: false, cancel);

    /// <summary>Makes the call in a transaction of its own and commits it.</summary>
    /// <returns>What is kept of it: this one's, or what another attempt committed meanwhile.</returns>
    /// <exception cref="CanoException">`checkpoint_store`: the run is somebody else's by now, and nothing is
    /// written, or the database does not answer: of a commit it may be written then.</exception>
    /// <exception cref="Exception">Whatever the work throws; nothing is written then.</exception>
    public async Task<CallResult> MakeAsync(
        Func<NpgsqlConnection, NpgsqlTransaction, Task<CallResult>> work,
        CancellationToken cancel
    )
    {
        var connection = await OpenedAsync(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var result = await work(connection, transaction).ConfigureAwait(false);
                try
                {
                    ThrowIfLost(await KeepAsync(connection, result, cancel).ConfigureAwait(false));
                    // Who gives up from here on does not learn what became of it.
                    await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                    return result;
                }
                catch (NpgsqlException failed)
                {
                    return await SettledAsync(failed).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>The commit was not answered, or another attempt of this node came before it.</summary>
    private async Task<CallResult> SettledAsync(NpgsqlException failed) =>
        await FindAsync(behind: true, CancellationToken.None).ConfigureAwait(false)
        ?? throw Database.Failure("commit a transactional call, of which nothing is written", failed);

    private async ValueTask<NpgsqlConnection> OpenedAsync(CancellationToken cancel)
    {
        try
        {
            return await database.ConnectAsync(cancel).ConfigureAwait(false);
        }
        catch (NpgsqlException failed)
        {
            throw Database.Failure("begin a transactional call", failed);
        }
    }

    private ValueTask<CallResult?> FindAsync(bool behind, CancellationToken cancel) =>
        database.AskAsync(
            "look for a transactional call",
            async (connection, _) =>
            {
                var batch = connection.Batch();
                await using (batch.ConfigureAwait(false))
                {
                    if (behind)
                        batch.Add(database.Text(CallStatements.FindBehind), runId);
                    batch.Add(database.Text(CallStatements.Find), runId).Add(key);
                    return await ReadAsync(batch, behind, cancel).ConfigureAwait(false);
                }
            },
            cancel
        );

    private async Task<CallResult?> ReadAsync(NpgsqlBatch batch, bool behind, CancellationToken cancel)
    {
        var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (behind)
                await reader.NextResultAsync(cancel).ConfigureAwait(false);
            var isThere = await reader.ReadAsync(cancel).ConfigureAwait(false);
            ThrowIfLost(isThere ? reader.GetInt64(0) : null);
            return await reader.IsDBNullAsync(1, cancel).ConfigureAwait(false)
                ? null
                : new(reader.GetFieldValue<byte[]>(1), reader.IsDBNull(2) ? null : reader.GetString(2));
        }
    }

    private async Task<long?> KeepAsync(
        NpgsqlConnection connection,
        CallResult result,
        CancellationToken cancel
    )
    {
        var command = connection.Asking(database.Text(CallStatements.Keep), runId, key);
        await using (command.ConfigureAwait(false))
        {
            command.Add(result.Bytes);
            command.AddOptional(result.Codec, NpgsqlDbType.Text);
            command.Add(fence);
            return (long?)await command.ExecuteScalarAsync(cancel).ConfigureAwait(false);
        }
    }

    private void ThrowIfLost(long? newest)
    {
        if (newest is null || newest > fence)
            throw new ConflictException(
                runId,
                FormattableString.Invariant(
                    $"conflict: run_id={runId}: its transactional call came with fence {fence}; the run {(newest is { } other ? $"was claimed with fence {other}" : "is not there any more")}"
                )
            );
    }
}
