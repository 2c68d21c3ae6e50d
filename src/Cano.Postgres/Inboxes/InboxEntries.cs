using System.Buffers.Binary;
using Cano.Postgres.Connections;
using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano.Postgres.Inboxes;

/// <summary>Puts entries into inboxes and reads them. An entry goes in under the lock of its run's
/// head.</summary>
internal sealed class InboxEntries(Database database)
{
    // Ids are forgotten many at a time.
    private const int ForgottenAtOnce = 1000;

    /// <summary>Accepts an entry within a transaction, unless there is nothing to keep: then null.</summary>
    /// <exception cref="CanoException">`run_not_found`, `run_ended`.</exception>
    public async Task<(long RunKey, long Number)?> AcceptAsync(
        NpgsqlConnection connection,
        string runId,
        InboxItem item,
        CancellationToken cancel
    )
    {
        var hash = item.Id is { } id ? IdOf(id) : default(Guid?);
        var state = await LockedAsync(connection, runId, hash, cancel).ConfigureAwait(false);
        if (InboxTaking.Refusal(runId, state?.Status) is { } refusal)
            throw refusal;
        var head = state!;
        if (
            InboxTaking.IsMoot(item.Kind, head.Status, head.Category)
            || (item.Kind == InboxKind.Cancel && head.HasCancel)
            || head.IsSeen
        )
            return null;
        await WriteAsync(connection, head, item, hash, cancel).ConfigureAwait(false);
        return (head.RunKey, head.Number);
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

    /// <summary>The connection broke while a signal was sent that nothing tells from another.</summary>
    public static CanoException InDoubt(string runId, InboxItem item) =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    $"the connection to PostgreSQL broke while {item} was sent to run '{runId}', which has it "
                        + "or has it not: send signals with an id, which may be sent again"
                )
            )
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

    private static Guid IdOf(string id)
    {
        var hash = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(hash, SeenIds.HashOf(id));
        return new(hash, bigEndian: true);
    }

    /// <summary>The run's head, locked; null where it has no row.</summary>
    private async Task<Head?> LockedAsync(
        NpgsqlConnection connection,
        string runId,
        Guid? id,
        CancellationToken cancel
    )
    {
        var batch = connection.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(database.Text(InboxStatements.Head), runId);
            batch.Add(database.Text(InboxStatements.Known), runId).Add(id).Add((long)SeenIds.Max);
            var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (!await reader.ReadAsync(cancel).ConfigureAwait(false) || reader.GetInt64(1) == 0)
                    return null;
                var head = new Head(
                    reader.GetInt64(0),
                    (RowStatus)reader.GetInt16(2),
                    reader.IsDBNull(3) ? null : reader.GetString(3),
                    reader.GetInt64(4),
                    reader.GetInt64(5)
                );
                await reader.NextResultAsync(cancel).ConfigureAwait(false);
                await reader.ReadAsync(cancel).ConfigureAwait(false);
                return head with
                {
                    HasCancel = reader.GetBoolean(0),
                    IsSeen = reader.GetBoolean(1),
                    Now = reader.GetInt64(2),
                };
            }
        }
    }

    private async Task WriteAsync(
        NpgsqlConnection connection,
        Head head,
        InboxItem item,
        Guid? id,
        CancellationToken cancel
    )
    {
        var batch = connection.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch
                .Add(database.Text(InboxStatements.Insert), head.RunKey)
                .Add(head.Number)
                .Add((short)item.Kind)
                .Add(item.Name)
                .Add(head.Now)
                .Add(item.ToBytes());
            if (id is { } hash)
            {
                // One that was forgotten lies there still, perhaps.
                batch.Add(database.Text(InboxStatements.Forgotten), head.RunKey).Add(hash);
                batch.Add(database.Text(InboxStatements.See), head.RunKey).Add(hash).Add(head.Ids);
                if (head.Ids % ForgottenAtOnce == 0 && head.Ids > SeenIds.Max)
                    batch.Add(database.Text(InboxStatements.Forget), head.RunKey).Add(head.Ids - SeenIds.Max);
            }

            batch
                .Add(database.Text(InboxStatements.Accepted), head.RunKey)
                .Add(item.Kind == InboxKind.Signal ? 1 : 0)
                .Add(id is null ? 0L : 1L)
                .Add(item.Kind == InboxKind.Cancel);
            await batch.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
    }

    private sealed record Head(long RunKey, RowStatus Status, string? Category, long Number, long Ids)
    {
        public bool HasCancel { get; init; }

        public bool IsSeen { get; init; }

        public long Now { get; init; }
    }
}
