using Cano.Faster;
using Cano.FaultyDisks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Integration.Stores;

/// <summary>What the opening of a small journal costs, by count, and what it reads where its file
/// ends.</summary>
public sealed class JournalOpeningTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("ID", "F52")]
    public async Task A_small_journal_is_opened_in_memory_for_its_rows_and_not_for_a_page()
    {
        var disk = new FaultDisk { KeepsHistory = false };
        var options = new FasterCheckpointOptions { Disk = disk };
        await using (var store = await FasterCheckpointStore.OpenAsync("/journal", options))
            await store.AppendMany("run", 0, 20);

        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var journal = Journal.Open("/journal", options, NullLogger.Instance);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            await journal.CloseAsync();
        }

        Assert.True(least < 1 << 16, $"20 rows took {least} bytes in pages of {1 << options.PageSizeBits}");
    }

    [Fact]
    [Trait("ID", "F52")]
    public async Task A_journal_that_is_opened_to_be_read_is_flushed_once()
    {
        var disk = new FaultDisk();
        await using (var store = await JournalOnDisk.OpenOn(disk))
            await store.AppendMany("run", 0, 3);
        // The first brings what the last superblock says into the other slot too.
        await (await JournalOnDisk.OpenOn(disk)).DisposeAsync();
        var before = disk.Position;

        await (await JournalOnDisk.OpenOn(disk)).DisposeAsync();

        var changes = disk.History.Skip(before).ToList();
        Assert.True(Assert.Single(changes.OfType<DiskChange.Flush>()).IsOfDataAlone);
        Assert.Single(changes.OfType<DiskChange.Write>());
        Assert.Equal(2, changes.Count);
    }

    [Fact]
    [Trait("ID", "F52")]
    public async Task The_other_superblock_says_what_the_last_one_said_when_a_journal_is_opened_and_closed()
    {
        var disk = new FaultDisk();
        await using (var store = await JournalOnDisk.OpenOn(disk))
            await store.AppendMany("run", 0, 3);

        await (await JournalOnDisk.OpenOn(disk)).DisposeAsync();

        var slots = disk.Written()["/journal/journal.meta"];
        var first = Faster.Disks.Superblock.Read(slots.AsSpan(0, Faster.Disks.Superblock.Size))!;
        var second = Faster.Disks.Superblock.Read(slots.AsSpan(4096, Faster.Disks.Superblock.Size))!;
        Assert.Equal(first, second with { Generation = first.Generation });
        Assert.Equal(1, Math.Abs(first.Generation - second.Generation));
    }

    /// <summary>A crash that left a segment's file without its size, or whoever gives zeros back, may end it
    /// within the zeros that a row has at its end.</summary>
    [Theory]
    [Trait("ID", "Y14")]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(60_000)]
    public async Task A_row_that_ends_with_zeros_is_whole_though_its_file_does_not_have_them(int zeros)
    {
        await using (var store = await _directory.Open())
        {
            await store.AppendMany("before", 0, 3);
            await store.AppendAsync("run", Rows.Of(0, RowKind.StepCompleted, new byte[zeros]), fence: 1);
        }

        var log = await File.ReadAllBytesAsync(_directory.Log());
        var end = log.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        Assert.True(end < log.Length);
        JournalOnDisk.CutBy(_directory.Log(), log.Length - end);

        await using var reopened = await _directory.Open();
        Assert.Equal(3, (await reopened.LoadRunAsync("before")).Count);
        Assert.Equal(zeros, Assert.Single(await reopened.LoadRunAsync("run")).Payload!.Value.Length);
        await reopened.AppendMany("before", 3, 5);
        Assert.Equal(5, (await reopened.LoadRunAsync("before")).Count);
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_segment_whose_entry_was_in_memory_alone_has_it_flushed_before_rows_are_written_to_it()
    {
        var disk = new FaultDisk();
        await using (var store = await JournalOnDisk.OpenOn(disk))
        {
            var padding = new byte[40_000];
            await store.AppendAsync("run", Rows.Of(0, RowKind.StepCompleted, padding), fence: 1);
        }

        // The process died when it had made the next segment and written nothing to it.
        var image = disk.Written().With(JournalOnDisk.LogOnDisk(1), []);
        var next = new FaultDisk(image);
        await using var reopened = await JournalOnDisk.OpenOn(next);
        Assert.Contains(next.History, change => change is DiskChange.FlushDirectory);
        Assert.Single(await reopened.LoadRunAsync("run"));
    }
}
