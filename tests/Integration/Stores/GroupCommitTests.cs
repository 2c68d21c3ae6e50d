using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>Rows that wait while the disk is busy go to it together.</summary>
public sealed class GroupCommitTests
{
    private const int Writers = 256;

    [Fact]
    public async Task A_group_of_256_writers_is_one_write_and_one_flush()
    {
        var disk = new FaultDisk();
        await using var store = await JournalOnDisk.OpenOn(disk);
        // The segment is created with its first row.
        await store.AppendAsync("before", Rows.Entered(0), fence: 1);
        var busy = new HeldCall();
        disk.Add(new DiskFault(DiskFaultKind.Delay) { Held = busy });
        var before = disk.Position;

        var first = Task.Run(() => store.AppendAsync("first", Rows.Entered(0), fence: 1).AsTask());
        await busy.Arrived;
        var waiting = Enumerable
            .Range(0, Writers)
            .Select(run => store.AppendAsync($"run-{run}", Rows.Entered(0), fence: 1).AsTask())
            .ToList();
        busy.Release();
        await first;
        await Task.WhenAll(waiting);

        const string write = "write journal.log.0",
            flush = "flush journal.log.0";
        Assert.Equal(
            [write, flush, write, flush],
            disk.History.Skip(before).Where(change => !IsZeros(change)).Select(change => Told(disk, change))
        );
    }

    /// <summary>A step of zeros ahead of the rows goes with their flush.</summary>
    private static bool IsZeros(DiskChange change) =>
        change is DiskChange.Write write && !write.Bytes.AsSpan().ContainsAnyExcept((byte)0);

    private static string Told(FaultDisk disk, DiskChange change) =>
        change switch
        {
            DiskChange.Write write => $"write {NameOf(disk, write.File)}",
            DiskChange.Flush flush => $"flush {NameOf(disk, flush.File)}",
            _ => change.ToString(),
        };

    private static string NameOf(FaultDisk disk, int file) =>
        Path.GetFileName(
            disk.History.OfType<DiskChange.Create>().Single(created => created.File == file).Path
        );
}
