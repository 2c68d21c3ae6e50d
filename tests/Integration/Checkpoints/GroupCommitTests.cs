using System.Collections.Concurrent;

namespace Cano.Integration.Checkpoints;

/// <summary>Rows that wait while the disk is busy go to it together.</summary>
public sealed class GroupCommitTests : IDisposable
{
    private const int Writers = 256;

    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_group_of_256_writers_is_one_write_and_one_flush()
    {
        using var isBusy = new ManualResetEventSlim();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = new ConcurrentQueue<string>();
        var disk = new FaultyDisk();
        await using var store = await FasterCheckpointStore.OpenAsync(
            directory.Path,
            JournalOnDisk.Small with { Disk = disk }
        );
        disk.Before = call =>
        {
            calls.Enqueue(call);
            reached.TrySetResult();
            isBusy.Wait();
        };

        var first = Task.Run(() => store.AppendAsync("first", Rows.Entered(0), fence: 1).AsTask());
        await reached.Task;
        var waiting = Enumerable
            .Range(0, Writers)
            .Select(run => store.AppendAsync($"run-{run}", Rows.Entered(0), fence: 1).AsTask())
            .ToList();
        isBusy.Set();
        await first;
        await Task.WhenAll(waiting);

        const string write = "write journal.log.0", flush = "flush journal.log.0";
        Assert.Equal([write, flush, write, flush], calls);
    }
}
