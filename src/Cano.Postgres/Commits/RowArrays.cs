using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano.Postgres.Commits;

/// <summary>Rows as the arrays that a statement takes them in.</summary>
internal static class RowArrays
{
    public static NpgsqlBatchCommand Of(string text, IReadOnlyList<NewRow> rows, RowPlace place)
    {
        var command = new NpgsqlBatchCommand(text);
        Add(row => row.RunId);
        Add(row => row.Row.Sequence);
        Add(row => row.Fence);
        Add(row => row.Body);
        Add(row => (short)row.Row.Status);
        Add(row => row.Row.Visit);
        Add(row => row.KeepsTries);
        Add(row => row.Ended);
        Add(row => row.Updated);
        Add(row => UtcTicks.Of(row.Row.WakesAt));
        Add(row => (long)row.Row.WorkflowVersion);
        Add(row => row.Row.State);
        Add(row => row.Row.Category);
        Add(row => row.Counts);
        if (place == RowPlace.Next)
        {
            Add(row => row.IsSnapshot);
            Add(row => row.TakesAll);
            Add(row => row.TakesCancels);
            Add(row => row.Signal);
            return command;
        }

        Add(row => row.Ended == 0 ? row.Lease?.Epoch : null);
        Add(row => row.Start.WorkflowName ?? "");
        Add(row => row.Start.Ticks);
        Add(row => row.Start.ParentRunId);
        Add(row => RunIdRule.IsReserved(row.RunId));
        var tags = rows.SelectMany((row, at) => row.Start.Tags.Select(tag => (at + 1L, TagText.Of(tag))))
            .ToArray();
        Set(tags.Select(tag => tag.Item1).ToArray());
        Set(tags.Select(tag => tag.Item2).ToArray());
        return command;

        void Add<T>(Func<NewRow, T> part) => Set(rows.Select(part).ToArray());

        void Set<T>(T[] values) => command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values });
    }
}
