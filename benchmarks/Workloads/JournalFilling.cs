namespace Cano.Benchmarks.Workloads;

/// <summary>Journals that benchmarks open, filled by many writers at once.</summary>
internal static class JournalFilling
{
    public const int Writers = 256;

    /// <summary>Runs whose rows lie among those of the others.</summary>
    public static async Task FillAsync(string directory, int runs, int rowsOfRun)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(directory);
        await AtOnceAsync(async writer =>
        {
            for (var sequence = 0; sequence < rowsOfRun; sequence++)
            for (var run = writer; run < runs; run += Writers)
                await store.AppendAsync($"run-{run}", Row(sequence), fence: 1);
        });
    }

    public static Task AtOnceAsync(Func<int, Task> write) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => write(writer))));

    public static CheckpointRow Row(int sequence) =>
        new()
        {
            Sequence = sequence,
            Kind = RowKind.StateEntered,
            State = "state",
            TaskName = "task",
            Visit = sequence,
        };
}
