using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>What a store promises of rows that need not be durable at once. One that has none such passes
/// them all.</summary>
internal static class DeferCases
{
    public static IReadOnlyList<StoreCase> All { get; } =
    [
        Of("Rows that were deferred are there, in order, when a later one is", BeforeAsync),
        Of("Rows that were deferred are there after a flush, which others do not need", FlushedAsync),
        Of("A deferred row has the place that an append has", PlacedAsync),
        Of("A run may begin with a deferred row, once, and goes on under its fence", BegunAsync),
        Of("Clearing forgets deferred rows too", ClearedAsync),
        StoreCase.OfReopening("Rows that were deferred survive closing", DeferAsync, DeferredAsync),
    ];

    private static StoreCase Of(string name, Func<ICheckpointStore, IDeferringStore, Task> tryAsync) =>
        StoreCase.Of(
            name,
            store => store.Deferring is { } deferring ? tryAsync(store, deferring) : Task.CompletedTask
        );

    private static async Task BeforeAsync(ICheckpointStore store, IDeferringStore deferring)
    {
        await store.AppendAsync("a", StoreRows.Entered(0), 1).ConfigureAwait(false);
        await DeferManyAsync(deferring, "a", 1, 5).ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(6), 1).ConfigureAwait(false);
        await RowsAsync(store, "a", StoreRows.Many(0, 7), "the run").ConfigureAwait(false);
    }

    private static async Task FlushedAsync(ICheckpointStore store, IDeferringStore deferring)
    {
        await DeferManyAsync(deferring, "a", 0, 3).ConfigureAwait(false);
        await deferring.FlushAsync("a").ConfigureAwait(false);
        await RowsAsync(store, "a", StoreRows.Many(0, 3), "the run").ConfigureAwait(false);
        await deferring.FlushAsync("a").ConfigureAwait(false);
        await deferring.FlushAsync("unknown").ConfigureAwait(false);
    }

    private static async Task PlacedAsync(ICheckpointStore store, IDeferringStore deferring)
    {
        await DeferManyAsync(deferring, "a", 0, 2).ConfigureAwait(false);
        await RefusedAsync(deferring, StoreRows.Entered(3), 1, "a gap").ConfigureAwait(false);
        await RefusedAsync(deferring, StoreRows.Entered(1), 1, "a duplicate").ConfigureAwait(false);
        await ConflictAsync(store, "a", StoreRows.Entered(1), 1, "an append of a deferred row")
            .ConfigureAwait(false);
        await deferring.FlushAsync("a").ConfigureAwait(false);
        await store.ClaimAsync("a", "other").ConfigureAwait(false);
        await RefusedAsync(deferring, StoreRows.Entered(2), 1, "an older fence").ConfigureAwait(false);
        await RowsAsync(store, "a", StoreRows.Many(0, 2), "the run").ConfigureAwait(false);
    }

    private static async Task BegunAsync(ICheckpointStore store, IDeferringStore deferring)
    {
        var fence = await deferring.DeferFirstAsync("a", StoreRows.Entered(0)).ConfigureAwait(false);
        await RefusalAsync(
                async () =>
                {
                    await deferring.DeferFirstAsync("a", StoreRows.Entered(0)).ConfigureAwait(false);
                    await deferring.FlushAsync("a").ConfigureAwait(false);
                },
                "a second beginning"
            )
            .ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(1), fence).ConfigureAwait(false);
        await RowsAsync(store, "a", StoreRows.Many(0, 2), "the run").ConfigureAwait(false);
    }

    private static async Task ClearedAsync(ICheckpointStore store, IDeferringStore deferring)
    {
        await DeferManyAsync(deferring, "a", 0, 3).ConfigureAwait(false);
        await store.ClearAsync("a").ConfigureAwait(false);
        await RowsAsync(store, "a", [], "the cleared run").ConfigureAwait(false);
        var fence = await store.BeginAsync("a", StoreRows.Entered(0)).ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(1), fence).ConfigureAwait(false);
        await RowsAsync(store, "a", StoreRows.Many(0, 2), "the run that is").ConfigureAwait(false);
    }

    private static async Task<long> DeferAsync(ICheckpointStore store)
    {
        if (store.Deferring is { } deferring)
            await DeferManyAsync(deferring, "a", 0, 4).ConfigureAwait(false);
        else
            await StoreRows.AppendAsync(store, "a", 0, 4).ConfigureAwait(false);
        return 0;
    }

    private static Task DeferredAsync(ICheckpointStore store, long _) =>
        RowsAsync(store, "a", StoreRows.Many(0, 4), "the rows");

    private static async Task DeferManyAsync(IDeferringStore store, string id, int first, int count)
    {
        for (var sequence = first; sequence < first + count; sequence++)
            await store.DeferAsync(id, StoreRows.Entered(sequence), 1).ConfigureAwait(false);
    }

    /// <summary>It may be refused at once, or when somebody waits for it.</summary>
    private static Task<string> RefusedAsync(
        IDeferringStore store,
        CheckpointRow row,
        long fence,
        string what
    ) =>
        RefusalAsync(
            async () =>
            {
                await store.DeferAsync("a", row, fence).ConfigureAwait(false);
                await store.FlushAsync("a").ConfigureAwait(false);
            },
            what
        );
}
