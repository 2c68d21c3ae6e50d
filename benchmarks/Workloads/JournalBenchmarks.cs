using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>Checkpointed transitions, in memory and durable on disk.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[Unit("transition")]
public class JournalBenchmarks
{
    private const int States = 10;

    private readonly Dictionary<string, List<CheckpointRow>> _floorRuns = [];
    private readonly JournalDirectory _directory = new();
    private ICheckpointStore? _store;
    private Workflow<int>? _journaled;
    private FloorFile? _file;
    private int _run;

    [GlobalSetup(Target = nameof(JournalMem10))]
    public void OpenMemory() => Journal(new MemoryCheckpointStore());

    [GlobalSetup(Target = nameof(JournalDisk10))]
    public async Task OpenDisk() => Journal(await FasterCheckpointStore.OpenAsync(_directory.Path));

    [GlobalSetup(Target = nameof(JournalPure10))]
    public async Task OpenPure()
    {
        await OpenDisk();
        _journaled = _journaled!.Pure(Enumerable.Range(0, States));
    }

    [GlobalSetup(Target = nameof(FloorJournalDisk10))]
    public void OpenFile() => _file = new FloorFile(FloorFrame(), FileOptions.Asynchronous);

    [GlobalCleanup]
    public async Task Close()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _file?.Dispose();
        _directory.Dispose();
    }

    [BenchmarkCategory("journal_mem10")]
    [Benchmark(Description = "journal_mem10", OperationsPerInvoke = States)]
    public Task JournalMem10() => _journaled!.OrchestrateAsync(0, $"run-{_run++}");

    /// <summary>The same rows in a list of a dictionary.</summary>
    [BenchmarkCategory("journal_mem10")]
    [Benchmark(Description = "floor_journal_mem10", OperationsPerInvoke = States, Baseline = true)]
    public void FloorJournalMem10()
    {
        var id = $"run-{_run++}";
        var rows = _floorRuns[id] = [];
        for (var i = 0; i <= States; i++)
            rows.Add(
                new CheckpointRow
                {
                    Sequence = i,
                    Kind = RowKind.StateEntered,
                    State = "state",
                }
            );
        _floorRuns.Remove(id);
    }

    [BenchmarkCategory("journal_disk10")]
    [Benchmark(Description = "journal_disk10", OperationsPerInvoke = States)]
    public Task JournalDisk10() => _journaled!.OrchestrateAsync(0, $"run-{_run++}");

    /// <summary>The same states, declared pure: their rows share one flush.</summary>
    [BenchmarkCategory("journal_pure10")]
    [Benchmark(Description = "journal_pure10", OperationsPerInvoke = States)]
    public Task JournalPure10() => _journaled!.OrchestrateAsync(0, $"run-{_run++}");

    /// <summary>The same bytes appended to a file, each row flushed to disk.</summary>
    [BenchmarkCategory("journal_disk10")]
    [Benchmark(Description = "floor_journal_disk10", OperationsPerInvoke = States, Baseline = true)]
    public async Task FloorJournalDisk10()
    {
        for (var i = 0; i <= States; i++)
            await _file!.AppendAsync();
    }

    /// <summary>A frame's worth of bytes around a row, in whole sectors as any device writes them.</summary>
    private static byte[] FloorFrame()
    {
        var frame = new byte[512];
        new CheckpointRow
        {
            Sequence = 0,
            Kind = RowKind.StateEntered,
            State = "0",
        }
            .ToBytes()
            .CopyTo(frame, 0);
        return frame;
    }

    private void Journal(ICheckpointStore store)
    {
        _store = store;
        _journaled = Rows.Of(States).WithCheckpointStore(store);
    }
}
