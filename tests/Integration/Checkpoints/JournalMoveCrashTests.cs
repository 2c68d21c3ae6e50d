namespace Cano.Integration.Checkpoints;

/// <summary>A crash at each write, flush, rename and delete while runs are moved to the end of the log.</summary>
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
            using var place = new TempDirectory();
            var (acknowledged, hasCrashed) = await WearOutAndCrash(place, crash);

            await using (var reopened = await Open(place, new FaultyDisk()))
            {
                await AssertWhole(reopened, acknowledged, crash);
                Assert.Equal(RunStatus.Running, (await Listed(reopened, "parked")).Status);
                Assert.Equal(4, await reopened.ClaimAsync("parked", "third"));
                // A run whose clear was not on disk yet is back, as it was.
                foreach (var run in await reopened.List(RunFilter.All))
                    if (run.WorkflowId.StartsWith("short", StringComparison.Ordinal))
                        await reopened.ClearAsync(run.WorkflowId);
                for (var round = 0; round < 12; round++)
                    await Short(reopened, $"again-{round}");
            }

            await using (var again = await Open(place, new FaultyDisk()))
            {
                await AssertWhole(again, acknowledged, crash);
                Assert.Equal(RunStatus.Quarantined, (await Listed(again, "parked")).Status);
            }

            if (!hasCrashed)
            {
                // Every point of a life in which the first segment came free was tried.
                Assert.False(File.Exists(place.Log()));
                Assert.InRange(crash, 50, 2000);
                return;
            }
        }
    }

    /// <summary>Parks a run and fills the log with others until the parked one was moved. At the given I/O a
    /// write is torn; after it nothing works any more.</summary>
    private static async Task<(int Acknowledged, bool HasCrashed)> WearOutAndCrash(TempDirectory place, int crash)
    {
        var disk = new FaultyDisk { Chance = new Random(crash) };
        var store = await Open(place, disk);
        foreach (var row in Parked)
            await store.AppendAsync("parked", row, 1);
        await store.ClaimMany("parked", 2);

        var count = 0;
        disk.Before = _ =>
        {
            if (Interlocked.Increment(ref count) > crash)
                throw new IOException("the machine stopped");
        };
        disk.PowerFails = () => Volatile.Read(ref count) == crash;
        var acknowledged = 0;
        try
        {
            for (var round = 0; File.Exists(place.Log()); round++)
            {
                Assert.InRange(round, 0, 2000);
                await store.AppendAsync("going", Rows.Entered(round), 1);
                acknowledged++;
                await Short(store, $"short-{round}");
            }

            disk.PowerFails = null;
            disk.Before = null;
        }
        catch (CanoException)
        {
            // The crash.
        }

        var hasCrashed = disk.Before is not null;
        var closing = await Record.ExceptionAsync(async () => await store.DisposeAsync());
        Assert.True(hasCrashed || closing is null, closing?.ToString());
        return (acknowledged, hasCrashed);
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
        (await store.List(RunFilter.All)).Single(run => run.WorkflowId == id);

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

    private static Task<FasterCheckpointStore> Open(TempDirectory place, FaultyDisk disk) =>
        FasterCheckpointStore.OpenAsync(
            place.Path,
            JournalOnDisk.Small with
            {
                Disk = disk,
                TimeProvider = new HastyClock(),
            }
        );

    /// <summary>A second passes between any two looks at it: each flush is followed by a superblock.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref seconds);
    }
}
