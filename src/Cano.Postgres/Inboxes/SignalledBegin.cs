using Cano.Postgres.Commits;
using Cano.Postgres.Connections;

namespace Cano.Postgres.Inboxes;

/// <summary>Begins a run and puts a signal into its inbox, in one transaction.</summary>
internal static class SignalledBegin
{
    /// <summary>The run's fence.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: a conflict, a lease that is over, or the database
    /// does not answer.</exception>
    public static ValueTask<long> DoAsync(Database database, NewRow row, InboxItem signal)
    {
        var (writer, entries) = (new RowWriter(database), new InboxEntries(database));
        return database.AskAsync(
            "begin run",
            async (connection, isInDoubt) =>
            {
                row.IsInDoubt |= isInDoubt;
                var transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var admitted = await writer.WriteAsync(connection, [row]).ConfigureAwait(false);
                    if (admitted.TryGetValue(row.RunId, out var fence))
                    {
                        await entries
                            .AcceptAsync(connection, row.RunId, signal, CancellationToken.None)
                            .ConfigureAwait(false);
                        await transaction.CommitAsync().ConfigureAwait(false);
                        return fence;
                    }
                }

                var there = (await writer.LookAsync(connection, [row]).ConfigureAwait(false))[row.RunId];
                return there.FenceOf(row)
                    ?? throw there.Refusal(row) ?? AppendRule.Conflict(row.RunId, 0, 0, 0, 1);
            },
            CancellationToken.None
        );
    }
}
