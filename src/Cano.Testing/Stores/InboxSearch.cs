using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>What a store promises of the oldest entry that is looked for.</summary>
internal static class InboxSearch
{
    public static async Task TryAsync(ICheckpointStore store, IInboxStore inbox)
    {
        Equal(null, await FoundAsync(inbox, InboxKind.Signal).ConfigureAwait(false), "of no run");
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        Equal(null, await FoundAsync(inbox, InboxKind.Signal).ConfigureAwait(false), "of an empty inbox");
        await inbox.AcceptAsync("a", InboxItem.Cancel("late")).ConfigureAwait(false);
        foreach (var name in new[] { "paid", "shipped", "paid" })
            await inbox.AcceptAsync("a", InboxItem.Signal(name)).ConfigureAwait(false);
        Equal(0, await FoundAsync(inbox, InboxKind.Cancel).ConfigureAwait(false), "the cancel");
        Equal(1, await FoundAsync(inbox, InboxKind.Signal).ConfigureAwait(false), "the oldest signal");
        Equal(2, await FoundAsync(inbox, InboxKind.Signal, ["shipped"]).ConfigureAwait(false), "one by name");
        Equal(
            1,
            await FoundAsync(inbox, InboxKind.Signal, ["shipped", "paid"]).ConfigureAwait(false),
            "the older of two names"
        );
        Equal(
            null,
            await FoundAsync(inbox, InboxKind.Signal, ["lost"]).ConfigureAwait(false),
            "no such name"
        );
        var first = (await inbox.ReadInboxAsync("a").ConfigureAwait(false))[1];
        var at = first.AcceptedAt;
        Equal(
            null,
            await FoundAsync(inbox, InboxKind.Signal, null, at).ConfigureAwait(false),
            "one at its time"
        );
        Equal(
            1,
            await FoundAsync(inbox, InboxKind.Signal, null, at.AddTicks(1)).ConfigureAwait(false),
            "one before its time"
        );
        await store.AppendAsync("a", InboxRows.Taken(1, first), 1).ConfigureAwait(false);
        Equal(
            3,
            await FoundAsync(inbox, InboxKind.Signal, ["paid"]).ConfigureAwait(false),
            "the next of its name"
        );
    }

    private static async Task<long?> FoundAsync(
        IInboxStore inbox,
        InboxKind kind,
        string[]? names = null,
        DateTimeOffset? before = null
    ) => (await inbox.FindOldestAsync("a", kind, names, before).ConfigureAwait(false))?.Number;
}
