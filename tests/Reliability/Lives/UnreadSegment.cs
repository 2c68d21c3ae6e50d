using Cano.Faster.Disks;
using Cano.Reliability.Journals;
using Cano.Testing;

namespace Cano.Reliability.Lives;

/// <summary>Rows that the journal wants to move, to give back the space before them, cannot be read for a
/// while; again and again.</summary>
internal sealed class UnreadSegment(string directory, int rounds)
{
    private const int SegmentBits = 16;

    /// <summary>More than a round needs until its segment is free.</summary>
    private const int StepsMax = 400;

    /// <summary>What is written while nothing can be moved, what the superblock lets wait, and what is
    /// needed: 80 segments of 64 KiB.</summary>
    private const long DiskMax = 80L << SegmentBits;

    private readonly VirtualTime _time = new();
    private readonly Warnings _warnings = new();
    private int _shorts;
    private int _failing;

    /// <summary>Runs it. Returns how many bytes the journal took at most.</summary>
    public async Task<long> RunAsync()
    {
        var (most, before) = (0L, default(Holding));
        await using (var store = await OpenAsync())
            for (var round = 0; round < rounds; round++)
            {
                most = Math.Max(most, await FailAsync(store, round, failures: 1 + round % 3));
                if (round == rounds / 4)
                    before = Holding.Now();
                if (round == rounds - 1)
                    await Holding.MustBeAsAsync(before, $"{rounds} times of segments that cannot be read");
            }

        Broken.Unless(most <= DiskMax, $"the journal took {most:N0} bytes of disk");
        await using var reopened = await OpenAsync();
        await CheckAsync(reopened, IdOf(rounds - 1));
        return most;
    }

    private static string IdOf(int round) => $"parked {round}";

    /// <summary>Lets the moving of a run fail; how many bytes the journal took at most.</summary>
    private async Task<long> FailAsync(FasterCheckpointStore store, int round, int failures)
    {
        var id = IdOf(round);
        for (var row = 0; row < 3; row++)
            await store.AppendAsync(id, RowAt(row), fence: 1);
        // From here on only the new one is in the way.
        await store.ClearAsync(IdOf(round - 1));
        var last = Segments().Max();
        _warnings.Forget();
        Volatile.Write(ref _failing, failures);

        var most = 0L;
        for (var step = 0; Segments().Min() <= last; step++)
        {
            Broken.Unless(
                step < StepsMax,
                $"round {round}: after {failures} failed reads the space before '{id}' never came free; "
                    + $"{_failing} are to come, told: {string.Join("; ", _warnings.Told)}"
            );
            await ShortAsync(store);
            _time.Advance(TimeSpan.FromMilliseconds(100));
            most = Math.Max(most, new DirectoryInfo(directory).GetFiles().Sum(file => file.Length));
        }

        Broken.Unless(
            _warnings.Told.Count == failures
                && _warnings.Told.All(text =>
                    text.Contains($"cannot move run {id}") && text.Contains("Input/output error")
                ),
            $"round {round}: {failures} failed reads were told as: {string.Join("; ", _warnings.Told)}"
        );
        await CheckAsync(store, id);
        return most;
    }

    private static async Task CheckAsync(FasterCheckpointStore store, string id)
    {
        var rows = await store.LoadRunAsync(id);
        Broken.Unless(
            rows.SequenceEqual(Enumerable.Range(0, 3).Select(RowAt)),
            $"of '{id}' there are {rows.Count} rows, or others"
        );
    }

    private void FailWhenDue(string path)
    {
        if (_failing == 0)
            return;
        _failing--;
        throw new IOException($"Input/output error : '{path}'");
    }

    private async Task ShortAsync(FasterCheckpointStore store)
    {
        var id = $"short {_shorts++}";
        await store.AppendAsync(id, RowAt(0), fence: 1);
        await store.ClearAsync(id);
    }

    private List<int> Segments() =>
        [
            .. Directory
                .GetFiles(directory, SegmentFiles.Prefix + "*")
                .Select(path => int.Parse(Path.GetExtension(path).AsSpan(1))),
        ];

    private static CheckpointRow RowAt(int sequence) =>
        new()
        {
            Sequence = sequence,
            Kind = RowKind.CursorAdvanced,
            WrittenAt = DateTimeOffset.UnixEpoch.AddSeconds(sequence),
            State = "state",
            Visit = 0,
            Payload = Enumerable.Repeat((byte)(sequence + 1), 20_000).ToArray(),
        };

    private Task<FasterCheckpointStore> OpenAsync() =>
        FasterCheckpointStore.OpenAsync(
            directory,
            new FasterCheckpointOptions
            {
                PageSizeBits = SegmentBits,
                MemorySizeBits = SegmentBits + 1,
                SegmentSizeBits = SegmentBits,
                TimeProvider = _time,
                Logger = _warnings,
                Disk = new HookedDisk { Reading = FailWhenDue },
            }
        );
}
