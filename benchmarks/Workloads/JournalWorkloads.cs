using Cano.Benchmarks.Quick;

namespace Cano.Benchmarks.Workloads;

/// <summary>Checkpointed transitions, in memory and durable on disk.</summary>
public static class JournalWorkloads
{
    private const int States = 10;

    public static (string, Func<Workload>)[] All =>
        [
            ("journal_mem10", () => Journaled("journal_mem10", new MemoryCheckpointStore())),
            ("floor_journal_mem10", FloorMemory),
            ("journal_disk10", Disk),
            ("floor_journal_disk10", FloorDisk),
        ];

    private static Workload Journaled(string name, ICheckpointStore store)
    {
        var workflow = LinearWorkloads.Row(States).WithCheckpointStore(store);
        var run = 0;
        return new Workload(name, "transition", States, () => workflow.OrchestrateAsync(0, $"run-{run++}"))
        {
            CloseAsync = () => store.DisposeAsync().AsTask(),
        };
    }

    /// <summary>The same rows in a list of a dictionary.</summary>
    private static Workload FloorMemory()
    {
        var runs = new Dictionary<string, List<CheckpointRow>>();
        var run = 0;
        return new Workload(
            "floor_journal_mem10",
            "transition",
            States,
            () =>
            {
                var id = $"run-{run++}";
                var rows = runs[id] = [];
                for (var i = 0; i <= States; i++)
                    rows.Add(new CheckpointRow { Sequence = i, Kind = RowKind.StateEntered, State = "state" });
                runs.Remove(id);
                return Task.CompletedTask;
            }
        );
    }

    private static Workload Disk()
    {
        var directory = Directory.CreateTempSubdirectory("cano-bench-").FullName;
        var store = FasterCheckpointStore.OpenAsync(directory).GetAwaiter().GetResult();
        var workload = Journaled("journal_disk10", store);
        return workload with
        {
            CloseAsync = async () =>
            {
                await store.DisposeAsync();
                Directory.Delete(directory, recursive: true);
            },
        };
    }

    /// <summary>The same bytes appended to a file, each row flushed to disk.</summary>
    private static Workload FloorDisk()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous);
        var row = new CheckpointRow { Sequence = 0, Kind = RowKind.StateEntered, State = "0" }.ToBytes();
        // A frame's worth of bytes around the row, in whole sectors as any device writes them.
        var bytes = new byte[512];
        row.CopyTo(bytes, 0);
        var offset = 0L;
        return new Workload(
            "floor_journal_disk10",
            "transition",
            States,
            async () =>
            {
                for (var i = 0; i <= States; i++)
                {
                    await RandomAccess.WriteAsync(file, bytes, offset);
                    RandomAccess.FlushToDisk(file);
                    offset += bytes.Length;
                }
            }
        )
        {
            CloseAsync = () =>
            {
                file.Dispose();
                File.Delete(path);
                return Task.CompletedTask;
            },
        };
    }
}
