using System.Collections.Concurrent;
using Cano.Postgres.Commits;
using Cano.Postgres.Connections;
using Npgsql;

namespace Cano.Postgres.Claims;

/// <summary>How parked runs that are due become a node's, many at once.</summary>
/// <remarks>Each call has a number, and what it claims is marked with it: a call that was not answered is
/// made again under its number, and gives what it had claimed as well.</remarks>
internal sealed class DueClaims(Database database)
{
    private readonly ConcurrentDictionary<long, long> _unanswered = [];

    /// <summary>One node asks once at a time.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: a lease that is over, or the database does not
    /// answer.</exception>
    public async ValueTask<DueRuns> AskAsync(NodeLease lease, DueQuery query, CancellationToken cancel)
    {
        var wasAsked = _unanswered.TryGetValue(lease.Epoch, out var call);
        if (!wasAsked)
            _unanswered[lease.Epoch] = call = Random.Shared.NextInt64();
        var (lives, due) = await database
            .AskAsync(
                "look for runs that are due",
                async (connection, isInDoubt) =>
                {
                    var batch = connection.Batch();
                    await using (batch.ConfigureAwait(false))
                    {
                        batch.Add(database.Text(RowStatements.ByIndex));
                        batch.Add(database.Text(DueStatements.Tell));
                        Asking(batch, DueStatements.Claim, lease, query)
                            .Add((long)query.Max)
                            .Add(call)
                            .Add(wasAsked || isInDoubt);
                        Asking(batch, DueStatements.Next, lease, query);
                        return await ReadAsync(batch, cancel).ConfigureAwait(false);
                    }
                },
                cancel
            )
            .ConfigureAwait(false);
        _unanswered.TryRemove(lease.Epoch, out _);
        return lives ? due : throw lease.IsOver();
    }

    private NpgsqlBatchCommand Asking(NpgsqlBatch batch, string text, NodeLease lease, DueQuery query) =>
        batch
            .Add(database.Text(text), lease.Epoch)
            .Add(query.Now.UtcTicks)
            .Add(query.Workflows.Select(limit => limit.Workflow.Name).ToArray())
            .Add(query.Workflows.Select(limit => (long)limit.Workflow.Version).ToArray())
            .Add(query.Workflows.Select(limit => (long)limit.Max).ToArray())
            .Add(query.Except.ToArray());

    private static async Task<(bool Lives, DueRuns Due)> ReadAsync(
        NpgsqlBatch batch,
        CancellationToken cancel
    )
    {
        var claimed = new List<DueRun>();
        var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await reader.NextResultAsync(cancel).ConfigureAwait(false);
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                claimed.Add(
                    new(
                        reader.GetString(0),
                        new(reader.GetString(1), (uint)reader.GetInt64(2)),
                        new(reader.GetInt64(3), reader.GetInt64(4))
                    )
                );
            await reader.NextResultAsync(cancel).ConfigureAwait(false);
            await reader.ReadAsync(cancel).ConfigureAwait(false);
            var next = reader.IsDBNull(1) ? default(DateTimeOffset?) : new(reader.GetInt64(1), TimeSpan.Zero);
            return (reader.GetBoolean(0), new(claimed, next));
        }
    }
}
