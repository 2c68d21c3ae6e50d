namespace Cano.Cluster.Stores;

/// <summary>Rows for tests of the store.</summary>
internal static class PostgresRows
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static CheckpointRow Entered(long sequence, string state = "Reserve") =>
        new()
        {
            Sequence = sequence,
            Kind = RowKind.StateEntered,
            WrittenAt = Noon.AddSeconds(sequence),
            State = state,
            WorkflowName = sequence == 0 ? "orders" : null,
            WorkflowVersion = 3,
            Visit = sequence,
            Data = new byte[40],
        };

    /// <summary>The error of a call that is refused.</summary>
    public static async Task<CanoError> RefusalAsync(Func<Task> call) =>
        (await Assert.ThrowsAnyAsync<CanoException>(call)).Error;

    public static async Task<List<T>> AllAsync<T>(this IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        await foreach (var item in items)
            all.Add(item);
        return all;
    }
}
