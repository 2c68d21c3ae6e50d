namespace Cano.Integration;

/// <summary>Rows for tests.</summary>
internal static class Rows
{
    /// <summary>When the row of a sequence was made.</summary>
    public static DateTimeOffset MadeAt(long sequence) =>
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(sequence);

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

    public static CheckpointRow Of(long sequence, RowKind kind, byte[]? payload = null) =>
        Entered(sequence) with
        {
            Kind = kind,
            Payload = payload is null ? default(ReadOnlyMemory<byte>?) : payload,
        };

    public static async Task AppendMany(this ICheckpointStore store, string id, long from, long until)
    {
        for (var sequence = from; sequence < until; sequence++)
            await store.AppendAsync(id, Entered(sequence), fence: 1);
    }

    /// <summary>Claims a run again and again; the last fence.</summary>
    public static async Task<long> ClaimMany(this ICheckpointStore store, string id, int count)
    {
        var fence = 0L;
        for (var claim = 0; claim < count; claim++)
            fence = await store.ClaimAsync(id, $"claim {claim}");
        return fence;
    }

    public static async Task<List<RunSummary>> List(this ICheckpointStore store, RunFilter filter)
    {
        var runs = new List<RunSummary>();
        await foreach (var run in store.ListRunsAsync(filter))
            runs.Add(run);
        return [.. runs.OrderBy(run => run.RunId, StringComparer.Ordinal)];
    }

    public static async Task<string> Refusal(Func<Task> action)
    {
        var refused = await Assert.ThrowsAnyAsync<CanoException>(action);
        Assert.Equal("checkpoint_store", refused.Error.Category);
        return refused.Error.Message;
    }

    public static Task<string> AppendRefusal(
        this ICheckpointStore store,
        string id,
        CheckpointRow row,
        long fence
    ) => Refusal(async () => await store.AppendAsync(id, row, fence));
}
