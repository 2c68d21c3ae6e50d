using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano.Postgres.Commits;

/// <summary>Rows as the arrays that a statement takes them in.</summary>
internal static class RowArrays
{
    public static NpgsqlBatchCommand Of(string text, IReadOnlyList<NewRow> rows, RowPlace place)
    {
        var arrays = new Arrays(new NpgsqlBatchCommand(text), rows);
        AddHeads(arrays);
        if (place == RowPlace.Next)
            AddTaking(arrays);
        else
            AddStarts(arrays);
        return arrays.Command;
    }

    private static void AddHeads(Arrays arrays)
    {
        arrays.Add(row => row.RunId);
        arrays.Add(row => row.Row.Sequence);
        arrays.Add(row => row.Fence);
        arrays.Add(row => row.Body);
        arrays.Add(row => (short)row.Row.Status);
        arrays.Add(row => row.Row.Visit);
        arrays.Add(row => row.KeepsTries);
        arrays.Add(row => row.Ended);
        arrays.Add(row => row.Updated);
        arrays.Add(row => UtcTicks.Of(row.Row.WakesAt));
        arrays.Add(row => (long)row.Row.WorkflowVersion);
        arrays.Add(row => row.Row.State);
        arrays.Add(row => row.Row.Category);
        arrays.Add(row => row.Counts);
    }

    private static void AddTaking(Arrays arrays)
    {
        arrays.Add(row => row.IsSnapshot);
        arrays.Add(row => row.TakesAll);
        arrays.Add(row => row.TakesCancels);
        arrays.Add(row => row.Signal);
    }

    private static void AddStarts(Arrays arrays)
    {
        arrays.Add(row => row.Ended == 0 ? row.Lease?.Epoch : null);
        arrays.Add(row => row.Start.WorkflowName ?? "");
        arrays.Add(row => row.Start.Ticks);
        arrays.Add(row => row.Start.ParentRunId);
        arrays.Add(row => RunIdRule.IsReserved(row.RunId));
        var tags = arrays
            .Rows.SelectMany((row, at) => row.Start.Tags.Select(tag => (At: at + 1L, Text: TagText.Of(tag))))
            .ToArray();
        arrays.Set(tags.Select(tag => tag.At));
        arrays.Set(tags.Select(tag => tag.Text));
    }

    private sealed record Arrays(NpgsqlBatchCommand Command, IReadOnlyList<NewRow> Rows)
    {
        public void Add<T>(Func<NewRow, T> part) => Set(Rows.Select(part));

        public void Set<T>(IEnumerable<T> values) =>
            Command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. values] });
    }
}
