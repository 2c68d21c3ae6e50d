using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>What a store promises that nodes share. One that serves one node passes them all.</summary>
internal static class NodeCases
{
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(1);

    public static IReadOnlyList<StoreCase> All { get; } =
    [
        Of("A run under way is one node's, and a claim of another is answered with no", OwnedAsync),
        Of("What a node lets go of, or leaves behind, is anybody's, and no try", LeftAsync),
        Of("A run that waits stays its node's", RestAsync),
        Of("An earlier membership of a node's name is over, and its runs are orphans", RestartAsync),
        Of(
            "A node that keeps silent is declared dead by one that watches, and its death is a try",
            DeadAsync
        ),
        Of("A dead node begins and claims nothing, and its beat says so", RefusedAsync),
        Of("An orphan is claimed once, and whoever had it is shut out", OrphanAsync),
        Of("A claim tells of the rows that are there", ToldAsync),
        Of("A run that ended is nobody's", EndedAsync),
        Of("Of many runs at once it says which have not ended", UnfinishedAsync),
        Of("Ended runs are kept by number, whichever node they ended on", RetiredAsync),
        Of("A schedule's run counts when it is retired", OccurrenceAsync),
    ];

    private static StoreCase Of(string name, Func<ICheckpointStore, ISharedStore, Task> tryAsync) =>
        StoreCase.Of(
            name,
            store => store.Shared is { } shared ? tryAsync(store, shared) : Task.CompletedTask
        );

    private static async Task OwnedAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        var other = await shared.JoinAsync("other", s_long).ConfigureAwait(false);
        Holds(other.Epoch > one.Epoch, "a later membership has a higher number");
        await shared.BeginAsync("a", StoreRows.Entered(0), one).ConfigureAwait(false);
        Equal(RunStatus.Running, await StatusAsync(store, "a").ConfigureAwait(false), "of a run begun");
        Equal(null, await ClaimAsync(shared, other).ConfigureAwait(false), "a claim of another node's run");
        Equal(
            null,
            await ClaimAsync(shared, other, ClaimIf.Orphaned).ConfigureAwait(false),
            "a claim of it as an orphan"
        );
        Holds(
            await ClaimAsync(shared, one).ConfigureAwait(false) is { NextSequence: 1 },
            "a node claims its own run"
        );
        Equal(0, await TriesAsync(store).ConfigureAwait(false), "tries after a claim of one's own");
    }

    private static async Task LeftAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        var other = await shared.JoinAsync("other", s_long).ConfigureAwait(false);
        var fence = await shared.BeginAsync("a", StoreRows.Entered(0), one).ConfigureAwait(false);
        await store.ReleaseAsync("a", fence).ConfigureAwait(false);
        Equal(RunStatus.Suspended, await StatusAsync(store, "a").ConfigureAwait(false), "of one let go of");
        Equal(
            null,
            await ClaimAsync(shared, other, ClaimIf.Orphaned).ConfigureAwait(false),
            "a claim as an orphan"
        );
        Holds(
            await ClaimAsync(shared, other).ConfigureAwait(false) is not null,
            "what was let go of is claimed"
        );
        await shared.LeaveAsync(other).ConfigureAwait(false);
        Equal(RunStatus.Suspended, await StatusAsync(store, "a").ConfigureAwait(false), "of one left behind");
        Holds(
            await ClaimAsync(shared, one).ConfigureAwait(false) is not null,
            "what was left behind is claimed"
        );
        Equal(0, await TriesAsync(store).ConfigureAwait(false), "tries after claims of what was let go of");
        Same([], await OrphansAsync(shared, one).ConfigureAwait(false), "orphans");
    }

    private static async Task RestAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        var other = await shared.JoinAsync("other", s_long).ConfigureAwait(false);
        var fence = await shared.BeginAsync("a", StoreRows.Entered(0), one).ConfigureAwait(false);
        await shared.RestAsync("a", fence - 1).ConfigureAwait(false);
        Equal(RunStatus.Running, await StatusAsync(store, "a").ConfigureAwait(false), "with an old fence");
        await shared.RestAsync("a", fence).ConfigureAwait(false);
        Equal(RunStatus.Suspended, await StatusAsync(store, "a").ConfigureAwait(false), "of one that rests");
        Equal(null, await ClaimAsync(shared, other).ConfigureAwait(false), "a claim of one that rests");
        await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        Holds(
            await ClaimAsync(shared, other, ClaimIf.Orphaned).ConfigureAwait(false) is not null,
            "it is an orphan then"
        );
        Equal(
            0,
            await TriesAsync(store).ConfigureAwait(false),
            "tries of a run that nobody worked on when its node died"
        );
    }

    private static async Task RestartAsync(ICheckpointStore store, ISharedStore shared)
    {
        var before = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        await shared.BeginAsync("a", StoreRows.Entered(0), before).ConfigureAwait(false);
        var now = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        Equal(false, await shared.BeatAsync(before).ConfigureAwait(false), "a beat of the earlier one");
        Equal(true, await shared.BeatAsync(now).ConfigureAwait(false), "a beat of the present one");
        Equal(RunStatus.Suspended, await StatusAsync(store, "a").ConfigureAwait(false), "of an orphan");
        Same(["a"], await OrphansAsync(shared, now).ConfigureAwait(false), "orphans");
        Holds(
            await ClaimAsync(shared, now, ClaimIf.Orphaned).ConfigureAwait(false) is not null,
            "the orphan is claimed"
        );
        Equal(1, await TriesAsync(store).ConfigureAwait(false), "tries after a death");
        Same([], await OrphansAsync(shared, now).ConfigureAwait(false), "orphans after that");
    }

    private static async Task DeadAsync(ICheckpointStore store, ISharedStore shared)
    {
        var silent = await shared.JoinAsync("silent", s_short).ConfigureAwait(false);
        var watcher = await shared.JoinAsync("watcher", s_long).ConfigureAwait(false);
        for (var death = 1; death <= 3; death++)
        {
            var was = silent;
            if (death == 1)
                await shared.BeginAsync("a", StoreRows.Entered(0), silent).ConfigureAwait(false);
            else
                Holds(
                    await ClaimAsync(shared, silent, ClaimIf.Orphaned).ConfigureAwait(false) is not null,
                    "an orphan is claimed"
                );
            // However slow the store's clock is, it comes.
            while (await OrphansAsync(shared, watcher).ConfigureAwait(false) is [])
                await Task.Yield();
            Equal(false, await shared.BeatAsync(was).ConfigureAwait(false), "a beat of a dead node");
            silent = await shared.JoinAsync("silent", s_short).ConfigureAwait(false);
        }

        Holds(
            await ClaimAsync(shared, watcher, ClaimIf.Orphaned).ConfigureAwait(false) is not null,
            "the orphan is claimed"
        );
        Equal(3, await TriesAsync(store).ConfigureAwait(false), "tries after three deaths");
        Equal(RunStatus.Quarantined, await StatusAsync(store, "a").ConfigureAwait(false), "after three");
    }

    private static async Task RefusedAsync(ICheckpointStore store, ISharedStore shared)
    {
        var before = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        await RefusalAsync(
                async () => await shared.BeginAsync("a", StoreRows.Entered(0), before).ConfigureAwait(false),
                "a begin of a dead node"
            )
            .ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        await RefusalAsync(
                async () => await ClaimAsync(shared, before).ConfigureAwait(false),
                "a claim of a dead node"
            )
            .ConfigureAwait(false);
        await shared.LeaveAsync(before).ConfigureAwait(false);
    }

    private static async Task OrphanAsync(ICheckpointStore store, ISharedStore shared)
    {
        var before = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        var fence = await shared.BeginAsync("a", StoreRows.Entered(0), before).ConfigureAwait(false);
        var now = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        var other = await shared.JoinAsync("other", s_long).ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(1), fence).ConfigureAwait(false);
        var claim = await ClaimAsync(shared, other, ClaimIf.Orphaned).ConfigureAwait(false);
        Holds(claim is { } granted && granted.Fence > fence, "the claim's fence is higher");
        Equal(null, await ClaimAsync(shared, now, ClaimIf.Orphaned).ConfigureAwait(false), "a second claim");
        await ConflictAsync(store, "a", StoreRows.Entered(2), fence, "an append of the dead node")
            .ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(2), claim!.Value.Fence).ConfigureAwait(false);
    }

    private static async Task ToldAsync(ICheckpointStore store, ISharedStore shared)
    {
        var node = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "a", 0, 3).ConfigureAwait(false);
        var claim = await ClaimAsync(shared, node).ConfigureAwait(false);
        Equal(3, claim?.NextSequence, "the row that comes next");
        await store
            .AppendAsync("a", StoreRows.Of(3, RowKind.Snapshot, [1]), claim!.Value.Fence)
            .ConfigureAwait(false);
        Equal(4, (await ClaimAsync(shared, node).ConfigureAwait(false))?.NextSequence, "behind a snapshot");
    }

    private static async Task EndedAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        var other = await shared.JoinAsync("other", s_long).ConfigureAwait(false);
        var fence = await shared.BeginAsync("a", StoreRows.Entered(0), one).ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Of(1, RowKind.Finished), fence).ConfigureAwait(false);
        await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        Same([], await OrphansAsync(shared, other).ConfigureAwait(false), "orphans");
        Holds(
            await ClaimAsync(shared, other).ConfigureAwait(false) is not null,
            "whoever asks for it gets it"
        );
    }

    private static async Task UnfinishedAsync(ICheckpointStore store, ISharedStore shared)
    {
        var node = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        await EndAsync(store, shared, "a", node).ConfigureAwait(false);
        foreach (var id in new[] { "b", "c" })
            await shared.BeginAsync(id, StoreRows.Entered(0), node).ConfigureAwait(false);
        var unfinished = await shared.UnfinishedAsync(["a", "b", "c", "unknown"]).ConfigureAwait(false);
        Same(["b", "c"], unfinished.Order(StringComparer.Ordinal), "of those that were asked for");
        Same([], await shared.UnfinishedAsync([]).ConfigureAwait(false), "of none");
    }

    private static async Task RetiredAsync(ICheckpointStore store, ISharedStore shared)
    {
        string[] ids = ["a", "b", "c", "d"];
        foreach (var id in ids)
            await EndAsync(store, shared, id, await shared.JoinAsync(id, s_long).ConfigureAwait(false))
                .ConfigureAwait(false);
        await RetireAsync(shared, null, Retention.KeepLast(3)).ConfigureAwait(false);
        Same(["b", "c", "d"], await IdsAsync(store).ConfigureAwait(false), "the last three");
        await RetireAsync(shared, "c", Retention.KeepLast(1)).ConfigureAwait(false);
        Same(["d"], await IdsAsync(store).ConfigureAwait(false), "the last one");
        await RetireAsync(shared, null, Retention.KeepFor(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
        Same([], await IdsAsync(store).ConfigureAwait(false), "none that is old");
    }

    private static async Task OccurrenceAsync(ICheckpointStore store, ISharedStore shared)
    {
        const string Id = "flow/2026-03-29T01:00:00.0000000Z";
        var node = await shared.JoinAsync("one", s_long).ConfigureAwait(false);
        await EndAsync(store, shared, Id, node).ConfigureAwait(false);
        await EndAsync(store, shared, "a", node).ConfigureAwait(false);
        await RetireAsync(shared, null, Retention.KeepLast(1)).ConfigureAwait(false);
        Same(["a", Id], await IdsAsync(store).ConfigureAwait(false), "before it was retired");
        await RetireAsync(shared, Id, Retention.KeepLast(1)).ConfigureAwait(false);
        Same([Id], await IdsAsync(store).ConfigureAwait(false), "after it");
    }

    /// <summary>Each ends a second after the one before.</summary>
    private static async Task EndAsync(ICheckpointStore store, ISharedStore shared, string id, NodeLease node)
    {
        var fence = await shared.BeginAsync(id, StoreRows.Entered(0), node).ConfigureAwait(false);
        var at = StoreRows.MadeAt(id[0] - 'a' + 1);
        await store
            .AppendAsync(id, StoreRows.Of(1, RowKind.Finished) with { WrittenAt = at }, fence)
            .ConfigureAwait(false);
    }

    private static ValueTask RetireAsync(ISharedStore shared, string? id, Retention retention) =>
        shared.RetireAsync(id, "orders", retention, StoreRows.MadeAt(1000));

    private static async Task<IEnumerable<string>> IdsAsync(ICheckpointStore store) =>
        from run in await ListAsync(store, RunFilter.All).ConfigureAwait(false)
        select run.RunId;

    private static async Task<RunClaim?> ClaimAsync(
        ISharedStore shared,
        NodeLease node,
        ClaimIf rule = ClaimIf.Free
    ) => await shared.TryClaimAsync("a", node, rule).ConfigureAwait(false);

    private static async Task<int?> TriesAsync(ICheckpointStore store) =>
        (await FindAsync(store, "a").ConfigureAwait(false))?.Tries;

    private static async Task<List<string>> OrphansAsync(ISharedStore shared, NodeLease node)
    {
        var orphans = new List<string>();
        await foreach (var id in shared.OrphansAsync(node).ConfigureAwait(false))
            orphans.Add(id);
        return orphans;
    }
}
