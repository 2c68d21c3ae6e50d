using Cano.Postgres.Commits;
using Cano.Postgres.Connections;

namespace Cano.Postgres.Inboxes;

/// <summary>Begins a run and puts a signal into its inbox, by statements that are sent together.</summary>
internal static class SignalledBegin
{
    /// <summary>The run's fence.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: a conflict, a lease that is over, or the database
    /// does not answer.</exception>
    public static ValueTask<long> DoAsync(Database database, NewRow row, InboxItem signal)
    {
        var writer = new RowWriter(database);
        return database.AskAsync(
            "begin run",
            async (connection, isInDoubt) =>
            {
                row.IsInDoubt |= isInDoubt;
                if (await BegunAsync(database, connection, row, signal).ConfigureAwait(false) is { } fence)
                    return fence;
                var there = (await writer.LookAsync(connection, [row]).ConfigureAwait(false))[row.RunId];
                return there.FenceOf(row)
                    ?? throw there.Refusal(row) ?? AppendRule.Conflict(row.RunId, 0, 0, 0, 1);
            },
            CancellationToken.None
        );
    }

    private static async Task<long?> BegunAsync(
        Database database,
        StoreConnection connection,
        NewRow row,
        InboxItem signal
    )
    {
        var batch = connection.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.BatchCommands.Add(RowArrays.Of(database.Text(RowStatements.Begin), [row], row.Place));
            batch.AddEntry(
                database.Text(InboxStatements.AcceptOfBegun),
                row.RunId,
                new(row.Row.Status, row.Row.Category),
                signal
            );
            var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                return await reader.ReadAsync().ConfigureAwait(false) ? reader.GetInt64(1) : null;
        }
    }
}
