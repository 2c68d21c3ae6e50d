using Cano.Kernel;
using Npgsql;

namespace Cano.Postgres.Reading;

/// <summary>Reads the rows of one run.</summary>
internal static class StoredRows
{
    public const string Text = """
        select h.next_seq, w.seq, w.body
        from cano.run h left join cano.run_row w on w.run_key = h.run_key
        where h.run_id = $1 order by w.seq
        """;

    /// <exception cref="CanoException">`checkpoint_store`: one is missing or damaged.</exception>
    public static async Task<IReadOnlyList<CheckpointRow>> ReadAsync(
        string runId,
        NpgsqlCommand command,
        CancellationToken cancel
    )
    {
        var rows = new List<CheckpointRow>();
        var next = 0L;
        var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
            {
                next = reader.GetInt64(0);
                if (reader.IsDBNull(1))
                    continue;
                var sequence = reader.GetInt64(1);
                var body = reader.GetFieldValue<byte[]>(2);
                if (CheckpointRow.TryRead(body, null, out var row) is { } problem)
                    throw new CanoException(Recovery.Damaged(runId, sequence, problem));
                if (row!.Sequence != sequence)
                    throw new CanoException(
                        Recovery.Damaged(runId, sequence, $"it says that it is row {row.Sequence}")
                    );
                Add(runId, rows, row);
            }

        if (rows.Count == 0 ? next > 0 : rows[^1].Sequence != next - 1)
            throw new CanoException(
                Recovery.Damaged(runId, rows.Count == 0 ? 0 : rows[^1].Sequence + 1, "it is missing")
            );
        return rows;
    }

    private static void Add(string runId, List<CheckpointRow> rows, CheckpointRow row)
    {
        var expected =
            rows.Count > 0 ? rows[^1].Sequence + 1
            : row.Kind == RowKind.Snapshot ? row.Sequence
            : 0;
        if (row.Sequence != expected)
            throw new CanoException(Recovery.Damaged(runId, expected, "it is missing"));
        rows.Add(row);
    }
}
