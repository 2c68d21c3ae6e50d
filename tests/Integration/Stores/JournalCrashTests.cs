using Cano.Faster.Disks;
using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>What a journal makes of torn writes, failing disks and full segments.</summary>
public sealed class JournalCrashTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_torn_last_row_is_cut_off_and_may_be_appended_again()
    {
        await using var store = await directory.Open();
        await store.AppendMany("a", 0, 5);
        using var crashed = directory.Crash();
        var last = JournalOnDisk.FramesOf(crashed.Log(), "a")[^1];
        JournalOnDisk.Zero(crashed.Log(), last + 40, (int)new FileInfo(crashed.Log()).Length - last - 40);

        for (var sequence = 4; sequence < 6; sequence++)
        {
            await using var reopened = await crashed.Open();
            Assert.Equal(sequence, (await reopened.LoadRunAsync("a")).Count);
            await reopened.AppendAsync("a", Rows.Entered(sequence), 1);
        }
    }

    [Fact]
    [Trait("ID", "S9")]
    public async Task What_a_release_says_outlives_whoever_said_it()
    {
        await using var store = await directory.Open();
        await store.AppendMany("a", 0, 1);
        await store.ClaimAsync("a", "one");
        await store.ReleaseAsync("a", await store.ClaimAsync("a", "two"));
        using var crashed = directory.Crash();
        await using var reopened = await crashed.Open();
        Assert.Equal(0, Assert.Single(await reopened.List(RunFilter.All)).Tries);
    }

    [Fact]
    public async Task A_hole_in_the_group_under_way_at_the_crash_ends_the_log()
    {
        var disk = new FaultDisk();
        await using var store = await JournalOnDisk.OpenOn(disk);
        await store.AppendMany("told", 0, 3);
        await AppendGroup(store, disk, 20);
        using var crashed = new TempDirectory();
        disk.Written().SaveTo(crashed.Path);
        var hole = JournalOnDisk.FramesOf(crashed.Log(), "group-10")[0];
        JournalOnDisk.Zero(crashed.Log(), hole, 80);

        await using var reopened = await crashed.Open();

        Assert.DoesNotContain(await reopened.List(RunFilter.All), run => run.Damage is not null);
        Assert.Equal(3, (await reopened.LoadRunAsync("told")).Count);
        Assert.Single(await reopened.LoadRunAsync("group-9"));
        Assert.Empty(await reopened.LoadRunAsync("group-10"));
        Assert.Empty(await reopened.LoadRunAsync("group-15"));
        // Nothing stale is left that later rows could lead to.
        Assert.Equal(hole, new FileInfo(crashed.Log()).Length);
    }

    [Fact]
    public async Task Concurrent_appends_share_a_flush()
    {
        var disk = new FaultDisk();
        await using var store = await JournalOnDisk.OpenOn(disk);
        await store.AppendMany("first", 0, 1);

        var flushes = await AppendGroup(store, disk, 50);

        Assert.Equal(2, flushes);
    }

    [Theory]
    [Trait("ID", "Y20")]
    [InlineData(nameof(DiskCall.Write))]
    [InlineData(nameof(DiskCall.Flush))]
    public async Task After_a_failed_write_nothing_is_acknowledged_until_a_reopen(string failing)
    {
        var disk = new FaultDisk();
        var store = await JournalOnDisk.OpenOn(disk);
        await store.AppendMany("a", 0, 3);
        disk.Add(
            new DiskFault(DiskFaultKind.NoSpace)
            {
                Call = Enum.Parse<DiskCall>(failing),
                Name = "journal.log.0",
            }
        );

        Assert.Contains("No space left on device", await store.AppendRefusal("a", Rows.Entered(3), 1));
        disk.Mend();

        Assert.Contains("open it again", await store.AppendRefusal("a", Rows.Entered(3), 1));
        Assert.Contains("open it again", await store.AppendRefusal("b", Rows.Entered(0), 1));
        Assert.Contains("open it again", await Rows.Refusal(async () => await store.LoadRunAsync("a")));
        Assert.Contains("open it again", await Rows.Refusal(async () => await store.ClaimAsync("a", "me")));
        await store.DisposeAsync();

        await using var reopened = await JournalOnDisk.OpenOn(disk);
        var rows = await reopened.LoadRunAsync("a");
        Assert.InRange(rows.Count, 3, 4);
        await reopened.AppendAsync("a", Rows.Entered(rows.Count), 1);
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task After_a_full_disk_the_store_says_what_to_do_and_goes_on_once_there_is_space()
    {
        var disk = new FaultDisk();
        var store = await JournalOnDisk.OpenOn(disk);
        await store.AppendMany("a", 0, 3);
        disk.Add(new DiskFault(DiskFaultKind.NoSpace) { Call = DiskCall.Write, IsLasting = true });

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var text = await store.AppendRefusal("a", Rows.Entered(3), 1);
            Assert.Contains("No space left on device", text);
            Assert.Contains("Close the store, free space on its disk and open it again", text);
        }

        await store.DisposeAsync();
        disk.Mend();
        await using var reopened = await JournalOnDisk.OpenOn(disk);
        Assert.Equal(3, (await reopened.LoadRunAsync("a")).Count);
        await reopened.AppendAsync("a", Rows.Entered(3), 1);
    }

    [Fact]
    [Trait("ID", "Y20")]
    public void What_a_write_to_a_full_disk_throws_here_is_known_for_that()
    {
        Assert.True(DiskTrouble.IsFull(NoSpace()));
        Assert.True(DiskTrouble.IsFull(DiskError.NoSpace("journal.log.0")));
    }

    /// <summary>What a write to a full disk throws, by the system's number where the system can be
    /// asked.</summary>
    private static IOException NoSpace()
    {
        if (!OperatingSystem.IsLinux())
            return new IOException("There is not enough space on the disk.", unchecked((int)0x80070070));

        using var full = PhysicalDisk.Instance.Open("/dev/full", FileMode.Open);
        return Assert.Throws<IOException>(() => full.Write([1], 0));
    }

    [Fact]
    public async Task A_power_failure_at_any_write_loses_nothing_acknowledged()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var disk = new FaultDisk(seed: seed);
            var store = await JournalOnDisk.OpenOn(disk);
            disk.Add(new DiskFault(DiskFaultKind.PowerCut, At: seed + 1) { Call = DiskCall.Write });
            var acknowledged = await Task.WhenAll(
                Enumerable.Range(0, 12).Select(n => Task.Run(() => AppendUntilFailure(store, $"run-{n}")))
            );
            await store.DisposeAsync();

            await using var reopened = await JournalOnDisk.OpenOn(new FaultDisk(disk.Written()));
            Assert.DoesNotContain(await reopened.List(RunFilter.All), run => run.Damage is not null);
            for (var n = 0; n < acknowledged.Length; n++)
            {
                var rows = await reopened.LoadRunAsync($"run-{n}");
                Assert.InRange(rows.Count, acknowledged[n], acknowledged[n] + 1);
                Assert.Equal(Enumerable.Range(0, rows.Count).Select(SizedRow), rows);
            }
        }
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task A_large_row_torn_by_a_power_failure_leaves_nothing_behind()
    {
        var large = Rows.Of(1, RowKind.CursorAdvanced, new byte[100_000]);
        var disk = new FaultDisk();
        var store = await JournalOnDisk.OpenOn(disk);
        await store.AppendAsync("a", Rows.Entered(0), 1);
        var before = disk.Position;
        await store.AppendAsync("a", large, 1);
        var history = disk.History;
        await store.DisposeAsync();

        for (var position = before; position <= history.Count; position++)
        {
            var state = new DiskState(DiskImage.Empty);
            foreach (var change in history.Take(position))
                state.Apply(change);
            for (var seed = 0; seed < 20; seed++)
            {
                var crashed = new FaultDisk(state.AfterPowerLoss(new Random(seed)));
                await using (var reopened = await JournalOnDisk.OpenOn(crashed))
                    if ((await reopened.LoadRunAsync("a")).Count == 1)
                        await reopened.AppendAsync("a", large, 1);

                await using var again = await JournalOnDisk.OpenOn(crashed);
                Assert.Equal([Rows.Entered(0), large], await again.LoadRunAsync("a"));
            }
        }
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task A_close_that_cannot_write_its_superblock_says_so_and_gives_the_directory_free()
    {
        var disk = new FaultDisk();
        var store = await JournalOnDisk.OpenOn(disk);
        await store.AppendMany("a", 0, 3);
        disk.Add(new DiskFault(DiskFaultKind.InputOutput) { Call = DiskCall.Write, Name = "journal.meta" });

        Assert.Contains(
            "cannot close the journal",
            await Rows.Refusal(async () => await store.DisposeAsync())
        );

        await using var reopened = await JournalOnDisk.OpenOn(disk);
        Assert.Equal(3, (await reopened.LoadRunAsync("a")).Count);
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task A_clear_that_cannot_be_written_is_told_at_close()
    {
        var disk = new FaultDisk();
        var store = await JournalOnDisk.OpenOn(disk);
        await store.AppendMany("a", 0, 3);
        disk.Add(new DiskFault(DiskFaultKind.NoSpace) { Call = DiskCall.Write, Name = "journal.log" });
        await store.ClearAsync("a");

        Assert.Contains("No space left", await Rows.Refusal(async () => await store.DisposeAsync()));
    }

    [Fact]
    public async Task Superblocks_take_turns_and_a_damaged_one_leaves_the_other()
    {
        for (var round = 0; round < 3; round++)
        {
            await using (var store = await directory.Open())
                await store.AppendMany("a", round, round + 1);
            using var copy = directory.Crash();
            var slot = round % 2 * SuperblockFile.SlotSize;
            JournalOnDisk.Zero(copy.File("journal.meta"), slot, Superblock.Size);
            await using var reopened = await copy.Open();
            Assert.Equal(round + 1, (await reopened.LoadRunAsync("a")).Count);
        }

        JournalOnDisk.Zero(directory.File("journal.meta"), 0, 2 * SuperblockFile.SlotSize);
        Assert.Contains("both superblocks", await Rows.Refusal(directory.Open));
        File.Delete(directory.File("journal.meta"));
        Assert.Contains("without its 'journal.meta'", await Rows.Refusal(directory.Open));
    }

    [Fact]
    public async Task Space_of_cleared_runs_and_old_snapshots_is_given_back()
    {
        await using (var store = await directory.Open())
        {
            await store.AppendMany("long", 0, 1);
            for (var sequence = 1; sequence < 400; sequence++)
            {
                await store.AppendAsync("long", Rows.Of(sequence, RowKind.Snapshot, new byte[8000]), 1);
                await store.AppendAsync($"short-{sequence}", Rows.Entered(0), 1);
                await store.ClearAsync($"short-{sequence}");
            }
        }

        // 3.3 MB were written; a superblock frees what is not needed at least every MiB.
        Assert.InRange(Directory.GetFiles(directory.Path, "journal.log.*").Length, 1, 20);
        await using var reopened = await directory.Open();
        var listed = Assert.Single(await reopened.List(RunFilter.All));
        Assert.Equal(("long", 399L, null), (listed.RunId, listed.LastSequence, listed.Damage));
        Assert.Single(await reopened.LoadRunAsync("long"));
    }

    private static CheckpointRow SizedRow(int sequence) =>
        Rows.Of(sequence, RowKind.CursorAdvanced, new byte[sequence * 397 % 3000]);

    private static async Task<int> AppendUntilFailure(ICheckpointStore store, string id)
    {
        for (var sequence = 0; ; sequence++)
            try
            {
                await store.AppendAsync(id, SizedRow(sequence), 1);
            }
            catch (CanoException)
            {
                return sequence;
            }
    }

    /// <summary>Appends to many runs while the first flush is held up; how many flushes that took.</summary>
    private static async Task<int> AppendGroup(ICheckpointStore store, FaultDisk disk, int count)
    {
        var held = new HeldCall();
        disk.Add(
            new DiskFault(DiskFaultKind.Delay)
            {
                Call = DiskCall.Flush,
                Name = "journal.log",
                Held = held,
            }
        );
        var before = disk.Position;
        var leader = Task.Run(async () => await store.AppendAsync("leader", Rows.Entered(0), 1));
        await held.Arrived;
        var followers = Enumerable
            .Range(0, count)
            .Select(n => store.AppendAsync($"group-{n}", Rows.Entered(0), 1).AsTask())
            .ToArray();
        held.Release();
        await leader;
        await Task.WhenAll(followers);
        return disk.History.Skip(before).Count(change => change is DiskChange.Flush);
    }
}
