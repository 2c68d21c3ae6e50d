using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>What is there after the store was closed and opened again.</summary>
internal static class ReopenCases
{
    public static IReadOnlyList<StoreCase> All { get; } =
    [
        StoreCase.OfReopening("Rows, fences and what was cleared survive closing", FillAsync, FilledAsync),
        StoreCase.OfReopening("Tries, releases and ends survive closing", TryAsync, TriedAsync),
        StoreCase.OfReopening("What a list tells survives closing", ListedAsync, StillListedAsync),
    ];

    private static async Task<long> FillAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 10).ConfigureAwait(false);
        var fence = await store.ClaimAsync("a", "someone").ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "cleared", 0, 3).ConfigureAwait(false);
        await store.ClearAsync("cleared").ConfigureAwait(false);
        return fence;
    }

    private static async Task FilledAsync(ICheckpointStore store, long fence)
    {
        await RowsAsync(store, "a", StoreRows.Many(0, 10), "the rows").ConfigureAwait(false);
        await RowsAsync(store, "cleared", [], "the cleared run").ConfigureAwait(false);
        await ConflictAsync(store, "a", StoreRows.Entered(10), 1, "a writer from before the claim")
            .ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(10), fence).ConfigureAwait(false);
    }

    private static async Task<long> TryAsync(ICheckpointStore store)
    {
        foreach (var id in new[] { "ended", "released", "thrice", "twice" })
            await StoreRows.AppendAsync(store, id, 0, 1).ConfigureAwait(false);
        await store.AppendAsync("ended", StoreRows.Of(1, RowKind.Finished), 1).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "twice", 2).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "thrice", 3).ConfigureAwait(false);
        var fence = await StoreRows.ClaimAsync(store, "released", 3).ConfigureAwait(false);
        await store.ReleaseAsync("released", fence).ConfigureAwait(false);
        return fence;
    }

    private static async Task TriedAsync(ICheckpointStore store, long _)
    {
        var listed = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Same([StoreRows.MadeAt(1), null, null, null], listed.Select(run => run.EndedAt), "the ends");
        await StoreRows.ClaimAsync(store, "twice", 1).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "released", 2).ConfigureAwait(false);
        Same(
            [RunStatus.Completed, RunStatus.Running, RunStatus.Quarantined, RunStatus.Quarantined],
            (await ListAsync(store, RunFilter.All).ConfigureAwait(false)).Select(run => run.Status),
            "the statuses of ended, released, thrice and twice claimed"
        );
    }

    private static async Task<long> ListedAsync(ICheckpointStore store)
    {
        for (var i = 0; i < 3; i++)
        {
            var start = StoreRows.Start("orders", StoreRows.MadeAt(i), $"parent-{i}", ("number", $"{i}"));
            await store
                .AppendAsync($"run-{i}", StoreRows.Entered(0) with { Start = start }, 1)
                .ConfigureAwait(false);
        }

        var failed = StoreRows.Of(1, RowKind.Failed, [1]) with
        {
            Status = RowStatus.Failed,
            Category = "timeout",
        };
        await store.AppendAsync("run-1", failed, 1).ConfigureAwait(false);
        var waiting = StoreRows.Of(1, RowKind.WaitStarted, [1]) with
        {
            Status = RowStatus.Waiting,
            WakesAt = StoreRows.MadeAt(3600),
        };
        await store.AppendAsync("run-2", waiting, 1).ConfigureAwait(false);
        await store.ReleaseAsync("run-0", 1).ConfigureAwait(false);
        return 0;
    }

    private static async Task StillListedAsync(ICheckpointStore store, long _)
    {
        var runs = await InOrderAsync(store, RunFilter.All).ConfigureAwait(false);
        Same(["run-2", "run-1", "run-0"], runs.Select(run => run.RunId), "the list");
        Same(
            [RunStatus.Waiting, RunStatus.Failed, RunStatus.Suspended],
            runs.Select(run => run.Status),
            "the statuses"
        );
        Same([StoreRows.MadeAt(3600), null, null], runs.Select(run => run.WakesAt), "when they wake");
        Same([null, "timeout", null], runs.Select(run => run.Category), "the categories");
        Same(["parent-2", "parent-1", "parent-0"], runs.Select(run => run.ParentRunId), "the parents");
        Same(["2", "1", "0"], runs.Select(run => run.Tags["number"]), "the tags");
        Same(
            [StoreRows.MadeAt(1), StoreRows.MadeAt(1), StoreRows.MadeAt(0)],
            runs.Select(run => run.UpdatedAt),
            "the newest rows' instants"
        );
    }
}
