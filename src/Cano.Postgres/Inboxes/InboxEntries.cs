using Cano.Postgres.Connections;
using Cano.Postgres.Reading;
using Npgsql;

namespace Cano.Postgres.Inboxes;

/// <summary>What an inbox is judged by.</summary>
/// <param name="Status">What the run's newest row says that it is.</param>
/// <param name="Category">Of a run that failed, its error's category; else null.</param>
internal sealed record RunState(RowStatus Status, string? Category);

/// <summary>Puts entries into inboxes and reads them. An entry goes in under the lock of its run's head, by
/// statements that are sent together: nobody holds a head while it is thought about.</summary>
internal sealed class InboxEntries(Database database)
{
    /// <summary>Accepts an entry, unless there is nothing to keep: then null.</summary>
    /// <exception cref="CanoException">`run_not_found`, `run_ended`; `checkpoint_store`: the connection broke
    /// while a signal was sent that nothing tells from another.</exception>
    public async Task<(long RunKey, long Number)?> AcceptAsync(
        StoreConnection connection,
        string runId,
        InboxItem item,
        CancellationToken cancel
    )
    {
        while (true)
        {
            var state = await StateAsync(connection, runId, cancel).ConfigureAwait(false);
            if (InboxTaking.Refusal(runId, state?.Status) is { } refusal)
                throw refusal;
            var judged = state!;
            if (InboxTaking.IsMoot(item.Kind, judged.Status, judged.Category))
                return null;
            try
            {
                var (isSame, entry) = await WriteAsync(connection, runId, judged, item, cancel)
                    .ConfigureAwait(false);
                if (isSame)
                    return entry;
            }
            catch (NpgsqlException failed)
                when (item is { Kind: InboxKind.Signal, Id: null }
                    && Outage.IsPassing(failed)
                    && !Outage.IsRefusal(failed)
                )
            {
                throw InDoubt(runId, item, failed);
            }
        }
    }

    /// <summary>What a statement gives of entries.</summary>
    public static async Task<List<InboxItem>> ReadAsync(
        string runId,
        NpgsqlCommand command,
        CancellationToken cancel
    )
    {
        var items = new List<InboxItem>();
        var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                items.Add(
                    Read(runId, reader.GetFieldValue<byte[]>(2)) with
                    {
                        Number = reader.GetInt64(0),
                        AcceptedAt = new(reader.GetInt64(1), TimeSpan.Zero),
                    }
                );
        return items;
    }

    private static CanoException InDoubt(string runId, InboxItem item, Exception failed) =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    $"the connection to PostgreSQL broke while {item} was sent to run '{runId}', which has it "
                        + "or has it not: send signals with an id, which may be sent again"
                )
            ),
            failed
        );

    private static InboxItem Read(string runId, byte[] body)
    {
        try
        {
            return InboxItem.FromBytes(body);
        }
        catch (CanoException damaged)
        {
            throw new CanoException(
                CanoError.Of(
                    Fault.NewCheckpointStore(
                        $"run_id={runId} is damaged in its inbox: {damaged.Error.Message}"
                    )
                ),
                damaged
            );
        }
    }

    /// <summary>What the run is now; null where it has no row.</summary>
    private async Task<RunState?> StateAsync(
        StoreConnection connection,
        string runId,
        CancellationToken cancel
    )
    {
        var command = connection.Asking(database.Text(InboxStatements.State), runId);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                return await reader.ReadAsync(cancel).ConfigureAwait(false)
                    ? new((RowStatus)reader.GetInt16(0), reader.IsDBNull(1) ? null : reader.GetString(1))
                    : null;
        }
    }

    /// <summary>The entry's place, or null where there is nothing to keep; unless the run is another than it
    /// was judged by.</summary>
    private async Task<(bool IsSame, (long RunKey, long Number)? Entry)> WriteAsync(
        StoreConnection connection,
        string runId,
        RunState state,
        InboxItem item,
        CancellationToken cancel
    )
    {
        var batch = connection.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(database.Text(RunStatements.Lock), runId);
            batch.AddEntry(database.Text(InboxStatements.Accept), runId, state, item);
            var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.NextResultAsync(cancel).ConfigureAwait(false);
                if (!await reader.ReadAsync(cancel).ConfigureAwait(false))
                    return default;
                return (true, reader.IsDBNull(1) ? null : (reader.GetInt64(0), reader.GetInt64(1)));
            }
        }
    }
}
