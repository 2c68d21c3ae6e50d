using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>What a journal costs, by count: bytes on disk, flushes, bytes of memory.</summary>
public sealed class JournalCostTests
{
    [Theory]
    [Trait("ID", "F52")]
    [InlineData(70_000)]
    [InlineData(262_144)]
    [InlineData(300_000)]
    [InlineData(530_000)]
    [InlineData(1_048_576)]
    [InlineData(5_000_000)]
    public async Task Large_rows_take_at_most_a_tenth_more_on_disk_than_they_are_long(int size)
    {
        var disk = new FaultDisk { KeepsHistory = false };
        var count = 20_000_000 / size;
        var rows = 0L;
        await using (
            var store = await FasterCheckpointStore.OpenAsync(
                "/journal",
                new FasterCheckpointOptions { Disk = disk }
            )
        )
            for (var i = 0; i < count; i++)
            {
                var row = Rows.Of(0, RowKind.StepCompleted, new byte[size]);
                await store.AppendAsync($"run-{i}", row, fence: 1);
                rows += row.ToBytes().Length;
            }

        var image = disk.Written();
        var written = image
            .Paths.Where(path => path.Contains("journal.log.", StringComparison.Ordinal))
            .Sum(path => (long)image[path].Length);
        Assert.True(written <= 1.1 * rows, $"{count} rows of {rows} bytes took {written} bytes on disk");
    }

    [Fact]
    [Trait("ID", "F52")]
    public async Task Claims_of_one_caller_one_after_the_other_do_not_wait_each_for_its_own_flush()
    {
        const int claims = 100;
        var disk = new FaultDisk();
        await using var store = await JournalOnDisk.OpenOn(disk);
        for (var i = 0; i < claims; i++)
            await store.AppendAsync($"run-{i}", Rows.Entered(0), fence: 1);
        var busy = new HeldCall();
        disk.Add(new DiskFault(DiskFaultKind.Delay) { Call = DiskCall.Flush, Held = busy });
        var before = disk.History.OfType<DiskChange.Flush>().Count();

        // As a resume of many does: the next claim is made before the first is on disk.
        var claiming = Task.Run(() =>
            Enumerable.Range(0, claims).Select(i => store.ClaimAsync($"run-{i}", "process").AsTask()).ToList()
        );
        await busy.Arrived;
        try
        {
            await claiming.Soon();
        }
        finally
        {
            busy.Release();
        }

        await Task.WhenAll(await claiming);
        var flushes = disk.History.OfType<DiskChange.Flush>().Count() - before;
        Assert.True(flushes <= 2, $"{claims} claims took {flushes} flushes");
    }

    [Fact]
    [Trait("ID", "F52")]
    public async Task Starts_of_one_caller_one_after_the_other_do_not_wait_each_for_its_own_flush()
    {
        const int starts = 100;
        var disk = new FaultDisk();
        await using var store = await JournalOnDisk.OpenOn(disk);
        await store.AppendMany("before", 0, 1);
        var busy = new HeldCall();
        disk.Add(new DiskFault(DiskFaultKind.Delay) { Call = DiskCall.Flush, Held = busy });
        var before = disk.History.OfType<DiskChange.Flush>().Count();

        var starting = Task.Run(() =>
            Enumerable
                .Range(0, starts)
                .Select(i => store.BeginAsync($"run-{i}", Rows.Entered(0)).AsTask())
                .ToList()
        );
        await busy.Arrived;
        try
        {
            await starting.Soon();
        }
        finally
        {
            busy.Release();
        }

        await Task.WhenAll(await starting);
        var flushes = disk.History.OfType<DiskChange.Flush>().Count() - before;
        Assert.True(flushes <= 2, $"{starts} starts took {flushes} flushes");
    }

    [Fact]
    [Trait("ID", "F52")]
    public async Task Loading_a_short_run_takes_memory_for_its_rows_and_not_for_a_long_one()
    {
        var disk = new FaultDisk();
        await using var store = await JournalOnDisk.OpenOn(disk);
        await store.AppendMany("run", 0, 3);
        await store.LoadRunAsync("run");

        var before = GC.GetAllocatedBytesForCurrentThread();
        var rows = await store.LoadRunAsync("run");
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(3, rows.Count);
        Assert.True(taken < 16_384, $"{rows.Count} rows took {taken} bytes");
    }

    [Fact]
    [Trait("ID", "F47")]
    public async Task An_owner_too_long_for_a_claim_is_refused_and_the_journal_can_be_read_again()
    {
        var disk = new FaultDisk();
        await using (var store = await JournalOnDisk.OpenOn(disk))
        {
            await store.AppendMany("run", 0, 3);
            Assert.Contains(
                "a journal takes 4096",
                await Rows.Refusal(async () => await store.ClaimAsync("run", new string('o', 100_000)))
            );
            await store.ClaimAsync("run", new string('o', 4096));
        }

        await using var again = await JournalOnDisk.OpenOn(disk);
        Assert.Equal(3, (await again.LoadRunAsync("run")).Count);
    }
}
