using Cano.Kernel;

namespace Cano.Runtime.Data;

/// <summary>What rows tell of what states carry.</summary>
internal static class CarriedRows
{
    /// <summary>What the rows of a run say, as a workflow with such states reads them.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: one cannot be read. `workflow`: states of them
    /// carry something, and those of the workflow do not.</exception>
    public static List<Row> Told<TState>(
        string id,
        IReadOnlyList<CheckpointRow> rows,
        States<TState> states,
        ValueCodec values
    )
        where TState : notnull
    {
        var told = EncodedRows.Told(id, rows, values);
        for (var i = 0; i < told.Count; i++)
            if (states.Same is not null)
                told[i] = Completed(told[i], states, values);
            else if (Carrying(rows[i], told[i].Fact) is { } state)
                throw Foreign(id, rows[i].Sequence, state);
        return told;
    }

    /// <summary>The states that a run came to, as values, by the rows that tell of it.</summary>
    /// <exception cref="CanoException">As <see cref="Told"/>; `workflow`: there is no such state.</exception>
    public static List<KeyValuePair<long, TState>> States<TState>(
        string id,
        IReadOnlyList<CheckpointRow> rows,
        States<TState> states,
        ValueCodec values
    )
        where TState : notnull
    {
        var visit = -1L;
        var found = new List<KeyValuePair<long, TState>>();
        foreach (var row in Told(id, rows, states, values))
        {
            // A visit that is begun once more, or summed up, is no other.
            if (
                row.Visit <= visit
                || row.Fact is not (Fact.StateEntered or Fact.Snapshot) && !row.Fact.IsFinished
            )
                continue;
            visit = row.Visit;
            found.Add(new(row.Sequence, states.Named(row.State, row.Data.Bytes, values)));
        }

        return found;
    }

    /// <summary>A row that has the text of a value in place of a state's name, with what that says.</summary>
    private static Row Completed<TState>(Row row, States<TState> states, ValueCodec values)
        where TState : notnull =>
        row.Data.IsNone && states.KeptIn(RowFormat.NextState(row.Fact) ?? row.State, values) is { } kept
            ? new Row(
                row.Sequence,
                row.Visit,
                row.Version,
                row.Start,
                row.State,
                row.Task,
                row.Fact,
                StateData.Kept(kept)
            )
            : row;

    /// <summary>The state of which the row tells what it carries; null when it tells that of none.</summary>
    private static string? Carrying(CheckpointRow row, Fact said) =>
        row.StateData.HasValue ? row.State
        : row.NextStateData.HasValue ? row.NextState ?? row.State
        : said is Fact.Snapshot { Item: var whole }
            ? whole.Undo.Concat(whole.NotUndone).FirstOrDefault(entry => !entry.Data.IsNone)?.State
        : null;

    private static CanoException Foreign(string id, long sequence, string state) =>
        new(
            CanoError.Of(
                Fault.NewWorkflow(
                    $"row {sequence} of run '{id}' has what state '{state}' carries, and in this workflow each value "
                        + "is a state and carries nothing: resume the run with the workflow over the cases of a union "
                        + "that it was begun with, as Workflow.OfCases or the F# face makes it"
                )
            )
        );
}
