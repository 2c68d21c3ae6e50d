using Cano.Postgres.Commits;
using Cano.Postgres.Connections;
using Cano.Postgres.Reading;
using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano.Postgres.Claims;

/// <summary>What is asked for.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Lease">Who asks; null: no node, nobody is asked, and the claim is a try.</param>
/// <param name="IsOrphans">Only of a dead node's.</param>
internal sealed record AskedClaim(string RunId, NodeLease? Lease, bool IsOrphans);

/// <summary>How a run becomes somebody's.</summary>
internal sealed class RunClaims(Database database)
{
    /// <summary>Null: it is not to be had.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: a lease that is over, or the database does not
    /// answer.</exception>
    public ValueTask<RunClaim?> AskAsync(AskedClaim asked, CancellationToken cancel)
    {
        TextRule.CheckId(asked.RunId);
        return database.AskAsync(
            "claim run",
            async (connection, isInDoubt) =>
            {
                while (true)
                {
                    var (lives, claim) = await OfKnownAsync(connection, asked, isInDoubt, cancel)
                        .ConfigureAwait(false);
                    if (!lives)
                        throw asked.Lease!.IsOver();
                    if (claim is not null || asked.IsOrphans)
                        return claim;
                    if (await OfUnknownAsync(connection, asked, cancel).ConfigureAwait(false) is { } fence)
                        return new RunClaim(fence, 0);
                    // It is another's. Without a lease it was begun in between, and is claimed now.
                    if (asked.Lease is not null)
                        return null;
                }
            },
            cancel
        );
    }

    private async Task<(bool Lives, RunClaim? Claim)> OfKnownAsync(
        StoreConnection connection,
        AskedClaim asked,
        bool isInDoubt,
        CancellationToken cancel
    )
    {
        var batch = connection.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(database.Text(RunStatements.Lock), asked.RunId);
            if (asked.Lease is not { } lease)
                batch.Add(database.Text(RunStatements.Claim), asked.RunId);
            else
                batch
                    .Add(database.Text(RunStatements.TryClaim), asked.RunId)
                    .Add(lease.Epoch)
                    .Add(asked.IsOrphans)
                    .Add(isInDoubt);
            try
            {
                return await ReadAsync(batch, cancel).ConfigureAwait(false);
            }
            catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.NumericValueOutOfRange)
            {
                throw NoneHigher(asked.RunId);
            }
        }
    }

    /// <summary>The second statement's answer.</summary>
    private static async Task<(bool Lives, RunClaim? Claim)> ReadAsync(
        NpgsqlBatch batch,
        CancellationToken cancel
    )
    {
        var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await reader.NextResultAsync(cancel).ConfigureAwait(false);
            if (!await reader.ReadAsync(cancel).ConfigureAwait(false))
                return (true, null);
            return (
                reader.GetBoolean(0),
                reader.IsDBNull(1) ? null : new RunClaim(reader.GetInt64(1), reader.GetInt64(2))
            );
        }
    }

    /// <summary>The fence of a run of which nothing was there; null when something is.</summary>
    private async Task<long?> OfUnknownAsync(
        StoreConnection connection,
        AskedClaim asked,
        CancellationToken cancel
    )
    {
        var command = connection.Asking(
            database.Text(RunStatements.ClaimUnknown),
            asked.RunId,
            asked.Lease?.Epoch
        );
        await using (command.ConfigureAwait(false))
        {
            command.Add(asked.Lease is null ? 1 : 0);
            command.Add(RunIdRule.IsReserved(asked.RunId));
            return (long?)await command.ExecuteScalarAsync(cancel).ConfigureAwait(false);
        }
    }

    private static CanoException NoneHigher(string runId) =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    $"run_id={runId} was written under the highest fence there is: clear the run"
                )
            )
        );
}
