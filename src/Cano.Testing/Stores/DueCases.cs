using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>What a store promises of runs that a node gives back, and of a node that asks for few. One that
/// serves one node passes them all.</summary>
internal static class DueCases
{
    private static readonly TimeSpan s_lease = TimeSpan.FromHours(1);
    private static readonly DateTimeOffset s_due = StoreRows.MadeAt(100);
    private static readonly WorkflowKey s_orders = new("orders", 3);

    public static IReadOnlyList<StoreCase> All { get; } =
    [
        Of("What a node lets go of, or leaves behind, is due at once", LeftAsync),
        Of("What has ended, or was no node's, is let go of and not due", NotDueAsync),
        Of("A run that is given back when it was claimed is due at once, for whoever comes", GivenBackAsync),
        Of("Of runs that a node leaves to others it claims none", ExceptAsync),
        Of("What came before a claim that is none of a due run is looked at once more", RungAsync),
        Of("Of each workflow so many are claimed as are asked for", LimitAsync),
    ];

    private static StoreCase Of(string name, Func<ICheckpointStore, ISharedStore, Task> tryAsync) =>
        StoreCase.Of(
            name,
            store => store.Shared is { } shared ? tryAsync(store, shared) : Task.CompletedTask
        );

    private static async Task LeftAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await shared.JoinAsync("one", s_lease).ConfigureAwait(false);
        var other = await shared.JoinAsync("other", s_lease).ConfigureAwait(false);
        var fence = await shared.BeginAsync("a", StoreRows.Entered(0), one).ConfigureAwait(false);
        await shared.BeginAsync("b", StoreRows.Entered(0), one).ConfigureAwait(false);
        await store.ReleaseAsync("a", fence - 1).ConfigureAwait(false);
        Same([], await DueAsync(shared, other).ConfigureAwait(false), "due, let go of with an old fence");
        await store.ReleaseAsync("a", fence).ConfigureAwait(false);
        Same(["a"], await DueAsync(shared, other).ConfigureAwait(false), "due, let go of");
        await shared.LeaveAsync(one).ConfigureAwait(false);
        // What comes late from who has left takes nothing back.
        await store.ReleaseAsync("b", fence + 1).ConfigureAwait(false);
        Same(["b"], await DueAsync(shared, other).ConfigureAwait(false), "due, left behind");
        Equal(0, (await FindAsync(store, "b").ConfigureAwait(false))!.Tries, "tries of one left behind");
    }

    private static async Task NotDueAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await shared.JoinAsync("one", s_lease).ConfigureAwait(false);
        var other = await shared.JoinAsync("other", s_lease).ConfigureAwait(false);
        var fence = await shared.BeginAsync("ended", StoreRows.Entered(0), one).ConfigureAwait(false);
        await store.AppendAsync("ended", StoreRows.Of(1, RowKind.Finished), fence).ConfigureAwait(false);
        var again = await shared.TryClaimAsync("ended", one, ClaimIf.Free).ConfigureAwait(false);
        await store.ReleaseAsync("ended", again!.Value.Fence).ConfigureAwait(false);
        await shared.TryClaimAsync("ended", one, ClaimIf.Free).ConfigureAwait(false);
        await shared.TryClaimAsync("not there", one, ClaimIf.Free).ConfigureAwait(false);
        await shared.LeaveAsync(one).ConfigureAwait(false);
        await store.AppendAsync("plain", StoreRows.Entered(0), 1).ConfigureAwait(false);
        fence = await store.ClaimAsync("plain", "a person").ConfigureAwait(false);
        await store.ReleaseAsync("plain", fence).ConfigureAwait(false);
        Same([], await DueAsync(shared, other).ConfigureAwait(false), "due");
    }

    private static async Task GivenBackAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await shared.JoinAsync("one", s_lease).ConfigureAwait(false);
        var other = await shared.JoinAsync("other", s_lease).ConfigureAwait(false);
        await ParkedAsync(store, shared, one, "a").ConfigureAwait(false);
        var due = await ClaimAsync(shared, one, new([new(s_orders, 1)], s_due, 1)).ConfigureAwait(false);
        await store.ReleaseAsync("a", due[0].Claim.Fence).ConfigureAwait(false);
        // Its time was over by a clock that another need not have.
        var query = new DueQuery([new(s_orders, 1)], DateTimeOffset.MinValue, 1);
        due = await ClaimAsync(shared, other, query).ConfigureAwait(false);
        Same(["a"], due.Select(run => run.RunId), "due, given back");
        await store
            .AppendAsync("a", StoreRows.Of(2, RowKind.Finished), due[0].Claim.Fence)
            .ConfigureAwait(false);
    }

    private static async Task ExceptAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await shared.JoinAsync("one", s_lease).ConfigureAwait(false);
        var other = await shared.JoinAsync("other", s_lease).ConfigureAwait(false);
        foreach (var id in new[] { "a", "b", "c" })
            await ParkedAsync(store, shared, one, id).ConfigureAwait(false);
        var query = new DueQuery([new(s_orders, 10)], s_due, 10) { Except = ["a", "c", "not there"] };
        var due = await ClaimAsync(shared, one, query).ConfigureAwait(false);
        Same(["b"], due.Select(run => run.RunId), "claimed but for some");
        Same(["a", "c"], await DueAsync(shared, other).ConfigureAwait(false), "claimed by another");
    }

    private static async Task RungAsync(ICheckpointStore store, ISharedStore shared)
    {
        if (store.Inbox is not { } inbox)
            return;
        var one = await shared.JoinAsync("one", s_lease).ConfigureAwait(false);
        await ParkedAsync(store, shared, one, "a").ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxItem.Cancel()).ConfigureAwait(false);
        // Whoever claims may have looked before the cancel came.
        var claim = await shared.TryClaimAsync("a", one, ClaimIf.Free).ConfigureAwait(false);
        Holds(await shared.ParkAsync("a", claim!.Value.Fence).ConfigureAwait(false), "it is due at once");
        Same(["a"], await DueAsync(shared, one).ConfigureAwait(false), "due");
    }

    private static async Task LimitAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await shared.JoinAsync("one", s_lease).ConfigureAwait(false);
        foreach (var id in new[] { "a", "b", "c" })
            await ParkedAsync(store, shared, one, id).ConfigureAwait(false);
        DueLimit[] limits = [new(new("others", 3), 5), new(s_orders, 2)];
        var due = await ClaimAsync(shared, one, new(limits, s_due, 10)).ConfigureAwait(false);
        Equal(2, due.Count, "how many are claimed of what each workflow may have");
        limits = [new(s_orders, 0)];
        due = await ClaimAsync(shared, one, new(limits, s_due, 10)).ConfigureAwait(false);
        Equal(0, due.Count, "how many are claimed where none is asked for");
        Equal(1, (await DueAsync(shared, one).ConfigureAwait(false)).Count, "how many are left");
    }

    private static async Task ParkedAsync(
        ICheckpointStore store,
        ISharedStore shared,
        NodeLease node,
        string id
    )
    {
        var fence = await shared.BeginAsync(id, StoreRows.Entered(0), node).ConfigureAwait(false);
        var waiting = StoreRows.Entered(1) with { Status = RowStatus.Waiting, WakesAt = s_due };
        await store.AppendAsync(id, waiting, fence).ConfigureAwait(false);
        await shared.ParkAsync(id, fence).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<DueRun>> ClaimAsync(
        ISharedStore shared,
        NodeLease node,
        DueQuery query
    ) => (await shared.ClaimDueAsync(node, query).ConfigureAwait(false)).Claimed;

    /// <summary>The ids of all that are due, in their order, which are claimed.</summary>
    private static async Task<IReadOnlyList<string>> DueAsync(ISharedStore shared, NodeLease node)
    {
        var due = await ClaimAsync(shared, node, new([new(s_orders, 10)], s_due, 10)).ConfigureAwait(false);
        return [.. due.Select(run => run.RunId).Order(StringComparer.Ordinal)];
    }
}
