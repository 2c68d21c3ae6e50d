using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.StoredRuns;

/// <summary>Runs on their way from one store to another.</summary>
internal sealed class CopiedRuns(ICheckpointStore from, ICheckpointStore to)
{
    private readonly List<LeftRun> _left = [];

    public long Runs { get; private set; }

    /// <summary>How many were written.</summary>
    public long Rows { get; private set; }

    public IReadOnlyList<LeftRun> Left => _left;

    /// <summary>Copies a run, or notes why not.</summary>
    public async Task CopyAsync(RunSummary run)
    {
        if (run.Status is RunStatus.Running)
        {
            Leave(run, "somebody works on it: suspend its engine first");
            return;
        }

        if (run.Damage is { } damage)
        {
            Leave(run, damage);
            return;
        }

        var rows = await OfAsync(from, run.RunId).ConfigureAwait(false);
        var there = await OfAsync(to, run.RunId).ConfigureAwait(false);
        if (Unreadable(run.RunId, rows) is { } unreadable)
            Leave(run, unreadable);
        else if (!there.SequenceEqual(rows.Take(there.Count)))
            Leave(run, "the other store has another run of its id, or older rows of it");
        else if (await WriteAsync(run.RunId, rows, there.Count).ConfigureAwait(false) is { } why)
            Leave(run, why);
        else
            Runs++;
    }

    /// <summary>Copies how far a flow has come, unless the other store knows. Nobody has such a run, and its
    /// newest row says everything.</summary>
    public async Task CopyWatermarkAsync(string flow)
    {
        var id = OccurrenceId.Watermark(flow);
        var newest = (await OfAsync(from, id).ConfigureAwait(false)).LastOrDefault();
        if (newest is null || (await OfAsync(to, id).ConfigureAwait(false)).Count > 0)
            return;
        await DoAsync(
                "copy watermark",
                () => to.AppendAsync(id, newest with { Sequence = 0 }, AppendRule.FirstFence)
            )
            .ConfigureAwait(false);
        Rows++;
    }

    /// <summary>Null when the run is there as it was, else why not. `known`: the rows that are there
    /// already.</summary>
    private async Task<string?> WriteAsync(string id, IReadOnlyList<CheckpointRow> rows, int known)
    {
        var items = await InboxAsync(from, id).ConfigureAwait(false);
        if (items.Count > 0 && to.Inbox is null)
            return "something lies in its inbox, and the other store keeps none";
        var waiting = await InboxAsync(to, id).ConfigureAwait(false);
        if (known == rows.Count && waiting.Count == items.Count)
            return null;
        var (fence, next) =
            known > 0
                ? (await ClaimAsync(id).ConfigureAwait(false), known)
                : (await BeginAsync(id, rows[0]).ConfigureAwait(false), 1);
        if (fence == 0)
            return "it begins with a snapshot, and the other store takes row 0 first";
        foreach (var row in rows.Skip(next))
            await DoAsync("append row", () => to.AppendAsync(id, row, fence)).ConfigureAwait(false);
        Rows += rows.Count - known;
        foreach (var item in items.Skip(waiting.Count))
            await StoreCall
                .AskAsync("accept what was sent", () => to.Inbox!.AcceptAsync(id, item))
                .ConfigureAwait(false);
        await DoAsync("release run", () => to.ReleaseAsync(id, fence)).ConfigureAwait(false);
        await ProveAsync(id, rows).ConfigureAwait(false);
        return null;
    }

    /// <summary>Why nobody could go on with a run; null when somebody could.</summary>
    private static string? Unreadable(string id, IReadOnlyList<CheckpointRow> rows)
    {
        try
        {
            Fold(id, rows);
            return null;
        }
        catch (CanoException unreadable)
        {
            return unreadable.Error.Message;
        }
    }

    private ValueTask<long> ClaimAsync(string id) =>
        StoreCall.AskAsync("claim run", () => to.ClaimAsync(id, "a copy"));

    /// <summary>The fence; 0 where the store refuses a run that does not begin with row 0.</summary>
    private ValueTask<long> BeginAsync(string id, CheckpointRow first) =>
        StoreCall.AskAsync(
            "begin run",
            async ValueTask<long> () =>
            {
                try
                {
                    return await to.BeginAsync(id, first).ConfigureAwait(false);
                }
                catch (ConflictException) when (first.Sequence > 0)
                {
                    return 0;
                }
            }
        );

    /// <exception cref="CanoException">`checkpoint_store`: the copy is another run.</exception>
    private async Task ProveAsync(string id, IReadOnlyList<CheckpointRow> rows)
    {
        var there = await OfAsync(to, id).ConfigureAwait(false);
        if (!there.SequenceEqual(rows) || !Fold(id, there).Equals(Fold(id, rows)))
            throw new CanoException(
                CanoError.Of(Fault.NewCheckpointStore($"the copy of run '{id}' is not what was copied"))
            );
    }

    /// <summary>What a resume makes of the rows.</summary>
    private static DurableState Fold(string id, IReadOnlyList<CheckpointRow> rows) =>
        LoadedRows
            .Told(id, rows)
            .Aggregate(DurableStateModule.empty, (state, row) => DurableStateModule.Remember(row, state));

    private static ValueTask<IReadOnlyList<CheckpointRow>> OfAsync(ICheckpointStore store, string id) =>
        StoreCall.AskAsync("load run", () => LoadedRows.OfAsync(store, id));

    private static async Task<IReadOnlyList<InboxItem>> InboxAsync(ICheckpointStore store, string id) =>
        store.Inbox is { } inbox
            ? await StoreCall.AskAsync("read inbox", () => inbox.ReadInboxAsync(id)).ConfigureAwait(false)
            : [];

    private static async Task DoAsync(string doing, Func<ValueTask> act) =>
        await StoreCall
            .AskAsync(
                doing,
                async ValueTask<bool> () =>
                {
                    await act().ConfigureAwait(false);
                    return true;
                }
            )
            .ConfigureAwait(false);

    private void Leave(RunSummary run, string why) => _left.Add(new(run.RunId, why));
}
