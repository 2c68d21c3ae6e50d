using Cano.Testing;

namespace Cano.Reliability.Lives;

/// <summary>A run whose snapshot is just below what a row has room for, or just above. It is cut off next to
/// the snapshot, or where that would be, and once more after others, and goes on in a journal that is opened
/// again.</summary>
/// <param name="directory">An empty one.</param>
/// <param name="isAbove">There is no room for it.</param>
/// <param name="hasData">The run has as much data as well, which goes with each snapshot.</param>
/// <param name="chance">Where it is cut off, and how it ends.</param>
internal sealed class LargestSnapshot(string directory, bool isAbove, bool hasData, Random chance)
{
    private const int Mebibyte = 1 << 20;

    /// <summary>What a row takes of receipts, and how many make that up.</summary>
    private const int Limit = 64 * Mebibyte;

    private const int Steps = 64;

    /// <summary>The rows up to where the snapshot is due: the first state, each step as it begins and as it
    /// ends, and the state after them.</summary>
    private const int RowsBefore = 1 + 2 * Steps + 1;

    /// <summary>After these many visits of that state three more snapshots are due.</summary>
    private const int Visits = 3 * RowsBefore + 10;

    /// <summary>Less than all that a run's data may be.</summary>
    private const int Values = 62;

    private const int Segment = 16 * Mebibyte;

    /// <summary>What the run keeps.</summary>
    private readonly long _kept = hasData ? 2 * Limit : Limit;

    private readonly bool _isUndone = chance.Next(2) == 0;
    private readonly List<int> _undone = [];
    private long _disk;
    private long _heapBefore;
    private long _heap;
    private bool _hasEnded;

    /// <summary>Runs it. Returns how many bytes the journal and the heap took at most.</summary>
    public async Task<(long Disk, long Heap)> RunAsync()
    {
        _heapBefore = GC.GetTotalMemory(forceFullCollection: true);
        // At the snapshot, or the row in its place, or one row later; before that row is on disk, or after.
        var (isLater, isAfter) = (chance.Next(2) == 0, chance.Next(2) == 0);
        await CutAsync(
            RowsBefore + (isLater ? 2 : 1),
            isAfter ? CrashPoint.AfterAppend : CrashPoint.BeforeAppend,
            isSummedUp: !isAbove && (isLater || isAfter),
            isFirst: true
        );
        // Two more are due by then.
        await CutAsync(2 * RowsBefore + 2, CrashPoint.AfterAppend, isSummedUp: !isAbove, isFirst: false);
        await EndAsync();

        // A new snapshot is on disk before the old one is given back, by whole segments.
        var disk = (isAbove ? _kept : 2 * _kept) + (3 * Segment);
        Broken.Unless(_disk <= disk, $"the journal took {_disk:N0} bytes of disk");
        Broken.Unless(_heap <= _kept + (32 * Mebibyte), $"the heap took {_heap:N0} bytes");
        var left = OnDisk();
        Broken.Unless(left <= 2 * Segment, $"the run has ended, and {left:N0} bytes are left on disk");
        return (_disk, _heap);
    }

    /// <summary>Begins the run or goes on with it, to an append of this process. Its rows are not read before
    /// that: whoever has read them may hold them, as long as the run itself, while the heap is looked
    /// at.</summary>
    private async Task CutAsync(int append, CrashPoint point, bool isSummedUp, bool isFirst)
    {
        await using var store = await OpenAsync();
        var dying = new CrashingCheckpointStore(store, append, point);
        var workflow = Of().WithCheckpointStore(dying);
        await (isFirst ? workflow.TryOrchestrateAsync("begin", "run") : workflow.TryResumeFromAsync("run"));
        Broken.Unless(dying.HasCrashed && _undone is [], "the run should have been cut off");
        var rows = await store.LoadRunAsync("run");
        Broken.Unless(
            rows[0].Kind == RowKind.Snapshot == isSummedUp,
            $"cut off at its append {append} ({point}), the run is of {rows.Count} rows from {rows[0]} on"
        );
    }

    private async Task EndAsync()
    {
        await using var store = await OpenAsync();
        var end = await Of().WithCheckpointStore(store).TryResumeFromAsync("run");
        var steps = _isUndone ? Enumerable.Range(0, Steps).Reverse() : [];
        Broken.Unless(
            _hasEnded && end.IsLeft == _isUndone && _undone.SequenceEqual(steps),
            $"ended as {end}, {_undone.Count} steps undone"
        );
    }

    private Task<FasterCheckpointStore> OpenAsync() =>
        FasterCheckpointStore.OpenAsync(
            directory,
            new FasterCheckpointOptions
            {
                Disk = new HookedDisk { Deleting = _ => _disk = Math.Max(_disk, OnDisk()) },
            }
        );

    private Workflow<string> Of()
    {
        var workflow = Workflow
            .Bare<string>()
            .Register(
                "begin",
                context =>
                {
                    for (var value = 0; hasData && value < Values; value++)
                        context.Store.Put($"value {value}", new string('x', Mebibyte));
                    return "0";
                },
                TaskConfig.Minimal
            );
        for (var step = 0; step < Steps; step++)
            workflow = Step(workflow, step);
        return workflow
            .Register("visit", context => Visit(context), TaskConfig.Minimal)
            .AddExitState("done")
            .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
            .WithSnapshotEvery(RowsBefore);
    }

    /// <summary>A receipt is stored with its quotes. Names take 32 KiB at most: with as much less the sum is
    /// below the limit, and with one byte less above it.</summary>
    private Workflow<string> Step(Workflow<string> workflow, int step)
    {
        var less = isAbove ? 1 : 32 << 10;
        var length = Mebibyte - 2 - (step == 0 ? less : 0);
        return workflow.RegisterWithCompensation<string>(
            $"{step}",
            (_, _) => new((step + 1 < Steps ? $"{step + 1}" : "visit", new string('r', length))),
            (_, receipt, _) =>
            {
                Broken.Unless(receipt.Length == length, $"step {step} got {receipt.Length} bytes back");
                _undone.Add(step);
                return default;
            }
        );
    }

    private string Visit(TaskContext context)
    {
        var visit = context.Store.GetOr("visits", 0);
        context.Store.Put("visits", visit + 1);
        if (visit % (RowsBefore / 2) == 0)
            Look();
        if (visit < Visits)
            return "visit";

        for (var value = 0; hasData && value < Values; value++)
            Broken.Unless(
                context.Store.Get<string>($"value {value}").Length == Mebibyte,
                $"value {value} of the run is lost"
            );
        _hasEnded = true;
        return _isUndone ? throw new IOException("on purpose") : "done";
    }

    private void Look()
    {
        _disk = Math.Max(_disk, OnDisk());
        _heap = Math.Max(_heap, GC.GetTotalMemory(forceFullCollection: true) - _heapBefore);
    }

    private long OnDisk() => new DirectoryInfo(directory).GetFiles().Sum(file => file.Length);
}
