namespace Cano.Reliability.Journals;

/// <summary>Uses a journal after it was opened: damaged runs are cleared and begin anew, unfinished ones go
/// on under a new fence, a finished one is cleared, a new one begins.</summary>
internal static class Usability
{
    private const string NewRun = "after";

    /// <summary>What the journal holds then. After damage a fence may be higher than it was.</summary>
    public static async Task<Expected> UseAsync(
        ICheckpointStore store,
        Expected expected,
        Recovered recovered
    )
    {
        var isDamaged = recovered.Damaged.Any();
        var now = new Dictionary<string, IReadOnlyList<RunState>>();
        foreach (var (id, run) in recovered.Runs)
            now[id] =
            [
                run.Damage is not null ? await BeginAnewAsync(store, id)
                : run.Rows[^1].Kind == RowKind.Finished ? await ClearAsync(store, id)
                : await GoOnAsync(
                    store,
                    id,
                    expected.Of(id).Where(state => recovered.Is(id, state)),
                    isDamaged
                ),
            ];
        now[NewRun] = [await AppendAsync(store, NewRun, RunState.Unknown)];
        return new Expected(now);
    }

    private static async Task<RunState> BeginAnewAsync(ICheckpointStore store, string id)
    {
        await Refusals.OfAsync(async () => await store.AppendAsync(id, Row(0), fence: 1));
        await store.ClearAsync(id);
        return Invariants.IsUnknownRun(id)
            ? RunState.Unknown
            : await AppendAsync(store, id, RunState.Unknown);
    }

    private static async Task<RunState> ClearAsync(ICheckpointStore store, string id)
    {
        await store.ClearAsync(id);
        return RunState.Unknown;
    }

    private static async Task<RunState> GoOnAsync(
        ICheckpointStore store,
        string id,
        IEnumerable<RunState> before,
        bool isDamaged
    )
    {
        var fence = await store.ClaimAsync(id, "next");
        var state =
            before.FirstOrDefault(state => state.Fence + 1 == fence)
            ?? before.FirstOrDefault(state => state.Fence < fence && isDamaged);
        Broken.Unless(
            state is not null,
            $"a claim of '{id}' gave fence {fence} after {string.Join(" or ", before.Select(each => each.Fence))}"
        );
        await Refusals.OfAsync(async () => await store.AppendAsync(id, Row(state!.Next), fence - 1));
        state = await AcceptAsync(store.Inbox!, id, state! with { Fence = fence });
        return await AppendAsync(store, id, state);
    }

    /// <summary>What was seen is seen still, and what is new comes behind what is there.</summary>
    private static async Task<RunState> AcceptAsync(IInboxStore inbox, string id, RunState state)
    {
        foreach (var seen in state.Seen.Take(3))
            Broken.Unless(
                !await inbox.AcceptAsync(id, InboxItem.Signal("again", seen)),
                $"'{id}' no longer knows id '{seen}'"
            );
        var accept = new Deed.Accept(
            id,
            InboxItem.Signal("after", "after"),
            state.Keeps(InboxItem.Signal("after", "after"))
        );
        var isKept = await inbox.AcceptAsync(id, accept.Item);
        Broken.Unless(isKept == accept.IsKept, $"accepting {accept.Item} for '{id}' gave {isKept}");
        var after = state.After(accept);
        Broken.Unless(
            after.HasInbox(await inbox.ReadInboxAsync(id)),
            $"the inbox of '{id}' has not what was just accepted"
        );
        return after;
    }

    private static async Task<RunState> AppendAsync(ICheckpointStore store, string id, RunState state)
    {
        var append = new Deed.Append(id, Row(state.Next), state.Fence);
        await store.AppendAsync(id, append.Row, append.Fence);
        var after = state.After(append);
        Broken.Unless(
            after.HasRows(await store.LoadRunAsync(id)),
            $"'{id}' has not the rows just appended to"
        );
        return after;
    }

    private static CheckpointRow Row(long sequence) =>
        new()
        {
            Sequence = sequence,
            Kind = RowKind.CursorAdvanced,
            WrittenAt = DateTimeOffset.UnixEpoch,
            State = "after",
            Visit = sequence,
        };
}
