using Cano.FaultyDisks;

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
    private static async Task<(int Acknowledged, bool HasCrashed)> WearOutAndCrash(FaultDisk disk, int crash)
    {
        var store = await Open(disk);
        foreach (var row in Parked)
            await store.AppendAsync("parked", row, 1);
        await store.ClaimMany("parked", 2);

        var power = new DiskFault(DiskFaultKind.PowerCut, At: crash);
        disk.Add(power);
        var acknowledged = 0;
        try
        {
            for (var round = 0; disk.Has(JournalOnDisk.LogOnDisk()); round++)
            {
                Assert.InRange(round, 0, 2000);
                await store.AppendAsync("going", Rows.Entered(round), 1);
                acknowledged++;
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
        return (acknowledged, hasCrashed);
    }

    /// <summary>What a crash left is whole, takes rows and clears, and is whole again when it is opened after
    /// that.</summary>
    private static async Task GoesOnWhole(DiskImage left, int acknowledged, int crash)
    {
        var disk = new FaultDisk(left);
        await using (var reopened = await Open(disk))
        {
            await AssertWhole(reopened, acknowledged, crash);
            Assert.Equal(RunStatus.Suspended, (await Listed(reopened, "parked")).Status);
            Assert.Equal(4, await reopened.ClaimAsync("parked", "third"));
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

    private static async Task AssertWhole(FasterCheckpointStore store, int acknowledged, int crash)
    {
        Assert.All(await store.List(RunFilter.All), run => Assert.Null(run.Damage));
        Assert.Equal(Parked, await store.LoadRunAsync("parked"));
        var going = await store.LoadRunAsync("going");
        Assert.True(
            going.Count == acknowledged || going.Count == acknowledged + 1,
            $"crash at I/O {crash}: {acknowledged} rows were acknowledged, {going.Count} are there"
        );
        Assert.Equal(Enumerable.Range(0, going.Count).Select(i => Rows.Entered(i)), going);
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

    /// <summary>A second passes between any two looks at it: each flush is followed by a
    /// superblock.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref seconds);
    }
}
