using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>Many writers at once on one journal, and the opening of a large one.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class JournalSizeBenchmarks
{
    private const int Writers = JournalFilling.Writers;
    internal const int RowsOfWriter = 40;
    private const int ReopenedRows = 1_000_000;
    private const int ReopenedRuns = 10_000;

    private readonly JournalDirectory _directory = new();
    private readonly FloorScan _scan = new();
    private FasterCheckpointStore? _store;
    private FloorFile? _file;
    private int _round;

    [GlobalSetup(Target = nameof(JournalDisk256))]
    public async Task Open() => _store = await FasterCheckpointStore.OpenAsync(_directory.Path);

    [GlobalSetup(Target = nameof(FloorJournalDisk256))]
    public void OpenFile() =>
        _file = new FloorFile(
            new byte[Writers * FrameSize(JournalFilling.Row(0), "12-100")],
            FileOptions.None
        );

    /// <summary>A journal of a million rows.</summary>
    [GlobalSetup(Targets = [nameof(Reopen1M), nameof(FloorReopen1M)])]
    public Task Fill() =>
        JournalFilling.FillAsync(_directory.Path, ReopenedRuns, ReopenedRows / ReopenedRuns);

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
        return JournalFilling.AtOnceAsync(async writer =>
        {
            for (var i = 0; i < RowsOfWriter; i++)
                await _store!.AppendAsync($"{round}-{writer}", JournalFilling.Row(i), fence: 1);
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
    public void FloorReopen1M() => _scan.Read(_directory.Path);

    /// <summary>The bytes a row takes in the log: the entry's length, the frame's head, the id, the
    /// body.</summary>
    private static int FrameSize(CheckpointRow row, string id) =>
        (4 + 56 + id.Length + row.ToBytes().Length + 3) & ~3;
}
