using Cano.Postgres.Commits;
using Cano.Postgres.Connections;
using Cano.Postgres.Reading;
using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano;

// How a run becomes somebody's.
public sealed partial class PostgresCheckpointStore
{
    /// <summary>Null: it is not to be had. Without a lease nobody is asked, and the claim is a try.</summary>
    private ValueTask<RunClaim?> ClaimAsync(
        string runId,
        NodeLease? lease,
        ClaimIf rule,
        CancellationToken cancel
    )
    {
        if (RunIdRule.Problem(runId) is { } problem)
            throw new CanoException(CanoError.Of(Fault.NewCheckpointStore(problem)));
        TextRule.Check("a run id", runId);
        return database.AskAsync(
            "claim run",
            async (connection, isInDoubt) =>
            {
                while (true)
                {
                    var isOrphans = rule == ClaimIf.Orphaned;
                    var (lives, claim) = await AskForAsync(
                            connection,
                            runId,
                            lease,
                            isOrphans,
                            isInDoubt,
                            cancel
                        )
                        .ConfigureAwait(false);
                    if (!lives)
                        throw lease!.IsOver();
                    if (claim is not null || isOrphans)
                        return claim;
                    // It is another's, or not there.
                    if (await IsThereAsync(connection, runId, cancel).ConfigureAwait(false))
                    {
                        if (lease is not null)
                            return null;
                    }
                    else if (
                        await ClaimUnknownAsync(connection, runId, lease, cancel).ConfigureAwait(false) is
                        { } fence
                    )
                        return new RunClaim(fence, 0);
                }
            },
            cancel
        );
    }

    private async Task<(bool Lives, RunClaim? Claim)> AskForAsync(
        NpgsqlConnection connection,
        string runId,
        NodeLease? lease,
        bool isOrphans,
        bool isInDoubt,
        CancellationToken cancel
    )
    {
        var batch = connection.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(database.Text(RunStatements.Lock), runId);
            if (lease is null)
                batch.Add(database.Text(RunStatements.Claim), runId);
            else
                batch
                    .Add(database.Text(RunStatements.TryClaim), runId)
                    .Add(lease.Epoch)
                    .Add(isOrphans)
                    .Add(isInDoubt);
            try
            {
                return await ReadAsync(batch, cancel).ConfigureAwait(false);
            }
            catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.NumericValueOutOfRange)
            {
                throw new CanoException(
                    CanoError.Of(
                        Fault.NewCheckpointStore(
                            $"run_id={runId} was written under the highest fence there is: clear the run"
                        )
                    )
                );
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

    private async Task<bool> IsThereAsync(NpgsqlConnection connection, string runId, CancellationToken cancel)
    {
        var command = connection.Asking(database.Text("select 1 from cano.run where run_id = $1"), runId);
        await using (command.ConfigureAwait(false))
            return await command.ExecuteScalarAsync(cancel).ConfigureAwait(false) is not null;
    }

    private async Task<long?> ClaimUnknownAsync(
        NpgsqlConnection connection,
        string runId,
        NodeLease? lease,
        CancellationToken cancel
    )
    {
        var command = connection.Asking(database.Text(RunStatements.ClaimUnknown), runId, lease?.Epoch);
        await using (command.ConfigureAwait(false))
        {
            command.Add(lease is null ? 1 : 0);
            command.Add(RunIdRule.IsReserved(runId));
            return (long?)await command.ExecuteScalarAsync(cancel).ConfigureAwait(false);
        }
    }
}
