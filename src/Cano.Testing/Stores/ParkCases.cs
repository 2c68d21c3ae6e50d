using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>What a store promises of runs that wait and are nobody's. One that serves one node passes them
/// all.</summary>
internal static class ParkCases
{
    private static readonly TimeSpan s_lease = TimeSpan.FromHours(1);
    private static readonly DateTimeOffset s_due = StoreRows.MadeAt(100);
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);
    private static readonly WorkflowKey s_orders = new("orders", 3);

    public static IReadOnlyList<StoreCase> All { get; } =
    [
        Of("A parked run is nobody's, and claimed when its newest row says that it is due", DueAsync),
        Of("With an outdated fence nothing is parked, and who has ended is not", NotParkedAsync),
        Of("Whoever claims a parked run has it alone, and an end parks nobody", UnparkedAsync),
        Of("Of several nodes each claims others, those first that have been due longest", SharedAsync),
        Of("Of a workflow or version that is not asked for nothing is claimed", OthersAsync),
        Of("Parked runs outlive their node, and a dead one claims none", DeadAsync),
        Of("What comes into its inbox makes a parked run due", SignalAsync),
        Of("What comes on the way to being parked is not lost", RungAsync),
        Of("The end of a child makes its parent due, parked or on the way there", ChildAsync),
    ];

    private static StoreCase Of(string name, Func<ICheckpointStore, ISharedStore, Task> tryAsync) =>
        StoreCase.Of(
            name,
            store => store.Shared is { } shared ? tryAsync(store, shared) : Task.CompletedTask
        );

    private static async Task DueAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await JoinAsync(shared, "one").ConfigureAwait(false);
        var other = await JoinAsync(shared, "other").ConfigureAwait(false);
        var fence = await ParkedAsync(store, shared, one, "a", s_due).ConfigureAwait(false);
        var run = await FindAsync(store, "a").ConfigureAwait(false);
        Equal((RunStatus.Waiting, true, s_due), (run!.Status, run.IsParked, run.WakesAt), "of a parked run");
        var early = await ClaimAsync(shared, other, s_due - s_tick).ConfigureAwait(false);
        Same([], early.Claimed, "claimed before it is due");
        Equal(s_due, early.NextAt, "when the next is due");
        var due = await ClaimAsync(shared, other, s_due).ConfigureAwait(false);
        Equal(null, due.NextAt, "when the next is due, of none");
        Equal(1, due.Claimed.Count, "how many are due");
        var (id, workflow, claim) = due.Claimed[0];
        Equal(("a", s_orders, 2L), (id, workflow, claim.NextSequence), "of the run that is due");
        Holds(claim.Fence > fence, "the claim's fence is higher");
        await ConflictAsync(store, "a", StoreRows.Entered(2), fence, "an append of who parked it")
            .ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(2), claim.Fence).ConfigureAwait(false);
        run = await FindAsync(store, "a").ConfigureAwait(false);
        Equal((RunStatus.Running, 0, false), (run!.Status, run.Tries, run.IsParked), "of a run that was due");
        Equal(
            null,
            await shared.TryClaimAsync("a", one, ClaimIf.Free).ConfigureAwait(false),
            "a claim of another node"
        );
    }

    private static async Task NotParkedAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await JoinAsync(shared, "one").ConfigureAwait(false);
        var other = await JoinAsync(shared, "other").ConfigureAwait(false);
        var fence = await shared.BeginAsync("a", StoreRows.Entered(0), one).ConfigureAwait(false);
        await shared.ParkAsync("a", fence - 1).ConfigureAwait(false);
        Equal(
            null,
            await shared.TryClaimAsync("a", other, ClaimIf.Free).ConfigureAwait(false),
            "a claim, when it was parked with an outdated fence"
        );
        await store.AppendAsync("a", StoreRows.Of(1, RowKind.Finished), fence).ConfigureAwait(false);
        await shared.ParkAsync("a", fence).ConfigureAwait(false);
        await shared.ParkAsync("none", fence).ConfigureAwait(false);
        await NoneDueAsync(shared, one, "when it has ended").ConfigureAwait(false);
        Equal(false, (await FindAsync(store, "a").ConfigureAwait(false))!.IsParked, "whether it is parked");
    }

    private static async Task UnparkedAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await JoinAsync(shared, "one").ConfigureAwait(false);
        var other = await JoinAsync(shared, "other").ConfigureAwait(false);
        foreach (var id in new[] { "a", "b", "c" })
            await ParkedAsync(store, shared, one, id, s_due).ConfigureAwait(false);
        var claim = await shared.TryClaimAsync("a", other, ClaimIf.Free).ConfigureAwait(false);
        Holds(claim is not null, "a parked run is anybody's");
        await store.ClearAsync("b").ConfigureAwait(false);
        var fence = await store.ClaimAsync("c", "a person").ConfigureAwait(false);
        await NoneDueAsync(shared, one, "of runs that were claimed or forgotten").ConfigureAwait(false);
        await store.ReleaseAsync("c", fence).ConfigureAwait(false);
        await NoneDueAsync(shared, one, "of one that was let go of").ConfigureAwait(false);
        await store
            .AppendAsync("a", StoreRows.Of(2, RowKind.Finished), claim!.Value.Fence)
            .ConfigureAwait(false);
        await NoneDueAsync(shared, one, "of one that has ended").ConfigureAwait(false);
    }

    private static async Task SharedAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await JoinAsync(shared, "one").ConfigureAwait(false);
        var other = await JoinAsync(shared, "other").ConfigureAwait(false);
        for (var i = 0; i < 5; i++)
            await ParkedAsync(store, shared, one, $"{i}", s_due - (i * s_tick)).ConfigureAwait(false);
        await ParkedAsync(store, shared, one, "later", s_due + s_tick).ConfigureAwait(false);
        var first = await ClaimAsync(shared, one, s_due, max: 2).ConfigureAwait(false);
        Same(["3", "4"], first.Claimed.Select(run => run.RunId).Order(), "due longest");
        Equal(s_due + s_tick, first.NextAt, "when the next is due that is not yet");
        var rest = await ClaimAsync(shared, other, s_due).ConfigureAwait(false);
        Same(["0", "1", "2"], rest.Claimed.Select(run => run.RunId).Order(), "the others");
        Holds(
            first.Claimed.Concat(rest.Claimed).Select(run => run.Claim.Fence).Distinct().Count() == 5,
            "each claim has a fence of its own"
        );
    }

    private static async Task OthersAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await JoinAsync(shared, "one").ConfigureAwait(false);
        await ParkedAsync(store, shared, one, "a", s_due).ConfigureAwait(false);
        foreach (var known in new WorkflowKey[][] { [], [new("orders", 2)], [new("others", 3)] })
        {
            var none = await ClaimAsync(shared, one, known).ConfigureAwait(false);
            Same([], none.Claimed, "claimed of others");
            Equal(null, none.NextAt, "when the next is due, of one that is due");
        }

        var due = await ClaimAsync(shared, one, [new("others", 1), s_orders]).ConfigureAwait(false);
        Equal(1, due.Claimed.Count, "claimed");
    }

    private static async Task DeadAsync(ICheckpointStore store, ISharedStore shared)
    {
        var before = await JoinAsync(shared, "one").ConfigureAwait(false);
        await ParkedAsync(store, shared, before, "a", s_due).ConfigureAwait(false);
        await shared.LeaveAsync(before).ConfigureAwait(false);
        var now = await JoinAsync(shared, "one").ConfigureAwait(false);
        await RefusalAsync(
                async () => await ClaimAsync(shared, before, s_due).ConfigureAwait(false),
                "a claim of a dead node"
            )
            .ConfigureAwait(false);
        await foreach (var id in shared.OrphansAsync(now).ConfigureAwait(false))
            throw new StoreCaseException($"'{id}' is an orphan: a parked run is nobody's");
        Equal(1, (await ClaimAsync(shared, now, s_due).ConfigureAwait(false)).Claimed.Count, "claimed");
    }

    private static async Task SignalAsync(ICheckpointStore store, ISharedStore shared)
    {
        if (store.Inbox is not { } inbox)
            return;
        var one = await JoinAsync(shared, "one").ConfigureAwait(false);
        await ParkedAsync(store, shared, one, "timed", s_due).ConfigureAwait(false);
        await ParkedAsync(store, shared, one, "open", null).ConfigureAwait(false);
        await ParkedAsync(store, shared, one, "cancelled", null).ConfigureAwait(false);
        await ParkedAsync(store, shared, one, "left", null).ConfigureAwait(false);
        var none = await ClaimAsync(shared, one, DateTimeOffset.MinValue).ConfigureAwait(false);
        Same([], none.Claimed, "claimed before anything came");
        Equal(s_due, none.NextAt, "when the next is due by itself");
        await inbox.AcceptAsync("timed", InboxRows.Signal("paid", "1")).ConfigureAwait(false);
        await inbox.AcceptAsync("open", InboxRows.Signal("paid")).ConfigureAwait(false);
        await inbox.AcceptAsync("cancelled", InboxItem.Cancel()).ConfigureAwait(false);
        Equal(false, (await FindAsync(store, "open").ConfigureAwait(false))!.IsParked, "of one that is due");
        var due = await ClaimAsync(shared, one, DateTimeOffset.MinValue).ConfigureAwait(false);
        Same(["cancelled", "open", "timed"], due.Claimed.Select(run => run.RunId).Order(), "due");
        // What lies there was seen by the claim: parked again, they wait for more.
        foreach (var run in due.Claimed)
            await shared.ParkAsync(run.RunId, run.Claim.Fence).ConfigureAwait(false);
        await NoneDueAsync(shared, one, "of those that were looked at").ConfigureAwait(false);
        await inbox.AcceptAsync("timed", InboxRows.Signal("paid", "1")).ConfigureAwait(false);
        await NoneDueAsync(shared, one, "when a signal came twice").ConfigureAwait(false);
    }

    private static async Task RungAsync(ICheckpointStore store, ISharedStore shared)
    {
        if (store.Inbox is not { } inbox)
            return;
        var one = await JoinAsync(shared, "one").ConfigureAwait(false);
        var fence = await shared.BeginAsync("a", StoreRows.Entered(0), one).ConfigureAwait(false);
        await store.AppendAsync("a", Waiting(s_due), fence).ConfigureAwait(false);
        await inbox.AcceptAsync("a", InboxRows.Signal("paid")).ConfigureAwait(false);
        Holds(await shared.ParkAsync("a", fence).ConfigureAwait(false), "it is due at once, and told so");
        var due = await ClaimAsync(shared, one, DateTimeOffset.MinValue).ConfigureAwait(false);
        Equal(1, due.Claimed.Count, "claimed of one that something had come for");
        Holds(
            !await shared.ParkAsync("a", due.Claimed[0].Claim.Fence).ConfigureAwait(false),
            "nothing came since it was claimed"
        );
        await NoneDueAsync(shared, one, "of one that was looked at").ConfigureAwait(false);
    }

    private static async Task ChildAsync(ICheckpointStore store, ISharedStore shared)
    {
        var one = await JoinAsync(shared, "one").ConfigureAwait(false);
        await ParkedAsync(store, shared, one, "parked", null).ConfigureAwait(false);
        var late = await shared.BeginAsync("late", StoreRows.Entered(0), one).ConfigureAwait(false);
        await store.AppendAsync("late", Waiting(null), late).ConfigureAwait(false);
        var children = new List<(string Id, long Fence)>();
        foreach (var parent in new[] { "parked", "late", "forgotten" })
            children.Add(await ChildAsync(shared, one, parent, "0").ConfigureAwait(false));
        await NoneDueAsync(shared, one, "when children have begun").ConfigureAwait(false);
        foreach (var child in children)
            await EndAsync(store, child).ConfigureAwait(false);
        var due = await ClaimAsync(shared, one, DateTimeOffset.MinValue).ConfigureAwait(false);
        Same(["parked"], due.Claimed.Select(run => run.RunId), "due by the end of a child");
        await shared.ParkAsync("late", late).ConfigureAwait(false);
        due = await ClaimAsync(shared, one, DateTimeOffset.MinValue).ConfigureAwait(false);
        Same(["late"], due.Claimed.Select(run => run.RunId), "due by an end that came before");
        await shared.ParkAsync("late", due.Claimed[0].Claim.Fence).ConfigureAwait(false);
        await NoneDueAsync(shared, one, "when it was looked at").ConfigureAwait(false);
        await EndAsync(store, await ChildAsync(shared, one, "late", "1").ConfigureAwait(false))
            .ConfigureAwait(false);
        due = await ClaimAsync(shared, one, DateTimeOffset.MinValue).ConfigureAwait(false);
        Same(["late"], due.Claimed.Select(run => run.RunId), "due by the end of the next child");
    }

    private static async Task<(string Id, long Fence)> ChildAsync(
        ISharedStore shared,
        NodeLease node,
        string parent,
        string name
    )
    {
        var id = $"{parent}/{name}";
        var first = StoreRows.Entered(0) with
        {
            WorkflowName = null,
            Start = StoreRows.Start("orders", StoreRows.MadeAt(0), parent),
        };
        return (id, await shared.BeginAsync(id, first, node).ConfigureAwait(false));
    }

    private static ValueTask EndAsync(ICheckpointStore store, (string Id, long Fence) run) =>
        store.AppendAsync(run.Id, StoreRows.Of(1, RowKind.Finished), run.Fence);

    /// <summary>The fence of a run that was begun and parked.</summary>
    private static async Task<long> ParkedAsync(
        ICheckpointStore store,
        ISharedStore shared,
        NodeLease node,
        string id,
        DateTimeOffset? wakesAt
    )
    {
        var fence = await shared.BeginAsync(id, StoreRows.Entered(0), node).ConfigureAwait(false);
        await store.AppendAsync(id, Waiting(wakesAt), fence).ConfigureAwait(false);
        await shared.ParkAsync(id, fence).ConfigureAwait(false);
        return fence;
    }

    private static CheckpointRow Waiting(DateTimeOffset? wakesAt) =>
        StoreRows.Entered(1) with
        {
            Status = RowStatus.Waiting,
            WakesAt = wakesAt,
        };

    private static ValueTask<NodeLease> JoinAsync(ISharedStore shared, string name) =>
        shared.JoinAsync(name, s_lease);

    private static ValueTask<DueRuns> ClaimAsync(
        ISharedStore shared,
        NodeLease node,
        DateTimeOffset now,
        int max = 10
    ) => shared.ClaimDueAsync(node, new([new(s_orders, max)], now, max));

    private static ValueTask<DueRuns> ClaimAsync(ISharedStore shared, NodeLease node, WorkflowKey[] known) =>
        shared.ClaimDueAsync(node, new([.. known.Select(workflow => new DueLimit(workflow, 10))], s_due, 10));

    private static async Task NoneDueAsync(ISharedStore shared, NodeLease node, string when)
    {
        var due = await ClaimAsync(shared, node, s_due - s_tick).ConfigureAwait(false);
        Same([], due.Claimed, $"claimed, {when}");
    }
}
