using Cano.Faster.Disks;
using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>After a flush that was refused the system shows what the disk does not have, and calls it
/// flushed.</summary>
public sealed class ForgottenWritesTests
{
    private const string Meta = "/journal/journal.meta";

    [Theory]
    [Trait("ID", "F41")]
    [InlineData(SegmentFiles.Prefix, 1)]
    [InlineData(SegmentFiles.Prefix, 5_000)]
    [InlineData(SuperblockFile.Name, 1)]
    [InlineData(SuperblockFile.Name, 5_000)]
    public async Task Rows_that_a_refused_flush_left_in_memory_are_on_disk_before_others_build_on_them(
        string file,
        int size
    )
    {
        CheckpointRow RowAt(int i) => Rows.Of(i, RowKind.CursorAdvanced, new byte[size]);
        for (var seed = 0; seed < 20; seed++)
        {
            var disk = new FaultDisk(seed: seed);
            await using (var store = await JournalOnDisk.OpenOn(disk))
            {
                await store.AppendAsync("run", RowAt(0), fence: 1);
                disk.Add(new DiskFault(DiskFaultKind.RefusedFlush) { Name = file, IsLasting = true });
                if (file == SegmentFiles.Prefix)
                    await store.AppendRefusal("run", RowAt(1), fence: 1);
                else
                    await Assert.ThrowsAsync<CanoException>(() => store.DisposeAsync().AsTask());
            }

            disk.Mend();
            await using var again = await JournalOnDisk.OpenOn(disk);
            var read = await again.LoadRunAsync("run");
            await again.AppendAsync("run", RowAt(read.Count), fence: 1);
            var left = new FaultDisk(disk.AfterPowerLoss(new Random(seed)));

            await using var after = await JournalOnDisk.OpenOn(left);
            Assert.Equal(Enumerable.Range(0, read.Count + 1).Select(RowAt), await after.LoadRunAsync("run"));
        }
    }

    [Theory]
    [Trait("ID", "F51")]
    [InlineData(1L << 40, 1L << 41)]
    [InlineData(1L << 40, 1L << 40)]
    [InlineData(100, 1L << 20)]
    [InlineData(-65_536, 1L << 20)]
    [InlineData(64, long.MaxValue)]
    [InlineData(64, 0)]
    public async Task A_superblock_that_says_what_cannot_be_is_refused_and_no_segment_is_deleted(
        long begin,
        long durable
    )
    {
        var disk = new FaultDisk();
        await using (var store = await JournalOnDisk.OpenOn(disk))
            await store.AppendMany("run", 0, 3);
        var image = disk.Written()
            .Changed(
                Meta,
                bytes =>
                {
                    for (var slot = 0; slot <= SuperblockFile.SlotSize; slot += SuperblockFile.SlotSize)
                        if (Superblock.Read(bytes.AsSpan(slot)) is { } sound)
                            (sound with { Begin = begin, Durable = durable }).Write(
                                bytes.AsSpan(slot, Superblock.Size)
                            );
                }
            );

        var absurd = new FaultDisk(image);
        await Rows.Refusal(() => JournalOnDisk.OpenOn(absurd));

        Assert.True(absurd.Has(JournalOnDisk.LogOnDisk()));
    }
}
