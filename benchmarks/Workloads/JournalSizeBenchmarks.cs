using System.Numerics;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>Many writers at once on one journal, and the opening of a large one.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class JournalSizeBenchmarks
{
    private const int Writers = 256;
    private const int RowsOfWriter = 40;
    private const int ReopenedRows = 1_000_000;
    private const int ReopenedRuns = 10_000;

    private readonly JournalDirectory _directory = new();
    private readonly byte[] _buffer = new byte[1 << 20];
    private FasterCheckpointStore? _store;
    private FloorFile? _file;
    private int _round;
    private uint _sum;

    [GlobalSetup(Target = nameof(JournalDisk256))]
    public async Task Open() => _store = await FasterCheckpointStore.OpenAsync(_directory.Path);

    [GlobalSetup(Target = nameof(FloorJournalDisk256))]
    public void OpenFile() =>
        _file = new FloorFile(new byte[Writers * FrameSize(Row(0), "12-100")], FileOptions.None);

    /// <summary>A journal of a million rows.</summary>
    [GlobalSetup(Targets = [nameof(Reopen1M), nameof(FloorReopen1M)])]
    public async Task Fill()
    {
        await using var store = await FasterCheckpointStore.OpenAsync(_directory.Path);
        await AtOnceAsync(async writer =>
        {
            for (var sequence = 0; sequence < ReopenedRows / ReopenedRuns; sequence++)
            for (var run = writer; run < ReopenedRuns; run += Writers)
                await store.AppendAsync($"run-{run}", Row(sequence), fence: 1);
        });
    }

    [GlobalCleanup]
    public async Task Close()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _file?.Dispose();
        _directory.Dispose();
    }

    /// <summary>Each writer appends the rows of a run, one after the other, each durable; then clears
    /// it.</summary>
    [Unit("row")]
    [BenchmarkCategory("journal_disk_256")]
    [Benchmark(Description = "journal_disk_256", OperationsPerInvoke = Writers * RowsOfWriter)]
    public Task JournalDisk256()
    {
        var round = _round++;
        return AtOnceAsync(async writer =>
        {
            for (var i = 0; i < RowsOfWriter; i++)
                await _store!.AppendAsync($"{round}-{writer}", Row(i), fence: 1);
            await _store!.ClearAsync($"{round}-{writer}");
        });
    }

    /// <summary>The same bytes in groups of all the writers, each group one write and one flush.</summary>
    [Unit("row")]
    [BenchmarkCategory("journal_disk_256")]
    [Benchmark(
        Description = "floor_journal_disk_256",
        OperationsPerInvoke = Writers * RowsOfWriter,
        Baseline = true
    )]
    public void FloorJournalDisk256()
    {
        for (var i = 0; i < RowsOfWriter; i++)
            _file!.Append();
    }

    [Unit("open")]
    [BenchmarkCategory("reopen_1m")]
    [Benchmark(Description = "reopen_1m")]
    public async Task Reopen1M() =>
        await (await FasterCheckpointStore.OpenAsync(_directory.Path)).DisposeAsync();

    /// <summary>The same files read in order, with a checksum of their bytes.</summary>
    [Unit("open")]
    [BenchmarkCategory("reopen_1m")]
    [Benchmark(Description = "floor_reopen_1m", Baseline = true)]
    public void FloorReopen1M()
    {
        foreach (var path in Directory.GetFiles(_directory.Path, "journal.log.*"))
        {
            using var file = File.OpenHandle(path);
            for (var at = 0L; RandomAccess.Read(file, _buffer, at) is > 0 and var count; at += count)
                foreach (var word in MemoryMarshal.Cast<byte, ulong>(_buffer.AsSpan(0, count)))
                    _sum = BitOperations.Crc32C(_sum, word);
        }
    }

    private static Task AtOnceAsync(Func<int, Task> write) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => write(writer))));

    private static CheckpointRow Row(int sequence) =>
        new()
        {
            Sequence = sequence,
            Kind = RowKind.StateEntered,
            State = "state",
            TaskName = "task",
            Visit = sequence,
        };

    /// <summary>The bytes a row takes in the log: the entry's length, the frame's head, the id, the
    /// body.</summary>
    private static int FrameSize(CheckpointRow row, string id) =>
        (4 + 56 + id.Length + row.ToBytes().Length + 3) & ~3;
}
