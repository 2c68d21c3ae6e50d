using Cano.Faster.Disks;
using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>The index that a closed journal leaves beside its log, and what an opening makes of it.</summary>
public sealed class JournalIndexTests
{
    private const string Index = $"/journal/{IndexFile.Name}";

    private const int Runs = 20;

    [Fact]
    [Trait("ID", "F52")]
    public async Task A_journal_is_opened_from_the_index_it_was_closed_with_and_lists_what_it_listed()
    {
        var disk = new FaultDisk();
        var closed = await FilledAsync(disk);
        Assert.True(disk.Has(Index));

        await using var store = await OpenAsync(disk);
        // One that is not taken is removed.
        Assert.True(disk.Has(Index));
        Assert.Equal(closed, await ListAsync(store));
        foreach (var run in closed.Keys)
            Assert.Equal(12, (await store.LoadRunAsync(run)).Count);
        Assert.Equal(8, await store.ClaimAsync("run-3", "next"));
    }

    [Fact]
    [Trait("ID", "F52")]
    public async Task A_small_journal_keeps_no_index()
    {
        var disk = new FaultDisk { KeepsHistory = false };
        await using (var store = await JournalOnDisk.OpenOn(disk))
            await FillAsync(store);
        Assert.False(disk.Has(Index));
    }

    [Fact]
    [Trait("ID", "F52")]
    public async Task A_journal_that_is_opened_to_be_read_keeps_the_index_it_has()
    {
        var disk = new FaultDisk();
        await FilledAsync(disk);
        var index = disk.Written()[Index];

        await (await OpenAsync(disk)).DisposeAsync();

        Assert.Equal(index, disk.Written()[Index]);
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task What_is_appended_behind_an_index_is_there_after_a_crash()
    {
        var disk = new FaultDisk();
        await FilledAsync(disk);
        await using var running = await OpenAsync(disk);
        await running.AppendMany("later", 0, 5);
        await running.ClearAsync("run-1");
        await running.AppendMany("later", 5, 6);

        await using var store = await OpenAsync(new FaultDisk(disk.Written()));

        Assert.Equal(6, (await store.LoadRunAsync("later")).Count);
        Assert.Empty(await store.LoadRunAsync("run-1"));
        Assert.Equal(Runs, (await ListAsync(store)).Count);
    }

    [Theory]
    [Trait("ID", "E7")]
    [InlineData(100)]
    [InlineData(20_000)]
    [InlineData(60_001)]
    public async Task Damage_is_told_by_the_opening_in_the_same_words_with_an_index_and_without(int position)
    {
        var disk = new FaultDisk();
        await FilledAsync(disk);
        var image = disk.Written().Changed(JournalOnDisk.LogOnDisk(), log => log[position] ^= 4);

        await using var with = await OpenAsync(new FaultDisk(image));
        await using var without = await OpenAsync(new FaultDisk(image.Without(Index)));

        var (told, alone) = (await ListAsync(with), await ListAsync(without));
        Assert.Equal(alone, told);
        Assert.Contains(
            told.Values,
            run => run is not null && run.Contains("sequence=", StringComparison.Ordinal)
        );
    }

    [Fact]
    [Trait("ID", "E7")]
    public async Task A_journal_with_damage_keeps_no_index_and_tells_of_it_at_each_opening()
    {
        var disk = new FaultDisk();
        await FilledAsync(disk);
        var damaged = new FaultDisk(
            disk.Written().Changed(JournalOnDisk.LogOnDisk(), log => log[20_000] ^= 4)
        );
        var told = new List<string?>();
        for (var opening = 0; opening < 3; opening++)
        {
            await using var store = await OpenAsync(damaged);
            told.AddRange((await ListAsync(store)).Values.Where(damage => damage is not null));
            await store.AppendMany($"later-{opening}", 0, 40);
        }

        Assert.False(damaged.Has(Index));
        Assert.Equal(3, told.Count);
        Assert.Single(told.Distinct());
    }

    [Theory]
    [Trait("ID", "Y14")]
    [InlineData("flipped")]
    [InlineData("cut")]
    [InlineData("empty")]
    [InlineData("of another version")]
    public async Task An_index_that_cannot_be_taken_changes_nothing(string what)
    {
        var disk = new FaultDisk();
        var closed = await FilledAsync(disk);
        var index = disk.Written()[Index];
        byte[] changed = what switch
        {
            "flipped" => [.. index[..^20], (byte)(index[^20] ^ 1), .. index[^19..]],
            "cut" => index[..(index.Length / 2)],
            "of another version" => [.. index[..4], 2, .. index[5..]],
            _ => [],
        };

        var other = new FaultDisk(disk.Written().With(Index, changed));
        await using (var store = await OpenAsync(other))
        {
            Assert.Equal(closed, await ListAsync(store));
            Assert.False(other.Has(Index));
        }

        Assert.True(other.Has(Index));
    }

    [Fact]
    [Trait("ID", "F52")]
    public async Task A_full_disk_has_no_index_and_has_its_place_back_and_the_log_is_told()
    {
        var disk = new FaultDisk();
        var log = new KeepingLogger();
        await using (var store = await OpenAsync(disk, log))
        {
            await FillAsync(store);
            disk.Add(
                new DiskFault(DiskFaultKind.NoSpace) { Call = DiskCall.Write, Name = IndexFile.NewName }
            );
        }

        Assert.False(disk.Has(Index));
        Assert.False(disk.Has($"/journal/{IndexFile.NewName}"));
        Assert.Contains(
            log.Warnings,
            line => line.Contains("no room for the journal's index", StringComparison.Ordinal)
        );
        await using var again = await OpenAsync(disk);
        Assert.Equal(Runs, (await ListAsync(again)).Count);
    }

    private static Task<FasterCheckpointStore> OpenAsync(FaultDisk disk, KeepingLogger? log = null) =>
        FasterCheckpointStore.OpenAsync(
            "/journal",
            JournalOnDisk.Small with
            {
                Disk = disk,
                IndexBytesMin = 1,
                Logger = log,
            }
        );

    /// <summary>A closed journal with an index, and what it listed.</summary>
    private static async Task<Dictionary<string, string?>> FilledAsync(FaultDisk disk)
    {
        await using var store = await OpenAsync(disk);
        await FillAsync(store);
        return await ListAsync(store);
    }

    private static async Task FillAsync(FasterCheckpointStore store)
    {
        for (var sequence = 0; sequence < 12; sequence++)
        for (var run = 0; run < Runs; run++)
            await store.AppendAsync(
                $"run-{run}",
                Rows.Of(sequence, RowKind.StepCompleted, new byte[300]),
                fence: 1
            );
        await store.ClaimMany("run-3", 6);
    }

    /// <summary>Each run, and what is wrong with it.</summary>
    private static async Task<Dictionary<string, string?>> ListAsync(FasterCheckpointStore store)
    {
        var listed = new Dictionary<string, string?>();
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
            listed.Add(run.RunId, run.Damage);
        return listed;
    }
}
