using Cano.Faster.Disks;
using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>Zeros lie on disk ahead of what is written to the log, and mean nothing.</summary>
public sealed class ZerosAheadTests : IDisposable
{
    private const string Log = "journal.log";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("ID", "F52")]
    public async Task A_flush_seldom_has_more_to_say_than_the_bytes_of_its_rows()
    {
        var disk = new FaultDisk();
        await using var store = await JournalOnDisk.OpenOn(disk);
        await store.AppendMany("run", 0, 200);

        var flushes = FlushesOf(disk, Log + ".0").ToArray();
        Assert.Equal(200, flushes.Length);
        Assert.InRange(flushes.Count(flush => !flush.IsOfDataAlone), 1, 5);
        Assert.False(flushes[0].IsOfDataAlone);
    }

    [Fact]
    [Trait("ID", "F52")]
    public async Task A_journal_of_few_rows_is_small_and_closed_it_has_no_zeros_behind_them()
    {
        var disk = new FaultDisk { KeepsHistory = false };
        var path = JournalOnDisk.LogOnDisk();
        var options = new FasterCheckpointOptions { Disk = disk };
        await using (var store = await FasterCheckpointStore.OpenAsync("/journal", options))
        {
            await store.AppendMany("run", 0, 3);
            Assert.InRange(disk.Written()[path].Length, 512, 1 << 16);
        }

        using var superblocks = SuperblockFile.Open(disk, "/journal");
        Assert.Equal(superblocks.Newest.Durable, disk.Written()[path].Length);
    }

    [Fact]
    [Trait("ID", "F52")]
    public async Task A_journal_that_was_closed_is_opened_without_being_written_again()
    {
        var disk = new FaultDisk();
        await using (var store = await JournalOnDisk.OpenOn(disk))
            await store.AppendMany("run", 0, 3);
        var closed = disk.Position;

        await using var reopened = await JournalOnDisk.OpenOn(disk);

        Assert.Equal(3, (await reopened.LoadRunAsync("run")).Count);
        Assert.DoesNotContain(
            disk.History.Skip(closed),
            change => change is DiskChange.Create or DiskChange.Move or DiskChange.Resize
        );
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task What_is_flipped_among_the_zeros_that_a_crash_leaves_changes_nothing()
    {
        await using var store = await _directory.Open();
        await store.AppendMany("alpha", 0, 3);
        using var crashed = _directory.Crash();
        var bytes = await File.ReadAllBytesAsync(crashed.Log());
        var end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        Assert.True(bytes.Length - end > 512);

        for (var position = end + 4; position < bytes.Length; position += 97)
        {
            using var copy = crashed.Crash();
            JournalOnDisk.Flip(copy.Log(), position, bit: position % 8);
            await using var reopened = await copy.Open();
            Assert.Equal(3, (await reopened.LoadRunAsync("alpha")).Count);
            Assert.Null(Assert.Single(await reopened.List(RunFilter.All)).Damage);
            await reopened.AppendAsync("alpha", Rows.Entered(3), 1);
        }
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task A_disk_without_room_for_zeros_takes_rows_as_long_as_they_have_room()
    {
        var disk = new FaultDisk();
        var logger = new KeepingLogger();
        // In each segment the rows are written first, then the zeros.
        disk.Add(new DiskFault(DiskFaultKind.ShortWrite, At: 2) { Call = DiskCall.Write, Name = Log + ".0" });
        disk.Add(new DiskFault(DiskFaultKind.NoSpace, At: 2) { Call = DiskCall.Write, Name = Log + ".1" });
        var options = JournalOnDisk.Small with { Disk = disk, Logger = logger };
        await using (var store = await FasterCheckpointStore.OpenAsync("/journal", options))
        {
            await store.AppendMany("run", 0, 300);
            Assert.True(
                disk.Written()[JournalOnDisk.LogOnDisk()].AsSpan()[^512..].ContainsAnyExcept((byte)0)
            );
            await store.AppendMany("run", 300, 2000);
            Assert.True(disk.Has(JournalOnDisk.LogOnDisk(2)));
        }

        Assert.Contains("no room for zeros", Assert.Single(logger.Warnings));
        await using var reopened = await JournalOnDisk.OpenOn(disk);
        Assert.Equal(2000, (await reopened.LoadRunAsync("run")).Count);
    }

    private static IEnumerable<DiskChange.Flush> FlushesOf(FaultDisk disk, string name)
    {
        var file = disk
            .History.OfType<DiskChange.Create>()
            .Single(made => Path.GetFileName(made.Path) == name);
        return disk.History.OfType<DiskChange.Flush>().Where(flush => flush.File == file.File);
    }
}
