using Cano.Faster.Disks;
using Cano.Testing;

namespace Cano.Reliability.Refusing;

/// <summary>One journal whose n-th flush, or every one from there on, is refused by the system.</summary>
internal static class RefusedFlush
{
    private const int Rows = 12;

    /// <summary>More flushes than a trial makes.</summary>
    private const int FlushesMax = 32;

    private const int Interrupted = 4;

    // As Linux numbers and calls them.
    private static readonly (int Number, string Words)[] s_refusals =
    [
        (Interrupted, ""),
        (5, "Input/output error"),
        (22, "Invalid argument"),
        (28, "No space left on device"),
        (30, "Read-only file system"),
        (122, "Disk quota exceeded"),
    ];

    /// <returns>What became of it: told, repeated, or not met.</returns>
    public static async Task<string> TryAsync(Refuser refuser, string directory, Random chance)
    {
        var (number, words) = s_refusals[chance.Next(s_refusals.Length)];
        var at = chance.Next(4) == 0 ? 1 : chance.Next(1, FlushesMax);
        var times =
            number == Interrupted ? chance.Next(1, 50)
            : chance.Next(2) == 0 ? 1
            : int.MaxValue;
        refuser.Begin(new(number, at, times, CallKinds.Flush));
        var told = new List<string>();
        var acknowledged = await WriteAsync(refuser, directory, chance, number == Interrupted, told);
        var struck = refuser.Struck;
        refuser.Begin(null);

        if (number == Interrupted || struck.Count == 0)
        {
            Broken.Unless(told.Count == 0, $"nothing was refused for good, and yet: {told.FirstOrDefault()}");
            Broken.Unless(acknowledged == Rows, $"{acknowledged} of {Rows} rows acknowledged");
        }
        else
        {
            Broken.Unless(told.Count > 0, $"{number} at flush {at} of {struck[0]} was not told");
            Broken.Unless(told[0].Contains(words), $"told without the reason '{words}': {told[0]}");
            var isFull = number is 28 or 122;
            Broken.Unless(
                !isFull || told[0].Contains("free space") || told[0].Contains("cannot close"),
                $"told without what to do: {told[0]}"
            );
        }

        await CheckAsync(directory, acknowledged);
        return struck.Count == 0 ? "not-met"
            : number == Interrupted ? "repeated"
            : "told";
    }

    public static CheckpointRow RowAt(long sequence, int size) =>
        new()
        {
            Sequence = sequence,
            Kind = RowKind.CursorAdvanced,
            WrittenAt = DateTimeOffset.UnixEpoch.AddSeconds(sequence),
            State = "state",
            Visit = 0,
            Payload = Enumerable.Repeat((byte)(sequence + 1), size).ToArray(),
        };

    /// <summary>How many rows were acknowledged.</summary>
    private static async Task<int> WriteAsync(
        Refuser refuser,
        string directory,
        Random chance,
        bool isRepeated,
        List<string> told
    )
    {
        var time = new VirtualTime();
        var step = TimeSpan.FromSeconds(chance.Next(2));
        var acknowledged = 0;
        FasterCheckpointStore? store = null;
        if (!await IsDoneAsync(async () => store = await OpenAsync(directory, time), told))
            return 0;

        for (var row = 0; row < Rows; row++)
        {
            time.Advance(step);
            var before = refuser.Struck.Count;
            var bytes = RowAt(row, Size(row));
            if (!await IsDoneAsync(() => store!.AppendAsync("run", bytes, fence: 1).AsTask(), told))
                continue;

            Broken.Unless(told.Count == 0, $"row {row} was acknowledged after: {told.FirstOrDefault()}");
            // A superblock is written after the row is acknowledged: the next call is told.
            var lost = refuser.Struck.Skip(before).Where(name => name != SuperblockFile.Name);
            Broken.Unless(
                isRepeated || !lost.Any(),
                $"row {row} was acknowledged though the flush of {lost.FirstOrDefault()} was refused"
            );
            acknowledged++;
        }

        await IsDoneAsync(() => store!.DisposeAsync().AsTask(), told);
        return acknowledged;
    }

    private static async Task CheckAsync(string directory, int acknowledged)
    {
        await using var store = await OpenAsync(directory, new VirtualTime());
        var rows = await store.LoadRunAsync("run");
        Broken.Unless(rows.Count >= acknowledged, $"{rows.Count} of {acknowledged} rows are there");
        for (var row = 0; row < rows.Count; row++)
            Broken.Unless(rows[row] == RowAt(row, Size(row)), $"row {row} is another");
        await store.AppendAsync("run", RowAt(rows.Count, Size(rows.Count)), fence: 1);
    }

    private static int Size(int row) => 1 + row * 7919 % 20_000;

    private static Task<FasterCheckpointStore> OpenAsync(string directory, TimeProvider time) =>
        FasterCheckpointStore.OpenAsync(
            directory,
            new FasterCheckpointOptions
            {
                PageSizeBits = 16,
                MemorySizeBits = 18,
                SegmentSizeBits = 16,
                TimeProvider = time,
            }
        );

    private static async Task<bool> IsDoneAsync(Func<Task> call, List<string> told)
    {
        try
        {
            await call();
            return true;
        }
        catch (CanoException refused)
        {
            Journals.Refusals.Check(refused);
            told.Add(refused.Error.Message);
            return false;
        }
    }
}
