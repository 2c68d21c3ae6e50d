using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>Which runs a list holds, and in which order. A store that is no <see cref="IRunIndex"/> is asked
/// through what filters and sorts for it.</summary>
internal static class PageCases
{
    public static IReadOnlyList<StoreCase> All { get; } =
    [
        StoreCase.Of("A list has the newest start first, and equal starts by id", OrderAsync),
        StoreCase.Of("A list holds the runs that its filter accepts", FilterAsync),
        StoreCase.Of("A list without any status is empty", NoStatusAsync),
        StoreCase.Of("Pages of any size make up the list", PagesAsync),
        StoreCase.Of("A page goes on behind a run that is gone", GoneAsync),
        StoreCase.Of("A run is found by its id, and runs are counted", FindAndCountAsync),
        StoreCase.Of("A run that is there all the while a list is read is in it once", MeanwhileAsync),
    ];

    private static async Task OrderAsync(ICheckpointStore store)
    {
        await BeginAsync(store, "b", 0).ConfigureAwait(false);
        await BeginAsync(store, "c", 2).ConfigureAwait(false);
        await BeginAsync(store, "a", 0).ConfigureAwait(false);
        await BeginAsync(store, "B", 0).ConfigureAwait(false);
        await BeginAsync(store, "d", 1).ConfigureAwait(false);
        await ListsAsync(store, RunFilter.All, "c", "d", "B", "a", "b").ConfigureAwait(false);
        await store.ClearAsync("d").ConfigureAwait(false);
        await BeginAsync(store, "d", 3).ConfigureAwait(false);
        await ListsAsync(store, RunFilter.All, "d", "c", "B", "a", "b").ConfigureAwait(false);
    }

    private static async Task FilterAsync(ICheckpointStore store)
    {
        for (var i = 0; i < 6; i++)
            await store.AppendAsync($"order-{i}", First(i), 1).ConfigureAwait(false);
        await store.AppendAsync("other", StoreRows.Entered(0, "Pay"), 1).ConfigureAwait(false);
        await store.AppendAsync("order-5", StoreRows.Of(1, RowKind.Finished), 1).ConfigureAwait(false);
        var all = RunFilter.All;
        await ListsAsync(store, all with { WorkflowName = "odd" }, "order-5", "order-3", "order-1")
            .ConfigureAwait(false);
        await ListsAsync(store, all with { State = "Pay" }, "other").ConfigureAwait(false);
        await ListsAsync(store, all with { IdPrefix = "ot" }, "other").ConfigureAwait(false);
        await ListsAsync(store, all with { Statuses = [RunStatus.Completed] }, "order-5")
            .ConfigureAwait(false);
        await ListsAsync(store, all with { ParentRunId = "parent-2" }, "order-2").ConfigureAwait(false);
        await ListsAsync(store, all with { WorkflowVersion = 14 }, "order-4").ConfigureAwait(false);
        var tagged = all with { Tags = new Dictionary<string, string> { ["half"] = "1" } };
        await ListsAsync(store, tagged, "order-3", "order-2").ConfigureAwait(false);
        var exclusive = all with
        {
            StartedAfter = StoreRows.MadeAt(11),
            StartedBefore = StoreRows.MadeAt(14),
        };
        await ListsAsync(store, exclusive, "order-3", "order-2").ConfigureAwait(false);
        await ListsAsync(store, exclusive with { WorkflowName = "odd" }, "order-3").ConfigureAwait(false);
    }

    private static async Task NoStatusAsync(ICheckpointStore store)
    {
        await BeginAsync(store, "a", 0).ConfigureAwait(false);
        await ListsAsync(store, RunFilter.All with { Statuses = [] }).ConfigureAwait(false);
        await ListsAsync(store, RunFilter.All with { Limit = 0 }).ConfigureAwait(false);
    }

    private static async Task PagesAsync(ICheckpointStore store)
    {
        for (var i = 0; i < 40; i++)
            await BeginAsync(store, $"run-{i:00}", i * 7 % 20).ConfigureAwait(false);
        var whole = await InOrderAsync(store, RunFilter.All).ConfigureAwait(false);
        Equal(40, whole.Count, "runs in the list");
        foreach (var size in new[] { 1, 7, 39, 40, 41 })
        {
            var pages = new List<RunSummary>();
            while (true)
            {
                var filter = RunFilter.All with { After = pages.LastOrDefault(), Limit = size };
                var page = await InOrderAsync(store, filter).ConfigureAwait(false);
                Holds(page.Count <= size, $"a page has at most {size} runs; one has {page.Count}");
                if (page.Count == 0)
                    break;
                pages.AddRange(page);
            }

            Same(whole.Select(run => run.RunId), pages.Select(run => run.RunId), $"pages of {size}");
        }
    }

    private static async Task GoneAsync(ICheckpointStore store)
    {
        for (var i = 0; i < 4; i++)
            await BeginAsync(store, $"run-{i}", i).ConfigureAwait(false);
        var first = await InOrderAsync(store, RunFilter.All with { Limit = 2 }).ConfigureAwait(false);
        await store.ClearAsync("run-2").ConfigureAwait(false);
        await ListsAsync(store, RunFilter.All with { After = first[1] }, "run-1", "run-0")
            .ConfigureAwait(false);
    }

    private static async Task FindAndCountAsync(ICheckpointStore store)
    {
        for (var i = 0; i < 5; i++)
            await BeginAsync(store, $"run-{i}", i).ConfigureAwait(false);
        await store.AppendAsync("run-3", StoreRows.Of(1, RowKind.Finished), 1).ConfigureAwait(false);
        var listed = await InOrderAsync(store, RunFilter.All).ConfigureAwait(false);
        foreach (var run in listed)
            Equal(run, await FindAsync(store, run.RunId).ConfigureAwait(false), "a run that is found");
        Equal(null, await FindAsync(store, "run").ConfigureAwait(false), "a run that is not there");
        Equal(5, await CountAsync(store, RunFilter.All).ConfigureAwait(false), "the count of all");
        Equal(4, await CountAsync(store, RunFilter.Unfinished).ConfigureAwait(false), "the unfinished");
        var few = RunFilter.All with { Limit = 3 };
        Equal(3, await CountAsync(store, few).ConfigureAwait(false), "the count with a limit");
    }

    private static async Task MeanwhileAsync(ICheckpointStore store)
    {
        const int stay = 700;
        for (var i = 0; i < stay; i++)
            await BeginAsync(store, $"stay-{i:000}", i % 50).ConfigureAwait(false);
        for (var i = 0; i < 50; i++)
            await BeginAsync(store, $"go-{i}", i).ConfigureAwait(false);
        var listed = new List<string>();
        await foreach (var run in Listing(store, RunFilter.All).ConfigureAwait(false))
        {
            listed.Add(run.RunId);
            if (listed.Count % 10 != 0)
                continue;
            // Others go on meanwhile, each on a stack of its own.
            var i = listed.Count / 10;
            await Task.Run(() => ChangeAsync(store, i)).ConfigureAwait(false);
        }

        Same(listed.Distinct(), listed, "what is listed is listed once");
        Same(
            Enumerable.Range(0, stay).Select(i => $"stay-{i:000}"),
            listed.Where(id => id.StartsWith("stay", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            "the runs that were there all the while"
        );
    }

    private static async Task ChangeAsync(ICheckpointStore store, int i)
    {
        await store.AppendAsync($"stay-{i:000}", StoreRows.Entered(1), 1).ConfigureAwait(false);
        await store.ClearAsync($"go-{i % 50}").ConfigureAwait(false);
        await BeginAsync(store, $"come-{i}", i % 50).ConfigureAwait(false);
    }

    private static CheckpointRow First(int i) =>
        StoreRows.Entered(0) with
        {
            WorkflowVersion = (uint)(10 + i),
            Start = StoreRows.Start(
                i % 2 == 0 ? "even" : "odd",
                StoreRows.MadeAt(10 + i),
                $"parent-{i}",
                ("half", $"{i / 2}"),
                ("one", $"{i}")
            ),
        };

    private static ValueTask BeginAsync(ICheckpointStore store, string id, int startedAt) =>
        store.AppendAsync(
            id,
            StoreRows.Entered(0) with
            {
                Start = StoreRows.Start("orders", StoreRows.MadeAt(startedAt), null),
            },
            1
        );

    private static async Task ListsAsync(ICheckpointStore store, RunFilter filter, params string[] ids) =>
        Same(
            ids,
            (await InOrderAsync(store, filter).ConfigureAwait(false)).Select(run => run.RunId),
            $"the list [{filter}]"
        );
}
