namespace Cano.Testing.Stores;

/// <summary>Rows for the cases of stores.</summary>
internal static class StoreRows
{
    /// <summary>When the row of a sequence was made.</summary>
    public static DateTimeOffset MadeAt(long sequence) =>
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(sequence);

    /// <summary>A row that enters a state, in a visit of its own.</summary>
    public static CheckpointRow Entered(long sequence, string state = "Reserve") =>
        new()
        {
            Sequence = sequence,
            Kind = RowKind.StateEntered,
            WrittenAt = MadeAt(sequence),
            State = state,
            TaskName = $"{state}Task",
            WorkflowName = sequence == 0 ? "orders" : null,
            WorkflowVersion = 3,
            Visit = sequence,
        };

    /// <summary>A row of another kind.</summary>
    public static CheckpointRow Of(long sequence, RowKind kind, byte[]? payload = null) =>
        Entered(sequence) with
        {
            Kind = kind,
            Payload = payload is null ? default(ReadOnlyMemory<byte>?) : payload,
        };

    /// <summary>A start, with tags in the order of their names.</summary>
    public static RunStart Start(
        string workflow,
        DateTimeOffset startedAt,
        string? parent,
        params (string Name, string Value)[] tags
    )
    {
        var start = RunStart.Now(workflow, "Reserve", startedAt, "0000000000000");
        return new(
            start.WorkflowName,
            start.InitialState,
            start.StartedAt,
            start.NotBefore,
            start.Key,
            parent is null ? null : new RunParent(parent, null),
            [.. tags.Select(tag => KeyValuePair.Create(tag.Name, tag.Value))],
            start.Input,
            start.Trace
        );
    }

    /// <summary>The rows with these sequences.</summary>
    public static IEnumerable<CheckpointRow> Many(int from, int until) =>
        Enumerable.Range(from, until - from).Select(sequence => Entered(sequence));

    /// <summary>Appends rows of a run that nobody has claimed.</summary>
    public static async Task AppendAsync(ICheckpointStore store, string id, int from, int until)
    {
        foreach (var row in Many(from, until))
            await store.AppendAsync(id, row, AppendRule.FirstFence).ConfigureAwait(false);
    }

    /// <summary>Claims a run again and again; the last fence.</summary>
    public static async Task<long> ClaimAsync(ICheckpointStore store, string id, int times)
    {
        var fence = 0L;
        for (var i = 0; i < times; i++)
            fence = await store.ClaimAsync(id, $"claim {i}").ConfigureAwait(false);
        return fence;
    }
}
