using Cano.Postgres.Connections;
using Cano.Postgres.Reading;
using Npgsql;

namespace Cano.Postgres.Transactions;

/// <summary>What a call gave, as the database keeps it.</summary>
/// <param name="Bytes">The value.</param>
/// <param name="Codec">What encoded it; null: it is JSON as it is.</param>
internal sealed record CallResult(byte[] Bytes, string? Codec);

/// <summary>One call of a task that writes to the user's tables, and is made once: what it gives is committed
/// with what it wrote, under its effect key and the fence of its run.</summary>
/// <param name="database">The store's.</param>
/// <param name="places">How many may work at one time: the others leave the store its connections.</param>
/// <param name="runId">The run.</param>
/// <param name="fence">The one that the run is worked on under here.</param>
/// <param name="key">The effect key.</param>
internal sealed class TransactionalCall(
    Database database,
    SemaphoreSlim places,
    string runId,
    long fence,
    string key
)
{
    /// <summary>What an earlier attempt was given, or another node; null: nobody has made the call.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the run is somebody else's by now, or has ended,
    /// or the database does not answer.</exception>
    public ValueTask<CallResult?> FindAsync(CancellationToken cancel) =>
        FindAsync(behind: false, database.Begin(), cancel);

    /// <summary>Makes the call in a transaction of its own and commits it. A commit that is not answered is
    /// asked about until there is an answer.</summary>
    /// <param name="work">Gives what is kept.</param>
    /// <param name="cancel">Gives up; of a commit that was sent nothing is known then.</param>
    /// <returns>What is kept of it: this one's, or what another attempt committed meanwhile.</returns>
    /// <exception cref="CanoException">`checkpoint_store`: the run is somebody else's by now, or has ended,
    /// and nothing is written; or the database does not answer before the work begins.</exception>
    /// <exception cref="Exception">Whatever the work throws, or the server refuses the commit for; nothing is
    /// written then.</exception>
    public async Task<CallResult> MakeAsync(
        Func<NpgsqlConnection, NpgsqlTransaction, Task<CallResult>> work,
        CancellationToken cancel
    )
    {
        NpgsqlException unknown;
        await places.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var (connection, transaction) = await BegunAsync(cancel).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var result = await work(connection.Inner, transaction).ConfigureAwait(false);
                cancel.ThrowIfCancellationRequested();
                try
                {
                    await CommitAsync(connection, result).ConfigureAwait(false);
                    return result;
                }
                catch (NpgsqlException failed) when (!IsUsers(failed))
                {
                    unknown = failed;
                }
            }
        }
        finally
        {
            places.Release();
        }

        return await FindAsync(behind: true, database.BeginEndless(), cancel).ConfigureAwait(false)
            ?? throw (
                unknown is PostgresException { SqlState: PostgresErrorCodes.NotNullViolation }
                    ? Ended()
                    : Database.Failure("commit a transactional call, of which nothing is written", unknown)
            );
    }

    private ValueTask<(StoreConnection, NpgsqlTransaction)> BegunAsync(CancellationToken cancel) =>
        database.OpenAsync(
            "begin a transactional call",
            async (connection, _) =>
            {
                var transaction = await connection.Inner.BeginTransactionAsync(cancel).ConfigureAwait(false);
                var command = connection.Command(CallStatements.Begin);
                await using (command.ConfigureAwait(false))
                    await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
                return transaction;
            },
            database.Begin(),
            cancel
        );

    /// <summary>Keeps the result and commits, by one trip: a process that is frozen behind it holds
    /// nothing.</summary>
    private async Task CommitAsync(StoreConnection connection, CallResult result)
    {
        var batch = connection.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch
                .Add(database.Text(CallStatements.Keep), runId)
                .Add(key)
                .Add(result.Bytes)
                .Add(result.Codec)
                .Add(fence);
            batch.Add(CallStatements.Commit);
            // Who gives up from here on does not learn what became of it.
            await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>The server refuses what the work wrote, as a constraint does that is looked at by the
    /// commit.</summary>
    private bool IsUsers(NpgsqlException failed) =>
        failed is PostgresException refused
        && Outage.IsRefusal(refused)
        && !database.IsAbout(CallStatements.Table, refused);

    private ValueTask<CallResult?> FindAsync(bool behind, Retries retries, CancellationToken cancel) =>
        database.AskAsync(
            "look for a transactional call",
            async (connection, _) =>
            {
                var batch = connection.Batch();
                await using (batch.ConfigureAwait(false))
                {
                    // What is being committed holds the head.
                    if (behind)
                        batch.Add(database.Text(RunStatements.Lock), runId);
                    batch.Add(database.Text(CallStatements.Find), runId).Add(key);
                    return await ReadAsync(batch, behind, cancel).ConfigureAwait(false);
                }
            },
            retries,
            cancel
        );

    private async Task<CallResult?> ReadAsync(NpgsqlBatch batch, bool behind, CancellationToken cancel)
    {
        var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (behind)
                await reader.NextResultAsync(cancel).ConfigureAwait(false);
            if (!await reader.ReadAsync(cancel).ConfigureAwait(false))
                throw Conflict("the run is not there any more");
            // What is committed counts, whoever has the run by now.
            if (!await reader.IsDBNullAsync(0, cancel).ConfigureAwait(false))
                return new(reader.GetFieldValue<byte[]>(0), reader.IsDBNull(1) ? null : reader.GetString(1));
            if (reader.GetInt64(2) is var newest && newest > fence)
                throw Conflict(FormattableString.Invariant($"the run was claimed with fence {newest}"));
            return reader.GetBoolean(3) ? throw Conflict("the run has ended") : null;
        }
    }

    private ConflictException Conflict(string why) =>
        new(
            runId,
            FormattableString.Invariant(
                $"conflict: run_id={runId}: its transactional call came with fence {fence}; {why}"
            )
        );

    private CanoException Ended() =>
        new(
            CanoError.Of(
                Fault.NewWorkflow(
                    $"the work of the transactional call '{key}' has ended its transaction: leave that to the call, which keeps the result with it"
                )
            )
        );
}
