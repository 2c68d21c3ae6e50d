using System.Buffers.Binary;
using Cano.Postgres.Connections;
using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano.Postgres.Inboxes;

/// <summary>An entry on its way into an inbox.</summary>
internal static class NewEntry
{
    /// <summary>What accepts it, one of <see cref="InboxStatements"/>.</summary>
    public static void AddEntry(
        this NpgsqlBatch batch,
        string text,
        string runId,
        RunState state,
        InboxItem item
    ) =>
        batch
            .Add(text, runId)
            .Add((short)state.Status)
            .Add(state.Category)
            .Add((short)item.Kind)
            .Add(item.Name)
            .Add(item.ToBytes())
            .Add(item.Id is { } id ? IdOf(id) : default(Guid?))
            .Add((long)SeenIds.Max);

    private static Guid IdOf(string id)
    {
        var hash = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(hash, SeenIds.HashOf(id));
        return new(hash, bigEndian: true);
    }
}
