using Cano.FaultyDisks;
using Cano.Kernel;
using Cano.Testing.Stores;

namespace Cano.Integration.Stores;

/// <summary>A crash at each write, flush, resize, rename and delete while runs are moved to the end of the
/// log.</summary>
public sealed class JournalMoveCrashTests
{
    private static readonly CheckpointRow[] Parked =
    [
        Rows.Entered(0),
        Rows.Of(1, RowKind.CursorAdvanced, Filled(40_000)),
        Rows.Entered(2),
        Rows.Entered(3),
        InboxRows.Taken(4, InboxItem.Signal("taken", "1") with { Number = 0 }),
    ];

    /// <summary>What is sent to the parked run. The second takes several frames.</summary>
    private static readonly InboxItem[] Sent =
    [
        InboxItem.Signal("taken", "1"),
        InboxItem.Signal("large", "2", new StoredValue(Filled(50_000), typeName: null)),
        InboxItem.Cancel("enough"),
    ];

    [Fact]
    public async Task A_crash_at_any_point_of_moving_loses_nothing()
    {
        for (var crash = 1; ; crash++)
        {
            var disk = new FaultDisk(seed: crash);
            var (acknowledged, hasCrashed) = await WearOutAndCrash(disk, crash);

            await GoesOnWhole(disk.Written(), acknowledged, crash);
            await GoesOnWhole(disk.AfterPowerLoss(new Random(crash)), acknowledged, crash);

            if (!hasCrashed)
            {
                // Every point of a life in which the first segment came free was tried.
                Assert.False(disk.Has(JournalOnDisk.LogOnDisk()));
                Assert.InRange(crash, 50, 2000);
                return;
            }
        }
    }

    /// <summary>Parks a run and fills the log with others until the parked one was moved. Of the changes of
    /// the disk since then the given one fails, a write torn; after it nothing works any more.</summary>
    private static async Task<(Told Told, bool HasCrashed)> WearOutAndCrash(FaultDisk disk, int crash)
    {
        var store = await Open(disk);
        foreach (var row in Parked[..^1])
            await store.AppendAsync("parked", row, 1);
        foreach (var item in Sent)
            Assert.True(await store.AcceptAsync("parked", item));
        await store.AppendAsync("parked", Parked[^1], 1);
        await store.ClaimMany("parked", 2);

        var power = new DiskFault(DiskFaultKind.PowerCut, At: crash);
        disk.Add(power);
        var told = new Told(Rows: 0, Signals: 0);
        try
        {
            for (var round = 0; disk.Has(JournalOnDisk.LogOnDisk()); round++)
            {
                Assert.InRange(round, 0, 2000);
                await store.AppendAsync("going", Rows.Entered(round), 1);
                told = told with { Rows = round + 1 };
                await store.AcceptAsync("parked", InboxItem.Signal($"round-{round}", $"round-{round}"));
                told = told with { Signals = round + 1 };
                await Short(store, $"short-{round}");
            }

            disk.Mend();
        }
        catch (CanoException)
        {
            // The crash.
        }

        var closing = await Record.ExceptionAsync(async () => await store.DisposeAsync());
        var hasCrashed = disk.CallStruckBy(power) is not null;
        Assert.True(hasCrashed || closing is null, closing?.ToString());
        return (told, hasCrashed);
    }

    /// <summary>What a crash left is whole, takes rows and clears, and is whole again when it is opened after
    /// that.</summary>
    private static async Task GoesOnWhole(DiskImage left, Told acknowledged, int crash)
    {
        var disk = new FaultDisk(left);
        await using (var reopened = await Open(disk))
        {
            await AssertWhole(reopened, acknowledged, crash);
            Assert.Equal(RunStatus.Suspended, (await Listed(reopened, "parked")).Status);
            Assert.Equal(4, await reopened.ClaimAsync("parked", "third"));
            foreach (var item in Sent)
                Assert.False(await reopened.AcceptAsync("parked", item));
            // A run whose clear was not on disk yet is back, as it was.
            foreach (var run in await reopened.List(RunFilter.All))
                if (run.RunId.StartsWith("short", StringComparison.Ordinal))
                    await reopened.ClearAsync(run.RunId);
            for (var round = 0; round < 12; round++)
                await Short(reopened, $"again-{round}");
        }

        await using var again = await Open(disk);
        await AssertWhole(again, acknowledged, crash);
        Assert.Equal(RunStatus.Quarantined, (await Listed(again, "parked")).Status);
    }

    private static async Task AssertWhole(FasterCheckpointStore store, Told acknowledged, int crash)
    {
        Assert.All(await store.List(RunFilter.All), run => Assert.Null(run.Damage));
        Assert.Equal(Parked, await store.LoadRunAsync("parked"));
        var going = await store.LoadRunAsync("going");
        Assert.True(
            going.Count == acknowledged.Rows || going.Count == acknowledged.Rows + 1,
            $"crash at I/O {crash}: {acknowledged.Rows} rows were acknowledged, {going.Count} are there"
        );
        AssertInbox(await store.ReadInboxAsync("parked"), acknowledged.Signals, crash);
        Assert.Equal(Enumerable.Range(0, going.Count).Select(i => Rows.Entered(i)), going);
    }

    private static void AssertInbox(IReadOnlyList<InboxItem> inbox, int acknowledged, int crash)
    {
        var later = inbox.Count - Sent.Length + 1;
        Assert.True(
            later == acknowledged || later == acknowledged + 1,
            $"crash at I/O {crash}: {acknowledged} signals were acknowledged, {later} are there"
        );
        var rounds = Enumerable.Range(0, later).Select(i => InboxItem.Signal($"round-{i}", $"round-{i}"));
        Assert.Equal(
            Sent[1..].Concat(rounds).Select((item, i) => item with { Number = i + 1 }),
            inbox.Select(item => item with { AcceptedAt = default })
        );
    }

    private static async Task<RunSummary> Listed(FasterCheckpointStore store, string id) =>
        (await store.List(RunFilter.All)).Single(run => run.RunId == id);

    private static async Task Short(FasterCheckpointStore store, string id)
    {
        await store.AppendAsync(id, Rows.Of(0, RowKind.CursorAdvanced, Filled(30_000)), 1);
        await store.ClearAsync(id);
    }

    private static byte[] Filled(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(7);
        return bytes;
    }

    private static Task<FasterCheckpointStore> Open(FaultDisk disk) =>
        FasterCheckpointStore.OpenAsync(
            "/journal",
            JournalOnDisk.Small with
            {
                Disk = disk,
                TimeProvider = new HastyClock(),
            }
        );

    /// <summary>What was acknowledged: rows of one run, and signals to the parked one.</summary>
    private readonly record struct Told(int Rows, int Signals);

    /// <summary>A second passes between any two looks at it: each flush is followed by a
    /// superblock.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref seconds);
    }
}
