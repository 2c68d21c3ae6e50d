using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>What a store promises of inboxes. One that keeps none passes them all.</summary>
internal static class InboxCases
{
    public static IReadOnlyList<StoreCase> All { get; } =
    [
        Of("What is accepted lies there in order, with its number, until the run takes it", OrderAsync),
        Of("A row takes the signal that it names, and no other", TakenAsync),
        Of("The oldest that is looked for is found, by kind, name and time", InboxSearch.TryAsync),
        Of("An id that the run has seen changes nothing, also after it was taken", SeenAsync),
        Of("One cancel waits at a time, and the row that says so takes it", CancelAsync),
        Of("A cancel takes the tries back of a run that was claimed again and again", TriesAsync),
        Of("A run that failed for want of its output takes a cancel", UnpaidAsync),
        Of("Nothing is accepted for a run that is not there", UnknownAsync),
        Of("A run that ended takes nothing any more, and what it never took is gone", EndedAsync),
        Of("A run that failed keeps its signals and loses its cancels", FailedAsync),
        Of("A run that was forgotten has no inbox, and neither has the next of its id", ForgottenAsync),
        Of("Inboxes are in no list", ListedAsync),
        Of("Who watches a run hears of what comes, and of nothing else", WatchedAsync),
        StoreCase.OfReopening(
            "An inbox survives closing: what was not taken, what was seen, and the next number",
            FillAsync,
            FilledAsync
        ),
    ];

    private static StoreCase Of(string name, Func<ICheckpointStore, IInboxStore, Task> tryAsync) =>
        StoreCase.Of(name, store => store.Inbox is { } inbox ? tryAsync(store, inbox) : Task.CompletedTask);

    private static async Task OrderAsync(ICheckpointStore store, IInboxStore inbox)
    {
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        InboxItem[] sent =
        [
            InboxRows.Signal("paid", "1"),
            InboxItem.Signal("shipped"),
            InboxItem.Cancel("late"),
        ];
        foreach (var item in sent)
            Equal(true, await inbox.AcceptAsync("a", item).ConfigureAwait(false), $"accepting {item}");
        var found = await inbox.ReadInboxAsync("a").ConfigureAwait(false);
        Same([0, 1, 2], found.Select(item => item.Number), "the numbers");
        Same(
            sent,
            found.Select(item => item with { Number = -1, AcceptedAt = default }),
            "what lies in the inbox"
        );
        Holds(
            found.All(item => item.AcceptedAt > DateTimeOffset.UnixEpoch && item.AcceptedAt.Offset == default)
                && found
                    .Select(item => item.AcceptedAt)
                    .SequenceEqual(found.Select(item => item.AcceptedAt).Order()),
            "each entry has the instant at which it was accepted, in UTC"
        );
        await RowsAsync(store, "a", StoreRows.Many(0, 1), "the rows beside the inbox").ConfigureAwait(false);
    }

    private static async Task TakenAsync(ICheckpointStore store, IInboxStore inbox)
    {
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        foreach (var name in new[] { "one", "two", "three" })
            await inbox.AcceptAsync("a", InboxItem.Signal(name)).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Cancel()).ConfigureAwait(false);
        var found = await inbox.ReadInboxAsync("a").ConfigureAwait(false);
        await store.AppendAsync("a", InboxRows.Taken(1, found[1]), 1).ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(2), 1).ConfigureAwait(false);
        await NamesAsync(inbox, ["one", "three", null], "after the second was taken").ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Of(3, RowKind.Snapshot, [1]), 1).ConfigureAwait(false);
        await NamesAsync(inbox, ["one", "three", null], "after a snapshot").ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Signal("four")).ConfigureAwait(false);
        found = await inbox.ReadInboxAsync("a").ConfigureAwait(false);
        Same([0, 2, 3, 4], found.Select(item => item.Number), "the numbers");
    }

    private static async Task SeenAsync(ICheckpointStore store, IInboxStore inbox)
    {
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "b", 0, 1).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxRows.Signal("paid", "1")).ConfigureAwait(false);
        await RepeatedAsync(inbox, "while it waits").ConfigureAwait(false);
        var found = await inbox.ReadInboxAsync("a").ConfigureAwait(false);
        Equal(1, found.Count, "entries of one id");
        await store.AppendAsync("a", InboxRows.Taken(1, found[0]), 1).ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Of(2, RowKind.Snapshot, [1]), 1).ConfigureAwait(false);
        await RepeatedAsync(inbox, "after it was taken").ConfigureAwait(false);
        Equal(
            true,
            await inbox.AcceptAsync("b", InboxRows.Signal("paid", "1")).ConfigureAwait(false),
            "the id for another run"
        );
        await NamesAsync(inbox, [], "the inbox").ConfigureAwait(false);
    }

    private static async Task CancelAsync(ICheckpointStore store, IInboxStore inbox)
    {
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Signal("one")).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Cancel("first")).ConfigureAwait(false);
        Equal(
            false,
            await inbox.AcceptAsync("a", InboxItem.Cancel("second")).ConfigureAwait(false),
            "a second cancel"
        );
        await NamesAsync(inbox, ["one", "first"], "the inbox").ConfigureAwait(false);
        await store.AppendAsync("a", InboxRows.Cancelled(1), 1).ConfigureAwait(false);
        await NamesAsync(inbox, ["one"], "after the row").ConfigureAwait(false);
    }

    private static async Task TriesAsync(ICheckpointStore store, IInboxStore inbox)
    {
        await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "a", 3).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Signal("paid")).ConfigureAwait(false);
        Equal(
            RunStatus.Quarantined,
            await StatusAsync(store, "a").ConfigureAwait(false),
            "the status after a signal"
        );
        await inbox.AcceptAsync("a", InboxItem.Cancel()).ConfigureAwait(false);
        Equal(
            RunStatus.Running,
            await StatusAsync(store, "a").ConfigureAwait(false),
            "the status after a cancel"
        );
    }

    private static async Task UnpaidAsync(ICheckpointStore store, IInboxStore inbox)
    {
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        var end = InboxRows.End(1, RowStatus.Failed) with { Category = "output_missing" };
        await store.AppendAsync("a", end, 1).ConfigureAwait(false);
        Equal(
            true,
            await inbox.AcceptAsync("a", InboxItem.Cancel()).ConfigureAwait(false),
            "a cancel of a run that has steps to undo"
        );
        await NamesAsync(inbox, [null], "the inbox").ConfigureAwait(false);
    }

    private static async Task UnknownAsync(ICheckpointStore store, IInboxStore inbox)
    {
        await store.ClaimAsync("claimed", "one").ConfigureAwait(false);
        foreach (var id in new[] { "a", "claimed" })
            await RefusedAsync(inbox, id, InboxItem.Signal("paid"), "run_not_found").ConfigureAwait(false);
        Equal(0, (await inbox.ReadInboxAsync("a").ConfigureAwait(false)).Count, "entries");
    }

    private static async Task EndedAsync(ICheckpointStore store, IInboxStore inbox)
    {
        RowStatus[] ends =
        [
            RowStatus.Completed,
            RowStatus.RolledBack,
            RowStatus.Cancelled,
            RowStatus.RollbackFailed,
        ];
        foreach (var end in ends)
        {
            var id = end.ToString();
            await StoreRows.AppendAsync(store, id, 0, 1).ConfigureAwait(false);
            await inbox.AcceptAsync(id, InboxItem.Signal("paid")).ConfigureAwait(false);
            await store.AppendAsync(id, InboxRows.End(1, end), 1).ConfigureAwait(false);
            await RefusedAsync(inbox, id, InboxItem.Signal("paid"), "run_ended").ConfigureAwait(false);
            await RefusedAsync(inbox, id, InboxItem.Cancel(), "run_ended").ConfigureAwait(false);
            Equal(0, (await inbox.ReadInboxAsync(id).ConfigureAwait(false)).Count, $"entries of {end}");
        }
    }

    private static async Task FailedAsync(ICheckpointStore store, IInboxStore inbox)
    {
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Cancel()).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Signal("one")).ConfigureAwait(false);
        await store.AppendAsync("a", InboxRows.End(1, RowStatus.Failed), 1).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Signal("two")).ConfigureAwait(false);
        Equal(
            false,
            await inbox.AcceptAsync("a", InboxItem.Cancel()).ConfigureAwait(false),
            "a cancel of a run that failed"
        );
        await NamesAsync(inbox, ["one", "two"], "the inbox").ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(2), 1).ConfigureAwait(false);
        Equal(
            true,
            await inbox.AcceptAsync("a", InboxItem.Cancel()).ConfigureAwait(false),
            "a cancel of a run that goes on"
        );
    }

    private static async Task ForgottenAsync(ICheckpointStore store, IInboxStore inbox)
    {
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxRows.Signal("paid", "1")).ConfigureAwait(false);
        await store.ClearAsync("a").ConfigureAwait(false);
        Equal(0, (await inbox.ReadInboxAsync("a").ConfigureAwait(false)).Count, "entries");
        await RefusedAsync(inbox, "a", InboxItem.Signal("paid"), "run_not_found").ConfigureAwait(false);
        var fence = await store.BeginAsync("a", StoreRows.Entered(0)).ConfigureAwait(false);
        Equal(0, (await inbox.ReadInboxAsync("a").ConfigureAwait(false)).Count, "entries of the next run");
        await inbox.AcceptAsync("a", InboxRows.Signal("paid", "1")).ConfigureAwait(false);
        var found = await inbox.ReadInboxAsync("a").ConfigureAwait(false);
        Same([0], found.Select(item => item.Number), "the numbers of the next run");
        await store.AppendAsync("a", InboxRows.Taken(1, found[0]), fence).ConfigureAwait(false);
    }

    private static async Task ListedAsync(ICheckpointStore store, IInboxStore inbox)
    {
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Signal("paid")).ConfigureAwait(false);
        var listed = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Same(["a"], listed.Select(run => run.RunId), "the runs");
        Same([0], listed.Select(run => run.LastSequence), "their last rows");
    }

    private static async Task WatchedAsync(ICheckpointStore store, IInboxStore inbox)
    {
        var (rings, all) = (0, new List<string>());
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "b", 0, 1).ConfigureAwait(false);
        using (inbox.WatchInboxes(all.Add))
        using (inbox.WatchInbox("a", () => Interlocked.Increment(ref rings)))
        {
            await inbox.AcceptAsync("b", InboxItem.Signal("paid")).ConfigureAwait(false);
            Equal(0, Volatile.Read(ref rings), "rings for another run");
            await inbox.AcceptAsync("a", InboxItem.Signal("paid")).ConfigureAwait(false);
            Equal(1, Volatile.Read(ref rings), "rings for the run");
        }

        await inbox.AcceptAsync("a", InboxItem.Signal("paid")).ConfigureAwait(false);
        Equal(1, Volatile.Read(ref rings), "rings after the watch was given up");
        Same(["b", "a"], all, "the runs for which all watches rang");
    }

    private static async Task<long> FillAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        if (store.Inbox is not { } inbox)
            return 0;
        foreach (var id in new[] { "1", "2", "3" })
            await inbox.AcceptAsync("a", InboxRows.Signal($"signal {id}", id)).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Cancel("reason")).ConfigureAwait(false);
        var found = await inbox.ReadInboxAsync("a").ConfigureAwait(false);
        await store.AppendAsync("a", InboxRows.Taken(1, found[1]), 1).ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Of(2, RowKind.Snapshot, [1]), 1).ConfigureAwait(false);
        return found[0].AcceptedAt.UtcTicks;
    }

    private static async Task FilledAsync(ICheckpointStore store, long acceptedAt)
    {
        if (store.Inbox is not { } inbox)
            return;
        await NamesAsync(inbox, ["signal 1", "signal 3", "reason"], "the inbox").ConfigureAwait(false);
        foreach (var id in new[] { "1", "2", "3" })
            Equal(
                false,
                await inbox.AcceptAsync("a", InboxRows.Signal("again", id)).ConfigureAwait(false),
                $"id {id} again"
            );
        await inbox.AcceptAsync("a", InboxItem.Signal("more")).ConfigureAwait(false);
        var found = await inbox.ReadInboxAsync("a").ConfigureAwait(false);
        Same([0, 2, 3, 4], found.Select(item => item.Number), "the numbers");
        Equal(acceptedAt, found[0].AcceptedAt.UtcTicks, "when the first was accepted");
        Equal(
            InboxRows.Signal("signal 1", "1"),
            found[0] with
            {
                Number = -1,
                AcceptedAt = default,
            },
            "the first entry"
        );
    }

    private static async Task RepeatedAsync(IInboxStore inbox, string when) =>
        Equal(
            false,
            await inbox.AcceptAsync("a", InboxRows.Signal("another", "1")).ConfigureAwait(false),
            $"the same id {when}"
        );

    private static async Task NamesAsync(IInboxStore inbox, string?[] names, string what) =>
        Same(names, (await inbox.ReadInboxAsync("a").ConfigureAwait(false)).Select(item => item.Name), what);

    private static async Task RefusedAsync(IInboxStore inbox, string id, InboxItem item, string category)
    {
        var said = "nothing";
        try
        {
            await inbox.AcceptAsync(id, item).ConfigureAwait(false);
        }
        catch (CanoException refused)
        {
            said = refused.Error.Category;
        }

        Equal(category, said, $"the refusal of {item} for '{id}'");
    }
}
