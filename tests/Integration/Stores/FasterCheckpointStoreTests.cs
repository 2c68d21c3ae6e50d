using System.Buffers.Binary;
using System.Diagnostics;
using Cano.Faster.Disks;
using Cano.Faster.Frames;
using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>Opening, closing and sharing a journal.</summary>
public sealed class FasterCheckpointStoreTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Reopening_rebuilds_the_index()
    {
        List<RunSummary> before;
        await using (var store = await directory.Open())
        {
            for (var run = 0; run < 20; run++)
                await store.AppendMany($"run-{run}", 0, 5 + run);
            await store.ClearAsync("run-3");
            before = await store.List(RunFilter.All);
        }

        await using var reopened = await directory.Open();

        // Nobody works on them now.
        Assert.All(before, run => Assert.Equal(RunStatus.Running, run.Status));
        Assert.Equal(
            before.Select(run => run with { Status = RunStatus.Suspended }),
            await reopened.List(RunFilter.All)
        );
        await reopened.AppendAsync("run-4", Rows.Entered(9), 1);
        Assert.Equal(10, (await reopened.LoadRunAsync("run-4")).Count);
    }

    [Fact]
    [Trait("ID", "E6")]
    public async Task Large_payloads_survive_a_reopen_byte_for_byte()
    {
        var bytes = new byte[3_000_001];
        new Random(1).NextBytes(bytes);
        var large = Rows.Of(0, RowKind.StepCompleted, bytes);
        await using (var store = await directory.Open())
        {
            await store.AppendMany("small", 0, 3);
            await store.AppendAsync("large", large, 1);
            await store.AppendMany("small", 3, 6);
        }

        await using var reopened = await directory.Open();

        Assert.Equal([large], await reopened.LoadRunAsync("large"));
        Assert.Equal(6, (await reopened.LoadRunAsync("small")).Count);
    }

    [Fact]
    [Trait("ID", "E5")]
    public async Task What_64_concurrent_writers_were_told_is_there_after_a_crash()
    {
        await using var store = await directory.Open();
        await Task.WhenAll(
            Enumerable.Range(0, 64).Select(n => Task.Run(() => store.AppendMany($"run-{n}", 0, 20)))
        );

        using var crashed = directory.Crash();
        await using var reopened = await crashed.Open();

        for (var n = 0; n < 64; n++)
            Assert.Equal(
                Enumerable.Range(0, 20).Select(i => Rows.Entered(i)),
                await reopened.LoadRunAsync($"run-{n}")
            );
    }

    [Fact]
    [Trait("ID", "E11")]
    public async Task A_second_opener_in_this_process_is_refused_and_may_come_after_the_first()
    {
        await using (await directory.Open())
            Assert.Contains("is open already", await Rows.Refusal(directory.Open));

        await using var second = await directory.Open();
    }

    [Fact]
    [Trait("ID", "E11")]
    public async Task Another_process_keeps_the_journal_closed_until_it_is_killed()
    {
        if (!OperatingSystem.IsLinux())
            return;

        // --close: only the process that is awaited below holds the lock, not its children too.
        string[] arguments = ["--close", directory.File("journal.lock"), "sh", "-c", "echo held; cat"];
        var hold = new ProcessStartInfo("flock", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        using var holder = Process.Start(hold)!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());

        Assert.Contains("is open already", await Rows.Refusal(directory.Open));

        holder.Kill(entireProcessTree: true);
        await holder.WaitForExitAsync();
        await using var store = await directory.Open();
    }

    [Fact]
    public async Task A_file_where_the_directory_should_be_is_refused()
    {
        File.WriteAllText(directory.File("journal"), "a file");

        var text = await Rows.Refusal(() => FasterCheckpointStore.OpenAsync(directory.File("journal")));

        Assert.Contains("is a file", text);
        Assert.Contains("name a directory that can be written", text);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_refused()
    {
        var disk = new FaultDisk();
        disk.Add(new DiskFault(DiskFaultKind.Denied) { Call = DiskCall.Lock });

        var text = await Rows.Refusal(() =>
            FasterCheckpointStore.OpenAsync(directory.Path, JournalOnDisk.Small with { Disk = disk })
        );

        Assert.Contains("cannot write to the journal directory", text);
    }

    [Fact]
    public async Task A_read_only_file_system_is_not_taken_for_an_open_journal()
    {
        var disk = new FaultDisk();
        disk.Add(new DiskFault(DiskFaultKind.ReadOnly) { Call = DiskCall.Lock });

        var text = await Rows.Refusal(() => JournalOnDisk.OpenOn(disk));

        Assert.Contains("cannot write to the journal directory", text);
        Assert.Contains("Read-only file system : '/journal/journal.lock'; allow it, or name another", text);
    }

    [Theory]
    [InlineData(nameof(DiskCall.Lock), "journal.lock", "cannot write to the journal directory")]
    [InlineData(nameof(DiskCall.Write), "journal.meta.new", "cannot open the journal")]
    public async Task A_disk_that_is_full_at_the_start_is_told_with_what_to_do(
        string call,
        string name,
        string words
    )
    {
        var disk = new FaultDisk();
        disk.Add(
            new DiskFault(DiskFaultKind.NoSpace)
            {
                Call = Enum.Parse<DiskCall>(call),
                Name = name,
                IsLasting = true,
            }
        );

        var text = await Rows.Refusal(() => JournalOnDisk.OpenOn(disk));

        Assert.Contains(words, text);
        Assert.Contains($"No space left on device : '/journal/{name}'; free space on its disk", text);
        disk.Mend();
        await using var store = await JournalOnDisk.OpenOn(disk);
    }

    [Fact]
    public async Task Another_segment_size_is_refused_with_the_journals_own()
    {
        await using (await directory.Open()) { }

        var text = await Rows.Refusal(() =>
            FasterCheckpointStore.OpenAsync(directory.Path, JournalOnDisk.Small with { SegmentSizeBits = 20 })
        );

        Assert.Contains("SegmentSizeBits = 16, not 16 and 20: open it with those, or without options", text);
    }

    [Fact]
    public async Task A_directory_with_something_else_in_it_is_refused_and_left_alone()
    {
        File.WriteAllText(directory.File("thesis.txt"), "mine");

        Assert.Contains("holds no journal ('thesis.txt' is in it)", await Rows.Refusal(directory.Open));
        Assert.Equal(["thesis.txt"], Directory.GetFiles(directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Another_page_size_is_refused_and_no_options_take_the_journals_own()
    {
        await using (var store = await directory.Open())
            await store.AppendMany("a", 0, 3);

        var text = await Rows.Refusal(() =>
            FasterCheckpointStore.OpenAsync(directory.Path, new FasterCheckpointOptions { PageSizeBits = 18 })
        );
        Assert.Contains("was created with PageSizeBits = 16", text);

        await using var reopened = await FasterCheckpointStore.OpenAsync(directory.Path);
        Assert.Equal(3, (await reopened.LoadRunAsync("a")).Count);
    }

    [Fact]
    public async Task Another_format_version_is_refused()
    {
        await using (await directory.Open()) { }
        var bytes = File.ReadAllBytes(directory.File("journal.meta"));
        foreach (var slot in new[] { 0, SuperblockFile.SlotSize })
        {
            var block = bytes.AsSpan(slot, Superblock.Size);
            BinaryPrimitives.WriteUInt32LittleEndian(block[8..], 9);
            BinaryPrimitives.WriteUInt32LittleEndian(block[^4..], Checksum.Of(block[..^4]));
        }

        File.WriteAllBytes(directory.File("journal.meta"), bytes);

        Assert.Contains("format version is 9", await Rows.Refusal(directory.Open));
    }

    [Fact]
    public async Task Options_that_do_not_fit_together_are_refused()
    {
        var options = JournalOnDisk.Small with { MemorySizeBits = 16 };

        var text = await Rows.Refusal(() => FasterCheckpointStore.OpenAsync(directory.Path, options));

        Assert.Contains("MemorySizeBits is 16", text);
    }

    [Fact]
    public async Task Workflows_that_name_one_directory_share_one_store_until_it_is_closed()
    {
        var first = await FasterCheckpointStore.SharedAsync(directory.Path);
        var second = await FasterCheckpointStore.SharedAsync(Path.Combine(directory.Path, "."));
        await first.AppendMany("a", 0, 1);

        Assert.Same(first, second);
        var text = await Rows.Refusal(() => FasterCheckpointStore.OpenAsync(directory.Path));
        Assert.Contains("is open already", text);

        await FasterCheckpointStore.CloseAsync(directory.Path);
        Assert.Contains("closed", await first.AppendRefusal("a", Rows.Entered(1), 1));
        var third = await FasterCheckpointStore.SharedAsync(directory.Path);
        Assert.Single(await third.LoadRunAsync("a"));
        await FasterCheckpointStore.CloseAsync(directory.Path);
    }

    [Fact]
    public async Task A_run_id_that_is_empty_or_too_long_is_refused()
    {
        await using var store = await directory.Open();

        Assert.Contains("1 to 1024 bytes", await store.AppendRefusal("", Rows.Entered(0), 1));
        Assert.Contains("1 to 1024 bytes", await store.AppendRefusal(new('x', 1025), Rows.Entered(0), 1));
        await store.AppendAsync(new('x', 1024), Rows.Entered(0), 1);
    }
}
