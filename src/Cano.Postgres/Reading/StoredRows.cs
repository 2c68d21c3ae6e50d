using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano.Postgres.Reading;

/// <summary>The rows of a run as the database has them.</summary>
/// <param name="runId">The run.</param>
internal sealed class StoredRows(string runId)
{
    /// <summary>Of the runs $1, in whatever order.</summary>
    public const string Text = """
        select h.run_id, h.next_seq, w.seq, w.body
        from cano.run h left join cano.run_row w on w.run_key = h.run_key where h.run_id = any($1)
        """;

    private readonly List<(long Sequence, byte[] Body)> _rows = [];
    private long _next;

    /// <summary>Those of each run that is known.</summary>
    public static async Task<Dictionary<string, StoredRows>> ReadAsync(
        NpgsqlCommand command,
        CancellationToken cancel
    )
    {
        var runs = new Dictionary<string, StoredRows>();
        var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
            {
                var id = reader.GetString(0);
                if (!runs.TryGetValue(id, out var run))
                    runs.Add(id, run = new(id));
                run._next = reader.GetInt64(1);
                if (!reader.IsDBNull(2))
                    run._rows.Add((reader.GetInt64(2), reader.GetFieldValue<byte[]>(3)));
            }

        return runs;
    }

    /// <summary>What they say, in their order.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: one is missing or damaged.</exception>
    public IReadOnlyList<CheckpointRow> Decoded()
    {
        _rows.Sort(static (one, other) => one.Sequence.CompareTo(other.Sequence));
        var rows = new List<CheckpointRow>(_rows.Count);
        foreach (var (sequence, body) in _rows)
            rows.Add(Next(rows, sequence, body));
        if (rows.Count == 0 ? _next > 0 : rows[^1].Sequence != _next - 1)
            throw Damaged(rows.Count == 0 ? 0 : rows[^1].Sequence + 1, "it is missing");
        return rows;
    }

    private CheckpointRow Next(List<CheckpointRow> rows, long sequence, byte[] body)
    {
        if (CheckpointRow.TryRead(body, null, out var row) is { } problem)
            throw Damaged(sequence, problem);
        if (row!.Sequence != sequence)
            throw Damaged(sequence, $"it says that it is row {row.Sequence}");
        var expected =
            rows.Count > 0 ? rows[^1].Sequence + 1
            : row.Kind == RowKind.Snapshot ? sequence
            : 0;
        return sequence == expected ? row : throw Damaged(expected, "it is missing");
    }

    private DamagedRunException Damaged(long sequence, string problem) =>
        new(Recovery.Damaged(runId, sequence, problem));
}
