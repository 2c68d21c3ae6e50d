using System.Runtime.CompilerServices;
using Cano.Faster;
using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>What is under way, and what goes wrong, while a journal closes.</summary>
public sealed class JournalShutdownTests
{
    [Fact]
    [Trait("ID", "F63")]
    public async Task At_the_exit_of_the_process_every_journal_is_closed_though_one_cannot_be()
    {
        var disks = new[] { new FaultDisk(), new FaultDisk() };
        var stores = new List<FasterCheckpointStore>();
        string[] paths = ["/exit/full", "/exit/well"];
        foreach (var (path, disk) in paths.Zip(disks))
            stores.Add(
                await FasterCheckpointStore.SharedAsync(path, JournalOnDisk.Small with { Disk = disk })
            );
        foreach (var store in stores)
            await store.AppendAsync("a", Rows.Entered(0), 1);
        disks[0].Add(new DiskFault(DiskFaultKind.NoSpace) { IsLasting = true });
        var told = new List<string>();

        SharedStores.CloseEach(
            paths,
            text =>
            {
                told.Add(text);
                throw new InvalidOperationException("nobody listens");
            }
        );

        Assert.Contains(
            "closing the journal in '/exit/full': cannot close the journal: No space left",
            Assert.Single(told)
        );
        foreach (var store in stores)
            Assert.Contains("closed", await store.AppendRefusal("a", Rows.Entered(1), 1));
        await using var again = await FasterCheckpointStore.OpenAsync(
            paths[1],
            JournalOnDisk.Small with
            {
                Disk = disks[1],
            }
        );
        Assert.Single(await again.LoadRunAsync("a"));
    }

    [Fact]
    [Trait("ID", "F82")]
    public Task Closing_leaves_no_failed_task_that_nobody_looks_at() =>
        LeavesNoneAsync(async () =>
        {
            await OpenAndClose();
            await FailWhileOneHasGivenUp();
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("ID", "F82")]
    public Task A_disk_that_fails_leaves_no_failed_task_that_nobody_looks_at(bool isClosed) =>
        LeavesNoneAsync(async () =>
        {
            for (var at = 1; at <= 12; at++)
                await FailAt(at, isClosed);
        });

    private static async Task LeavesNoneAsync(Func<Task> act)
    {
        var unseen = new List<string>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs told)
        {
            lock (unseen)
                unseen.AddRange(told.Exception.InnerExceptions.Select(TextOf));
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await act();
            Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        lock (unseen)
            Assert.DoesNotContain(
                unseen,
                text =>
                    text.Contains("disposed", StringComparison.Ordinal)
                    || text.Contains("journal", StringComparison.Ordinal)
                    || text.Contains("Commit", StringComparison.Ordinal)
            );
    }

    [Fact]
    [Trait("ID", "F54")]
    public async Task A_run_that_is_read_while_its_store_closes_is_not_called_damaged()
    {
        var disk = new FaultDisk();
        var store = await JournalOnDisk.OpenOn(disk);
        for (var row = 0; row < 4; row++)
            await store.AppendAsync("a", Rows.Of(row, RowKind.CursorAdvanced, new byte[60_000]), 1);
        var reading = new HeldCall();
        disk.Add(new DiskFault(DiskFaultKind.Delay) { Call = DiskCall.Read, Held = reading });
        var loading = Task.Run(async () => await store.LoadRunAsync("a"));
        await reading.Arrived;

        await store.DisposeAsync();
        reading.Release();

        Assert.Equal("the journal is closed: open it again", await Rows.Refusal(() => loading));
    }

    /// <summary>What other tests left may throw whatever it is asked; it is none of the journal's.</summary>
    private static string TextOf(Exception failure)
    {
        try
        {
            return failure.Message;
        }
        catch (Exception)
        {
            return failure.GetType().Name;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task OpenAndClose()
    {
        var store = await JournalOnDisk.OpenOn(new FaultDisk());
        await store.AppendAsync("a", Rows.Entered(0), 1);
        await store.DisposeAsync();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task FailWhileOneHasGivenUp()
    {
        var disk = new FaultDisk();
        var store = await JournalOnDisk.OpenOn(disk);
        var busy = new HeldCall();
        disk.Add(new DiskFault(DiskFaultKind.Delay) { Call = DiskCall.Write, Held = busy });
        var first = Task.Run(async () => await store.AppendAsync("first", Rows.Entered(0), 1));
        await busy.Arrived;
        using var impatience = new CancellationTokenSource();
        var second = store.AppendAsync("second", Rows.Entered(0), 1, impatience.Token).AsTask();
        impatience.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        disk.Add(new DiskFault(DiskFaultKind.InputOutput) { Call = DiskCall.Flush });
        busy.Release();
        await Rows.Refusal(() => first);
        await store.DisposeAsync();
    }

    /// <summary>Rows that fill pages, until one is refused. A journal that is not closed is left as a crash
    /// leaves it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task FailAt(int at, bool isClosed)
    {
        var disk = new FaultDisk();
        var store = await JournalOnDisk.OpenOn(disk);
        disk.Add(new DiskFault(DiskFaultKind.InputOutput, at) { Call = DiskCall.Write, IsLasting = true });
        try
        {
            for (var row = 0; ; row++)
                await store.AppendAsync("a", Rows.Of(row, RowKind.CursorAdvanced, new byte[40_000]), 1);
        }
        catch (CanoException) { }

        if (isClosed)
            await store.DisposeAsync();
    }

    private static void Collect()
    {
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
