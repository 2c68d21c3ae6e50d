using Cano.Kernel;

namespace Cano.Runtime.Checkpoints;

/// <summary>Reads the rows of a run from a store that somebody else wrote.</summary>
internal static class LoadedRows
{
    /// <summary>The run's rows as the store gives them; empty for an unknown run.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store answered null.</exception>
    public static async ValueTask<IReadOnlyList<CheckpointRow>> OfAsync(ICheckpointStore store, string id) =>
        await store.LoadRunAsync(id).ConfigureAwait(false) ?? throw Nothing(id);

    /// <summary>What the rows of a run say.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: one cannot be read, or says what this build does
    /// not know.</exception>
    public static List<Row> Told(string id, IReadOnlyList<CheckpointRow> rows)
    {
        var told = new List<Row>(rows.Count);
        foreach (var stored in rows)
        {
            if (TryTell(stored, out var row) is { } problem)
                throw new DamagedRunException(Recovery.Damaged(id, stored.Sequence, problem));
            told.Add(row!);
        }

        return told;
    }

    /// <summary>Null and what the row says, or why that cannot be told.</summary>
    private static string? TryTell(CheckpointRow stored, out Row? row)
    {
        row = null;
        var payload = OptionalBytes.Of(stored.Payload);
        if (RowFormat.TryReadFact(stored.Kind, stored.NextState, payload, out var fact) is { } problem)
            return problem;
        row = new Row(
            stored.Sequence,
            stored.Visit,
            stored.WorkflowVersion,
            StartOf(stored),
            stored.State,
            stored.TaskName,
            fact,
            StateData.Kept(
                (RowFormat.NextState(fact) is null ? stored.StateData : stored.NextStateData)?.ToArray()
            )
        );
        return null;
    }

    /// <summary>Rows of format 1 say when they were written, but not when the run was started.</summary>
    private static RunStart? StartOf(CheckpointRow stored) =>
        stored is { Sequence: 0, WrittenAt: { } first, Start: null or { StartedAt: null } }
            ? (stored.Start ?? RunStart.Of(null)).WithStartedAt(first)
            : stored.Start;

    private static CanoException Nothing(string id) =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    $"run_id={id}: LoadRunAsync returned null: return an empty list for an unknown run"
                )
            )
        );
}
