using Cano.Testing;

namespace Cano.Reliability.Golden;

/// <summary>A golden journal whose runs were moved to the end of its log: all that is left of them are
/// copies.</summary>
internal static class GoldenMoved
{
    /// <summary>So many of 30,000 bytes that the log is long, and little of it is needed.</summary>
    private const int FillerRows = 12;

    /// <summary>With each of these rows some runs are moved.</summary>
    private const int LastRows = 20;

    /// <summary>Runs with rows, a snapshot, a row in chunks, data; with an inbox of which something was
    /// taken, and an entry in chunks.</summary>
    private static readonly (string Beginning, int Rows)[] s_runs =
    [
        ("plain", 2),
        ("huge", 2),
        ("saga", 4),
        ("summed", 7),
        ("asked", 3),
        ("woken", 4),
        ("sealed", 6),
    ];

    public static async Task WriteAsync(FasterCheckpointStore store, VirtualTime time)
    {
        foreach (var (beginning, rows) in s_runs)
            await GoldenWriter.WriteAsync(store, time, beginning, $"{beginning}-{rows}", rows);
        await store.AcceptAsync("saga-4", GoldenSignals.Large("letter-1"));
        await store.AcceptAsync("saga-4", InboxItem.Signal("small", "letter-2"));
        // Somebody fills the log, and is forgotten.
        await FillAsync(store, FillerRows, 30_000);
        await FillAsync(store, LastRows, 10);
    }

    private static async Task FillAsync(FasterCheckpointStore store, int rows, int length)
    {
        var fence = await store.BeginAsync("filler", Filler(0, length));
        for (var row = 1; row < rows; row++)
            await store.AppendAsync("filler", Filler(row, length), fence);
        await store.ClearAsync("filler");
    }

    private static CheckpointRow Filler(int sequence, int length) =>
        new()
        {
            Sequence = sequence,
            Kind = RowKind.StateEntered,
            State = "filler",
            Start = sequence == 0 ? RunStart.Of("filler") : null,
            Data = new byte[length],
        };
}
