using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.StoredRuns;

/// <summary>Runs on their way from one store to another.</summary>
/// <param name="from">The one.</param>
/// <param name="to">The other.</param>
/// <param name="isInUse">Whether runs go on in the one meanwhile, and are copied as of one of their
/// rows.</param>
internal sealed class CopiedRuns(ICheckpointStore from, ICheckpointStore to, bool isInUse)
{
    // A run that takes what is sent to it so fast that this is not enough is rare.
    private const int ReadingsMax = 100;

    private readonly List<LeftRun> _left = [];

    public ICheckpointStore From => from;

    public long Runs { get; private set; }

    /// <summary>How many were written.</summary>
    public long Rows { get; private set; }

    public IReadOnlyList<LeftRun> Left => _left;

    /// <summary>Copies a run, or notes why not.</summary>
    public async Task CopyAsync(RunSummary run)
    {
        if (run.Status is RunStatus.Running && !isInUse)
            Leave(run, "somebody works on it: suspend its engine first");
        else if (run.Damage is { } damage)
            Leave(run, damage);
        else
            try
            {
                if (await CopiedAsync(run.RunId).ConfigureAwait(false) is { } why)
                    Leave(run, why);
                else
                    Runs++;
            }
            catch (CanoException raced) when (IsConflict(raced))
            {
                Leave(run, raced.Error.Message);
            }
    }

    /// <summary>Null when the other store has the run, else why not.</summary>
    private async Task<string?> CopiedAsync(string id)
    {
        if (await ReadAsync(id).ConfigureAwait(false) is not { } run)
            return "it took what was sent to it whenever it was read: copy it again";
        if (run.Rows.Count == 0)
            return "it was forgotten meanwhile";
        if (Unreadable(id, run.Rows) is { } unreadable)
            return unreadable;
        var there = await OfAsync(to, id).ConfigureAwait(false);
        return !there.SequenceEqual(run.Rows.Take(there.Count)) ? Another
            : there.Count == 0 && to is ITakesRuns taking
                ? await PutAsync(taking, id, run).ConfigureAwait(false)
            : await WriteAsync(id, run, there.Count).ConfigureAwait(false);
    }

    private const string Another = "the other store has another run of its id, or older rows of it";

    /// <summary>The run as of one of its rows; null when it went on each time.</summary>
    private async Task<MovedRun?> ReadAsync(string id)
    {
        for (var readings = 0; readings < ReadingsMax; readings++)
        {
            // An id whose entry came behind this is that of the entry; one before it is known.
            var ids = from is ITellsIds tells
                ? await StoreCall.AskAsync("read ids", () => tells.ReadIdsAsync(id)).ConfigureAwait(false)
                : [];
            var rows = await OfAsync(from, id).ConfigureAwait(false);
            var items = await InboxAsync(from, id).ConfigureAwait(false);
            var left = await LeftOfAsync(id, rows, items).ConfigureAwait(false);
            if (!isInUse || rows.Count == 0 || await IsAsOfAsync(id, rows).ConfigureAwait(false))
                return new(rows, items, With(ids, items), left);
        }

        return null;
    }

    /// <summary>How many signals a run has not taken: an end takes those that lie there.</summary>
    private async ValueTask<int> LeftOfAsync(
        string id,
        IReadOnlyList<CheckpointRow> rows,
        IReadOnlyList<InboxItem> items
    ) =>
        from.Inbox is { } inbox && rows is [.., var newest] && !InboxRule.IsOpen(newest.Status)
            ? await StoreCall.AskAsync("count signals", () => inbox.CountLeftAsync(id)).ConfigureAwait(false)
            : items.Count(item => item.Kind == InboxKind.Signal);

    /// <summary>Whether no row that has come since takes anything from the inbox.</summary>
    private async Task<bool> IsAsOfAsync(string id, IReadOnlyList<CheckpointRow> rows)
    {
        var now = await OfAsync(from, id).ConfigureAwait(false);
        var newest = rows[^1].Sequence;
        return now.Count > 0
            && now[0].Sequence <= newest
            && now.Where(row => row.Sequence > newest)
                .All(row =>
                    row.Kind is not (RowKind.SignalTaken or RowKind.Snapshot)
                    && !InboxRule.TakesOthers(row.Kind, row.Status)
                );
    }

    private static byte[] With(byte[] ids, IReadOnlyList<InboxItem> items)
    {
        _ = SeenIds.TryRead(ids, out var seen);
        foreach (var item in items)
            if (item.Id is { } id)
                (seen ??= new()).Add(SeenIds.HashOf(id));
        return seen?.ToBytes() ?? [];
    }

    private async Task<string?> PutAsync(ITakesRuns taking, string id, MovedRun run)
    {
        var isNew = await StoreCall
            .AskAsync("put run", () => taking.PutAsync(id, run, there => Prove(id, run.Rows, there)))
            .ConfigureAwait(false);
        if (isNew)
            Rows += run.Rows.Count;
        // It was there, or the answer was lost.
        return
            isNew
            || (await OfAsync(to, id).ConfigureAwait(false)).Take(run.Rows.Count).SequenceEqual(run.Rows)
            ? null
            : Another;
    }

    private static bool IsConflict(Exception? thrown) =>
        thrown is not null && (thrown is ConflictException || IsConflict(thrown.InnerException));

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
    private async Task<string?> WriteAsync(string id, MovedRun run, int known)
    {
        var (rows, items) = (run.Rows, run.Inbox);
        if (items.Count > 0 && to.Inbox is null)
            return "something lies in its inbox, and the other store keeps none";
        var waiting = await InboxAsync(to, id).ConfigureAwait(false);
        if (known > 0 && known < rows.Count && waiting.Count > 0)
            return "an older copy of it is there, with something in its inbox: forget that, and copy it again";
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
        await LetGoAsync(id, run, fence).ConfigureAwait(false);
        Prove(id, rows, await OfAsync(to, id).ConfigureAwait(false));
        return null;
    }

    /// <summary>A run that waits is woken by whichever node comes first: the claim has un-parked
    /// it.</summary>
    private async Task LetGoAsync(string id, MovedRun run, long fence)
    {
        if (run.Waits && to.Shared is { } shared)
            await StoreCall.AskAsync("park run", () => shared.ParkAsync(id, fence)).ConfigureAwait(false);
        else
            await DoAsync("release run", () => to.ReleaseAsync(id, fence)).ConfigureAwait(false);
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
    private static void Prove(
        string id,
        IReadOnlyList<CheckpointRow> rows,
        IReadOnlyList<CheckpointRow> there
    )
    {
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
