using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.Win32.SafeHandles;

namespace Cano.Benchmarks.Workloads;

/// <summary>Journals of other shapes, opened, listed, and read.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class JournalOpenBenchmarks
{
    private const int Million = 1_000_000;
    private const int Scattered = 100;
    private const int FrameSize = 128;

    private readonly JournalDirectory _directory = new();
    private readonly FloorScan _scan = new();
    private readonly byte[] _frame = new byte[FrameSize];
    private FasterCheckpointStore? _store;
    private RunSummary[] _listed = [];
    private SafeFileHandle? _file;

    [GlobalSetup(Targets = [nameof(OpenSmall), nameof(FloorOpenSmall)])]
    public Task FillSmall() => JournalFilling.FillAsync(_directory.Path, runs: 10, rowsOfRun: 10);

    [GlobalSetup(Targets = [nameof(ReopenRuns), nameof(FloorReopenRuns)])]
    public Task FillRuns() => JournalFilling.FillAsync(_directory.Path, Million, rowsOfRun: 1);

    [GlobalSetup(Targets = [nameof(List), nameof(FloorList)])]
    public async Task FillListed()
    {
        await FillRuns();
        _store = await FasterCheckpointStore.OpenAsync(_directory.Path);
        _listed = await _store.ListRunsAsync(RunFilter.All).ToArrayAsync();
    }

    /// <summary>A hundred rows of one run, each behind one of every other.</summary>
    [GlobalSetup(Targets = [nameof(Load), nameof(FloorLoad)])]
    public async Task FillScattered()
    {
        await JournalFilling.FillAsync(_directory.Path, 1_000, Scattered);
        _store = await FasterCheckpointStore.OpenAsync(_directory.Path);
        _file = File.OpenHandle(Directory.GetFiles(_directory.Path, "journal.log.*")[0]);
    }

    [GlobalCleanup]
    public async Task Close()
    {
        _file?.Dispose();
        if (_store is not null)
            await _store.DisposeAsync();
        _directory.Dispose();
    }

    [Unit("open")]
    [BenchmarkCategory("open_small")]
    [Benchmark(Description = "open_small")]
    public Task OpenSmall() => OpenAsync();

    [Unit("open")]
    [BenchmarkCategory("open_small")]
    [Benchmark(Description = "floor_open_small", Baseline = true)]
    public void FloorOpenSmall() => _scan.Read(_directory.Path);

    [Unit("open")]
    [BenchmarkCategory("reopen_1m_runs")]
    [Benchmark(Description = "reopen_1m_runs")]
    public Task ReopenRuns() => OpenAsync();

    [Unit("open")]
    [BenchmarkCategory("reopen_1m_runs")]
    [Benchmark(Description = "floor_reopen_1m_runs", Baseline = true)]
    public void FloorReopenRuns() => _scan.Read(_directory.Path);

    [Unit("run")]
    [BenchmarkCategory("list_1m")]
    [Benchmark(Description = "list_1m", OperationsPerInvoke = Million)]
    public async Task List()
    {
        var runs = 0;
        await foreach (var _ in _store!.ListRunsAsync(RunFilter.All))
            runs++;
        if (runs != Million)
            throw new InvalidOperationException($"{runs} runs are listed.");
    }

    /// <summary>An array of them, copied as one does it under a lock.</summary>
    [Unit("run")]
    [BenchmarkCategory("list_1m")]
    [Benchmark(Description = "floor_list_1m", OperationsPerInvoke = Million, Baseline = true)]
    public void FloorList()
    {
        var runs = 0;
        foreach (var run in (RunSummary[])_listed.Clone())
            runs += run.RunId.Length > 0 ? 1 : 0;
        if (runs != Million)
            throw new InvalidOperationException($"{runs} runs are listed.");
    }

    [Unit("load")]
    [BenchmarkCategory("load_100")]
    [Benchmark(Description = "load_100")]
    public async Task Load()
    {
        var rows = await _store!.LoadRunAsync("run-500");
        if (rows.Count != Scattered)
            throw new InvalidOperationException($"{rows.Count} rows are loaded.");
    }

    /// <summary>As many reads of a frame each, as far apart.</summary>
    [Unit("load")]
    [BenchmarkCategory("load_100")]
    [Benchmark(Description = "floor_load_100", Baseline = true)]
    public void FloorLoad()
    {
        var apart = RandomAccess.GetLength(_file!) / Scattered;
        for (var i = 0; i < Scattered; i++)
            if (RandomAccess.Read(_file!, _frame, i * apart) == 0)
                throw new InvalidOperationException("The file is shorter.");
    }

    private async Task OpenAsync() =>
        await (await FasterCheckpointStore.OpenAsync(_directory.Path)).DisposeAsync();
}
