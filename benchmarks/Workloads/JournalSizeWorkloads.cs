using System.Numerics;
using System.Runtime.InteropServices;
using Cano.Benchmarks.Quick;

namespace Cano.Benchmarks.Workloads;

/// <summary>Many writers at once on one journal, and the opening of a large one.</summary>
public static class JournalSizeWorkloads
{
    private const int Writers = 256;
    private const int RowsOfWriter = 40;
    private const int ReopenedRows = 1_000_000;
    private const int ReopenedRuns = 10_000;
    private const int ReadSize = 1 << 20;

    public static (string, Func<Workload>)[] All =>
        [
            ("journal_disk_256", Writing),
            ("floor_journal_disk_256", FloorWriting),
            ("reopen_1m", Reopening),
            ("floor_reopen_1m", FloorReopening),
        ];

    private static CheckpointRow Row(int sequence) =>
        new() { Sequence = sequence, Kind = RowKind.StateEntered, State = "state", TaskName = "task", Visit = sequence };

    /// <summary>Each writer appends the rows of a run, one after the other, each durable; then clears it.</summary>
    private static Workload Writing()
    {
        var directory = Directory.CreateTempSubdirectory("cano-bench-").FullName;
        var store = FasterCheckpointStore.OpenAsync(directory).GetAwaiter().GetResult();
        var round = 0;

        async Task RunAsync(string id)
        {
            for (var i = 0; i < RowsOfWriter; i++) await store.AppendAsync(id, Row(i), fence: 1);
            await store.ClearAsync(id);
        }

        return new Workload(
            "journal_disk_256",
            "row",
            Writers * RowsOfWriter,
            () =>
            {
                var prefix = round++;
                return Task.WhenAll(Enumerable.Range(0, Writers).Select(run => Task.Run(() => RunAsync($"{prefix}-{run}"))));
            }
        )
        {
            CloseAsync = async () =>
            {
                await store.DisposeAsync();
                Directory.Delete(directory, recursive: true);
            },
        };
    }

    /// <summary>The same bytes in groups of all the writers, each group one write and one flush.</summary>
    private static Workload FloorWriting()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var group = new byte[Writers * FrameSize(Row(0), "12-100")];
        var offset = 0L;
        return new Workload(
            "floor_journal_disk_256",
            "row",
            Writers * RowsOfWriter,
            () =>
            {
                for (var i = 0; i < RowsOfWriter; i++)
                {
                    RandomAccess.Write(file, group, offset);
                    RandomAccess.FlushToDisk(file);
                    offset += group.Length;
                }

                return Task.CompletedTask;
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

    private static Workload Reopening()
    {
        var directory = Large();
        return new Workload(
            "reopen_1m",
            "open",
            1,
            async () => await (await FasterCheckpointStore.OpenAsync(directory)).DisposeAsync()
        )
        {
            CloseAsync = () => Deleted(directory),
        };
    }

    /// <summary>The same files read in order, with a checksum of their bytes.</summary>
    private static Workload FloorReopening()
    {
        var directory = Large();
        var buffer = new byte[ReadSize];
        return new Workload(
            "floor_reopen_1m",
            "open",
            1,
            () =>
            {
                var sum = 0u;
                foreach (var path in Directory.GetFiles(directory, "journal.log.*"))
                {
                    using var file = File.OpenHandle(path);
                    for (var at = 0L; RandomAccess.Read(file, buffer, at) is > 0 and var count; at += count)
                        foreach (var word in MemoryMarshal.Cast<byte, ulong>(buffer.AsSpan(0, count)))
                            sum = BitOperations.Crc32C(sum, word);
                }

                GC.KeepAlive(sum);
                return Task.CompletedTask;
            }
        )
        {
            CloseAsync = () => Deleted(directory),
        };
    }

    /// <summary>A journal of a million rows: the directory.</summary>
    private static string Large()
    {
        var directory = Directory.CreateTempSubdirectory("cano-bench-").FullName;
        FillAsync(directory).GetAwaiter().GetResult();
        return directory;
    }

    private static async Task FillAsync(string directory)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(directory);

        async Task WriteAsync(int writer)
        {
            for (var sequence = 0; sequence < ReopenedRows / ReopenedRuns; sequence++)
                for (var run = writer; run < ReopenedRuns; run += Writers)
                    await store.AppendAsync($"run-{run}", Row(sequence), fence: 1);
        }

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))));
    }

    private static Task Deleted(string directory)
    {
        Directory.Delete(directory, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>The bytes a row takes in the log: the entry's length, the frame's head, the id, the body.</summary>
    private static int FrameSize(CheckpointRow row, string id) => (4 + 56 + id.Length + row.ToBytes().Length + 3) & ~3;
}
