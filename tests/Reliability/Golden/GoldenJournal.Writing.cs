using Cano.Testing;

namespace Cano.Reliability.Golden;

// How golden journals are written.
internal static partial class GoldenJournal
{
    /// <summary>Writes a journal of the present format into an empty directory: of every beginning one run
    /// for each of its rows, as if the process had died after that row; one of them claimed twice, one
    /// claimed and released, some with signals or a cancel in their inbox, and of each beginning one run that
    /// ended.</summary>
    public static Task WriteAsync(string directory) =>
        WriteAsync(
            directory,
            async (store, time) =>
            {
                foreach (var beginning in GoldenWorkflow.Beginnings)
                    await WriteRunsAsync(store, time, beginning);
                await store.ClaimAsync("plain-1", "golden");
                await store.ClaimAsync("plain-1", "golden again");
                await store.ReleaseAsync("plain-2", await store.ClaimAsync("plain-2", "golden"));
                await GoldenSignals.SendAsync(store);
                await GoldenFamilies.WriteAsync(store, time);
                await GoldenFlows.WriteAsync(store);
            }
        );

    /// <summary>Writes one of a few runs into an empty directory, all of which were moved within the
    /// log.</summary>
    public static Task WriteMovedAsync(string directory) => WriteAsync(directory, GoldenMoved.WriteAsync);

    private static async Task WriteAsync(
        string directory,
        Func<FasterCheckpointStore, VirtualTime, Task> write
    )
    {
        Directory.CreateDirectory(directory);
        var time = GoldenClock.Writing();
        await using (var store = await OpenAsync(directory, time))
            await write(store, time);

        File.Delete(Path.Combine(directory, "journal.lock"));
        using var copy = new TempDirectory();
        Copy(directory, copy.Path);
        var resumed = await ResumedAsync(copy.Path, GoldenClock.Reading());
        await File.WriteAllLinesAsync(Path.Combine(directory, Expected), resumed);
    }

    private static async Task WriteRunsAsync(FasterCheckpointStore store, VirtualTime time, string beginning)
    {
        var rows = 1;
        while (await GoldenWriter.WriteAsync(store, time, beginning, $"{beginning}-{rows}", rows))
            rows++;
    }
}
