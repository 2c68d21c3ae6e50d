using Cano.Faster.Frames;
using Cano.FaultyDisks;
using Cano.Integration.Guests;
using Cano.Testing;
using Microsoft.Extensions.Logging;

namespace Cano.Integration.Stores;

/// <summary>Y15: the space of a journal follows what its runs need, not what was ever written.</summary>
public sealed class JournalSpaceTests
{
    private readonly FaultDisk disk = new() { KeepsHistory = false };

    [Fact]
    [Trait("ID", "Y15")]
    public async Task A_parked_run_does_not_keep_100_000_short_ones_on_disk()
    {
        var parked = Parked();
        await using (var store = await Open())
        {
            await Park(store, "parked", parked);
            var most = 0;
            for (var run = 0; run < 100_000; run++)
            {
                var id = $"short-{run}";
                await store.AppendAsync(id, Rows.Entered(0), 1);
                await store.AppendAsync(id, Rows.Of(1, RowKind.Finished), 1);
                await store.ClearAsync(id);
                if (run % 1000 == 0)
                    most = Math.Max(most, Segments().Count);
            }

            // 40 MB were written. 4 segments before copying begins, 16 until a superblock frees the others.
            Assert.InRange(most, 4, 24);
            Assert.Equal(parked, await store.LoadRunAsync("parked"));
        }

        await using var reopened = await Open();
        Assert.Equal(parked, await reopened.LoadRunAsync("parked"));
        Assert.Equal("parked", Assert.Single(await reopened.List(RunFilter.All)).RunId);
    }

    [Fact]
    [Trait("ID", "Y15")]
    public async Task A_run_of_100_000_rows_with_snapshots_keeps_few_segments()
    {
        await using (var store = await Open())
        {
            var most = 0;
            for (var sequence = 0; sequence < 100_000; sequence++)
            {
                var row =
                    sequence % 256 == 255
                        ? Rows.Of(sequence, RowKind.Snapshot, [1]) with
                        {
                            WorkflowName = "orders",
                        }
                        : Rows.Entered(sequence);
                await store.AppendAsync("long", row, 1);
                if (sequence % 1000 == 0)
                    most = Math.Max(most, Segments().Count);
            }

            // 16 segments of 64 KiB until a superblock frees them, and those that are written and needed.
            Assert.InRange(most, 2, 20);
        }

        await using var reopened = await Open();
        var listed = Assert.Single(await reopened.List(RunFilter.All));
        Assert.Equal(("orders", 99_999L), (listed.WorkflowName, listed.LastSequence));
        Assert.Equal(99_999 % 256 + 2, (await reopened.LoadRunAsync("long")).Count);
    }

    [Fact]
    public async Task A_run_that_was_moved_keeps_its_fence_its_tries_and_its_end()
    {
        long outdated,
            last;
        await using (var store = await Open())
        {
            await Park(store, "a-twice", Parked());
            outdated = await store.ClaimMany("a-twice", 1);
            await store.ClaimMany("a-twice", 1);
            await Park(store, "b-thrice", Parked());
            await store.ClaimMany("b-thrice", 3);
            await store.AppendAsync("c-ended", Rows.Of(0, RowKind.Finished), 1);
            last = await store.ClaimMany("d-without-rows", 4);
            var before = await store.List(RunFilter.All);
            Assert.NotNull(before[2].EndedAt);
            await WearOut(store);
            Assert.False(HasBeginning());
            Assert.Equal(before, await store.List(RunFilter.All));
        }

        await using var reopened = await Open();
        Assert.Equal(3, (await reopened.List(RunFilter.All)).Count);
        Assert.Equal(Parked(), await reopened.LoadRunAsync("a-twice"));
        Assert.Equal(RunStatus.Suspended, (await reopened.List(RunFilter.All))[0].Status);
        Assert.Equal(RunStatus.Quarantined, (await reopened.List(RunFilter.All))[1].Status);
        var next = Rows.Entered(Parked().Length);
        Assert.Contains("was claimed with", await reopened.AppendRefusal("a-twice", next, outdated));
        Assert.Equal(4, await reopened.ClaimAsync("a-twice", "third"));
        Assert.Equal(RunStatus.Quarantined, (await reopened.List(RunFilter.All))[0].Status);
        Assert.Contains(
            "was claimed with",
            await reopened.AppendRefusal("d-without-rows", Rows.Entered(0), 1)
        );
        Assert.Equal(last + 1, await reopened.ClaimAsync("d-without-rows", "fifth"));
        await reopened.AppendAsync("a-twice", next, 4);
    }

    [Fact]
    [Trait("ID", "Y15")]
    public async Task A_snapshot_that_was_moved_is_there_when_the_space_before_it_comes_free()
    {
        var snapshot = Rows.Of(1, RowKind.Snapshot, Filled(30_000, 7)) with { WorkflowName = "orders" };
        await using (var store = await Open())
        {
            // Its copy begins a segment and leaves little more than the room for the head of the other's,
            // whose row is in the next one.
            await Park(store, "first", [Rows.Of(0, RowKind.CursorAdvanced, Filled(60_000, 5))]);
            await Park(store, "moved", [Rows.Entered(0), snapshot]);
            await WearOut(store);
            await store.ClearAsync("first");
        }

        // What is kept is decided by what this one finds.
        await using (var store = await Open())
            await Short(store, "short");
        await using var reopened = await Open();
        Assert.Equal([snapshot], await reopened.LoadRunAsync("moved"));
    }

    [Fact]
    public async Task Runs_of_many_steps_are_moved_while_they_and_others_go_on()
    {
        // 600 KB: a step copies 256 KiB.
        var large = Enumerable
            .Range(0, 12)
            .Select(i => Rows.Of(i, RowKind.CursorAdvanced, Filled(50_000, (byte)i)))
            .ToList();
        await using (var store = await Open())
        {
            await Park(store, "large", large);
            for (var round = 0; HasBeginning(); round++)
            {
                Assert.InRange(round, 0, 2000);
                await Short(store, $"short-{round}");
                if (round % 50 != 0)
                    continue;

                large.Add(Rows.Entered(large.Count));
                await store.AppendAsync("large", large[^1], 1);
            }

            Assert.Equal(large, await store.LoadRunAsync("large"));
        }

        await using var reopened = await Open();
        Assert.Equal(large, await reopened.LoadRunAsync("large"));
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_moved_run_whose_copy_is_damaged_says_so()
    {
        await using (var store = await Open())
        {
            await Park(store, "parked", Parked());
            await WearOut(store);
        }

        var (damaged, written) = (0, disk.Written());
        foreach (var path in Segments())
        {
            var segment = int.Parse(Path.GetExtension(path).AsSpan(1));
            foreach (var frame in JournalOnDisk.FramesOf(written[path], "parked", (long)segment << 16))
            foreach (var offset in new[] { 8, 70, 90 })
            {
                var flipped = written.Changed(path, bytes => bytes[frame + offset] ^= 1);
                await using var store = await JournalOnDisk.OpenOn(new FaultDisk(flipped));
                var text = await Rows.Refusal(async () => await store.LoadRunAsync("parked"));
                Assert.Contains("run_id=parked sequence=", text);
                damaged++;
            }
        }

        // The head and the rows; the large one has two parts, or three, before its last.
        Assert.InRange(damaged, 3 * (1 + Parked().Length + 2), 3 * (1 + Parked().Length + 3));
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_run_that_cannot_be_read_stays_where_it_is_until_it_is_cleared()
    {
        await using var store = await Open();
        await Park(store, "parked", Parked());
        // A part of the large row: the sector that the log ends in is still to be written again.
        var path = JournalOnDisk.LogOnDisk();
        var frame = JournalOnDisk.FramesOf(disk.Written()[path], "parked")[1];
        using (var log = disk.Open(path, FileMode.Open))
            log.Write([0xEE], frame + Frame.EntryHeader + Frame.HeadSize + 8);

        for (var round = 0; round < 400; round++)
            await Short(store, $"before-{round}");

        Assert.True(HasBeginning());
        Assert.Contains("sequence=1", await Rows.Refusal(async () => await store.LoadRunAsync("parked")));
        await store.ClearAsync("parked");
        await WearOut(store);
    }

    [Fact]
    [Trait("ID", "F49")]
    public async Task A_read_that_fails_once_is_told_and_tried_again()
    {
        var logger = new KeepingLogger();
        await MoveAfterAFailedReadAsync(logger);
        Assert.Contains("cannot move run parked", Assert.Single(logger.Warnings));
    }

    [Fact]
    [Trait("ID", "F49"), Trait("ID", "X4")]
    public Task So_it_is_when_the_logger_that_it_is_told_throws() =>
        MoveAfterAFailedReadAsync(new OddLogger());

    private async Task MoveAfterAFailedReadAsync(ILogger logger)
    {
        var time = new VirtualTime();
        await using var store = await FasterCheckpointStore.OpenAsync(
            "/journal",
            JournalOnDisk.Small with
            {
                Disk = disk,
                TimeProvider = time,
                Logger = logger,
            }
        );
        await Park(store, "parked", Parked());
        disk.Add(new DiskFault(DiskFaultKind.InputOutput) { Call = DiskCall.Read });

        for (var round = 0; HasBeginning(); round++)
        {
            Assert.InRange(round, 0, 2000);
            await Short(store, $"short-{round}");
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(Parked(), await store.LoadRunAsync("parked"));
    }

    /// <summary>Small rows and one that takes three frames.</summary>
    private static CheckpointRow[] Parked() =>
        [
            Rows.Entered(0),
            Rows.Of(1, RowKind.CursorAdvanced, Filled(100_000, 7)),
            Rows.Entered(2),
            Rows.Entered(3),
        ];

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static async Task Park(FasterCheckpointStore store, string id, IEnumerable<CheckpointRow> rows)
    {
        foreach (var row in rows)
            await store.AppendAsync(id, row, 1);
    }

    /// <summary>Fills the log with runs that end, until its first segment is gone.</summary>
    private async Task WearOut(FasterCheckpointStore store)
    {
        for (var round = 0; HasBeginning(); round++)
        {
            Assert.InRange(round, 0, 2000);
            await Short(store, $"short-{round}");
        }
    }

    private static async Task Short(FasterCheckpointStore store, string id)
    {
        await store.AppendAsync(id, Rows.Of(0, RowKind.CursorAdvanced, new byte[4000]), 1);
        await store.ClearAsync(id);
    }

    private bool HasBeginning() => disk.Has(JournalOnDisk.LogOnDisk());

    private List<string> Segments() =>
        [
            .. disk.Names("/journal")
                .Where(name => name.StartsWith("journal.log.", StringComparison.Ordinal))
                .Select(name => $"/journal/{name}"),
        ];

    private Task<FasterCheckpointStore> Open() => JournalOnDisk.OpenOn(disk);
}
