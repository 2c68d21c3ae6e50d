using Cano.Postgres.Commits;
using Cano.Postgres.Connections;
using Cano.Postgres.Inboxes;
using Cano.Runtime.Checkpoints;
using NpgsqlTypes;

namespace Cano;

// The inboxes of runs.
public sealed partial class PostgresCheckpointStore
{
    /// <inheritdoc/>
    /// <remarks>Where the connection breaks behind it, a signal without an id is not sent a second time: the
    /// refusal says that it may be there.</remarks>
    public async ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(item);
        TextRule.Check("a signal", item.Name);
        var accepted = await database
            .AskAsync(
                "accept what is sent to a run",
                (connection, _) => entries.AcceptAsync(connection, runId, item, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (accepted is { } entry)
        {
            inboxes.Ring(runId, entry);
            hints.Sent(runId);
        }

        return accepted is not null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) =>
        await database
            .AskAsync(
                "read inbox",
                async (connection, _) =>
                {
                    var command = connection.Asking(database.Text(InboxStatements.Read), runId);
                    await using (command.ConfigureAwait(false))
                        return await InboxEntries
                            .ReadAsync(runId, command, cancellationToken)
                            .ConfigureAwait(false);
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<InboxItem?> FindOldestAsync(
        string runId,
        InboxKind kind,
        IReadOnlyCollection<string>? names = null,
        DateTimeOffset? before = null,
        CancellationToken cancellationToken = default
    ) =>
        database.AskAsync(
            "read inbox",
            async (connection, _) =>
            {
                var command = connection.Asking(
                    database.Text(InboxStatements.FindOldest),
                    runId,
                    (short)kind
                );
                await using (command.ConfigureAwait(false))
                {
                    command.AddOptional(names?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
                    command.AddOptional(before?.UtcTicks, NpgsqlDbType.Bigint);
                    var found = await InboxEntries
                        .ReadAsync(runId, command, cancellationToken)
                        .ConfigureAwait(false);
                    return found.SingleOrDefault();
                }
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<int> CountLeftAsync(string runId, CancellationToken cancellationToken = default) =>
        database.AskAsync(
            "count signals",
            async (connection, _) =>
            {
                var command = connection.Asking(database.Text(InboxStatements.CountLeft), runId);
                await using (command.ConfigureAwait(false))
                    return
                        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is int left
                        ? left
                        : 0;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    /// <remarks>What another process accepts rings at the next look, see
    /// <see cref="PostgresCheckpointOptions.SignalPoll"/>.</remarks>
    public IDisposable WatchInbox(string runId, Action ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return inboxes.Watch(runId, ring);
    }

    /// <inheritdoc/>
    /// <remarks>As <see cref="WatchInbox"/>.</remarks>
    public IDisposable WatchInboxes(Action<string> ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return inboxes.WatchAll(ring);
    }

    bool IBeginsSignalled.CanBeginSignalled => true;

    async ValueTask<long> IBeginsSignalled.BeginAsync(
        string runId,
        CheckpointRow first,
        InboxItem signal,
        NodeLease? lease
    )
    {
        TextRule.Check("a signal", signal.Name);
        var row = Given(runId, first, RowPlace.Begin, 0, lease);
        return await SignalledBegin.DoAsync(database, row, signal).ConfigureAwait(false);
    }
}
