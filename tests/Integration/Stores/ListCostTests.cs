using System.Globalization;
using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>What a list of very many runs costs, by count: bytes of memory.</summary>
public sealed class ListCostTests
{
    // A million with CANO_MANY=1000000.
    private static readonly int s_many = int.Parse(
        Environment.GetEnvironmentVariable("CANO_MANY") ?? "100000",
        CultureInfo.InvariantCulture
    );

    // A page, what enumerates it, and whatever the runtime does beside it.
    private const long Room = 64 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "S11")]
    public async Task Listing_very_many_runs_takes_no_more_memory_than_what_it_gives(bool onDisk)
    {
        await using var store = await FilledAsync(onDisk);
        var one = await Allocated(store, RunFilter.All with { Limit = 1 });
        var each = SizeOfSummary(Assert.Single(await store.List(RunFilter.All with { Limit = 1 })));

        var (count, taken) = await Allocated(store, RunFilter.All);

        Assert.Equal((1, s_many), (one.Count, count));
        Assert.True(taken <= (each * s_many) + Room, $"{count} runs of {each} bytes each took {taken} bytes");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "S11")]
    public async Task Listing_very_many_runs_while_appends_go_on_takes_no_more_memory(bool onDisk)
    {
        await using var store = await FilledAsync(onDisk);
        var each = SizeOfSummary(Assert.Single(await store.List(RunFilter.All with { Limit = 1 })));
        using var listed = new CancellationTokenSource();
        var appending = Task.Run(async () =>
        {
            var appended = 0;
            for (; !listed.IsCancellationRequested; appended++)
                await store.AppendAsync(
                    $"run-{appended % 1000:000000}",
                    Rows.Entered(1 + (appended / 1000)),
                    1
                );
            return appended;
        });

        var (count, taken) = await Allocated(store, RunFilter.All);

        await listed.CancelAsync();
        Assert.True(await appending > 0, "nothing was appended meanwhile");
        Assert.Equal(s_many, count);
        Assert.True(taken <= (each * s_many) + Room, $"{count} runs of {each} bytes each took {taken} bytes");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "S11")]
    public async Task A_filter_that_finds_few_of_very_many_runs_takes_memory_for_few(bool onDisk)
    {
        await using var store = await FilledAsync(onDisk);
        var few = RunFilter.All with { Statuses = [RunStatus.Completed] };
        await Allocated(store, few with { Limit = 1 });

        var (count, taken) = await Allocated(store, few);

        Assert.Equal(1, count);
        Assert.True(taken <= Room, $"{count} of {s_many} runs took {taken} bytes");
        var index = Assert.IsAssignableFrom<IRunIndex>(store);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = (await index.CountAsync(RunFilter.Unfinished), await index.FindAsync("run-077777"));
        Assert.True(
            GC.GetAllocatedBytesForCurrentThread() - before <= Room,
            "counting and finding take no more"
        );
        Assert.Equal((s_many - 1, "run-077777"), (found.Item1, found.Item2?.RunId));
    }

    private static async Task<(int Count, long Bytes)> Allocated(ICheckpointStore store, RunFilter filter)
    {
        var count = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        await foreach (var _ in store.ListRunsAsync(filter))
            count++;
        return (count, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static long SizeOfSummary(RunSummary run)
    {
        var copies = new RunSummary[1000];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < copies.Length; i++)
            copies[i] = run with { };
        return (GC.GetAllocatedBytesForCurrentThread() - before) / copies.Length;
    }

    private static async Task<ICheckpointStore> FilledAsync(bool onDisk)
    {
        ICheckpointStore store = onDisk
            ? await FasterCheckpointStore.OpenAsync(
                "/journal",
                new FasterCheckpointOptions { Disk = new FaultDisk { KeepsHistory = false } }
            )
            : new MemoryCheckpointStore();
        var appends = Enumerable
            .Range(0, s_many)
            .Select(i => store.AppendAsync($"run-{i:000000}", Rows.Entered(0), 1).AsTask());
        await Task.WhenAll(appends);
        await store.AppendAsync("run-012345", Rows.Of(1, RowKind.Finished), 1);
        return store;
    }
}
