using Cano.Faster.Frames;
using Cano.Faster.Indexes;
using Cano.Runtime.Checkpoints;

namespace Cano.Faster;

// The inboxes of a journal's runs.
internal sealed partial class Journal
{
    private readonly InboxBells bells = new();

    /// <summary>Rings when something was accepted for the run.</summary>
    public IDisposable Watch(string id, Action ring) => bells.Watch(id, ring);

    /// <summary>Rings when something was accepted for any run.</summary>
    public IDisposable WatchAll(Action<string> ring) => bells.WatchAll(ring);

    /// <summary>Accepts an entry; see <see cref="IInboxStore.AcceptAsync"/>.</summary>
    public async ValueTask<bool> AcceptAsync(string id, InboxItem item, CancellationToken cancel)
    {
        var body = item.ToBytes();
        FrameLimit.CheckEntry(id, body.Length);
        Task written;
        CanoException? refusal;
        bool isKept;
        lock (gate)
        {
            ThrowIfStopped();
            var run = index.AcceptEntry(id);
            refusal = InboxTaking.Refusal(id, run.NextStatus);
            var frame = refusal is null ? Give(run, item, body) : null;
            isKept = frame is not null;
            // What the answer rests on has to be on disk before it is given.
            written =
                frame is not null ? committer.AddShared(frame)
                : run.Waiting > 0 ? committer.NextTask()
                : Task.CompletedTask;
        }

        var answer = AnswerAsync(written, isKept ? id : null);
        await (cancel.CanBeCanceled ? WaitAsync(answer, cancel) : answer).ConfigureAwait(false);
        return refusal is null ? isKept : throw refusal;
    }

    /// <summary>Appends a run's first row, and gives its inbox the first entry with it: both are in one
    /// group, and nobody here finds the one without the other.</summary>
    /// <remarks>The entry comes first, and the row says that it did. So a crash between the two leaves an
    /// entry of no run, which is nothing, and never a run without what it began with.</remarks>
    public async ValueTask<long> BeginAsync(string id, CheckpointRow first, InboxItem signal)
    {
        var (body, entry) = (BodyOf(id, first), signal.ToBytes());
        FrameLimit.CheckEntry(id, entry.Length);
        long fence;
        Task written;
        lock (gate)
        {
            ThrowIfStopped();
            var run = index.AcceptFirst(id, first);
            fence = run.Fence;
            committer.AddWithNext(Give(run, signal, entry)!);
            written = committer.AddShared(FirstFrameOf(run, first, body));
        }

        await AnswerAsync(written, id).ConfigureAwait(false);
        return fence;
    }

    /// <summary>What a run has not taken; see <see cref="IInboxStore.ReadInboxAsync"/>.</summary>
    public InboxItem[] ReadInbox(string id, CancellationToken cancel)
    {
        while (true)
        {
            RunEntry run;
            InboxExtent extent;
            int moved;
            lock (gate)
            {
                if (SoundInbox(id, out run) is not { } inbox)
                    return [];
                (extent, moved) = (inbox.Extent(), run.Moved);
            }

            try
            {
                return Read(id, extent, cancel);
            }
            catch (CanoException) when (HasMoved(run, moved, extent.Taken))
            {
                // While they were read, entries were taken, or moved, or the run was cleared.
            }
        }
    }

    /// <summary>The oldest entry of a kind that is wanted; see <see cref="IInboxStore.FindOldestAsync"/>.
    /// What lies behind it is not read.</summary>
    public InboxItem? FindOldest(
        string id,
        InboxKind kind,
        Func<InboxItem, bool> isWanted,
        CancellationToken cancel
    )
    {
        var next = 0L;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            RunEntry run;
            InboxPlace place;
            int moved,
                taken;
            lock (gate)
            {
                if (SoundInbox(id, out run) is not { } inbox || inbox.From(next, kind) is not { } found)
                    return null;
                (place, moved, taken) = (found, run.Moved, inbox.Taken);
            }

            try
            {
                var item = Read(Reader(), id, place);
                if (isWanted(item))
                    return item;
                next = place.Number + 1;
            }
            catch (CanoException) when (HasMoved(run, moved, taken))
            {
                // As above.
            }
        }
    }

    /// <summary>The inbox of a run, under the gate; null when nothing was sent to it.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the run is damaged.</exception>
    private RunInbox? SoundInbox(string id, out RunEntry run)
    {
        ThrowIfStopped();
        if (!index.TryFind(id, out run!))
            return null;
        return run.Damage is { } damage ? throw JournalError.Of(damage) : run.Inbox;
    }

    /// <summary>See <see cref="ITellsIds"/>. Who reads the inbox behind it finds the entries.</summary>
    public async ValueTask<byte[]> ReadIdsAsync(string id)
    {
        byte[] ids;
        Task written;
        lock (gate)
        {
            if (SoundInbox(id, out var run)?.Extent().Seen is not { } seen)
                return [];
            ids = seen.ToBytes();
            written = run.Waiting > 0 ? committer.NextTask() : Task.CompletedTask;
        }

        await written.ConfigureAwait(false);
        return ids;
    }

    /// <summary>See <see cref="IInboxStore.CountLeftAsync"/>.</summary>
    public int CountLeft(string id)
    {
        lock (gate)
        {
            ThrowIfStopped();
            return index.TryFind(id, out var run) ? run.Inbox?.Left ?? 0 : 0;
        }
    }

    /// <summary>The frame of an entry that the inbox is given; null when there is nothing to keep.</summary>
    private RequestedFrame? Give(RunEntry run, InboxItem item, byte[] body)
    {
        if (InboxTaking.IsMoot(item.Kind, run.NextStatus, run.NextCategory))
            return null;
        // The count in its own head is that before it.
        var head = Head(FrameKind.Inbox, run, run.Inbox?.Next ?? 0, run.Fence);
        return (run.Inbox ??= new()).Give(item) is null
            ? null
            : new RequestedFrame(run, head, body, entry: item.Kind);
    }

    /// <summary>Goes on when it is written, also when nobody waits any more, and lets watchers of the run
    /// know.</summary>
    private async Task AnswerAsync(Task written, string? id)
    {
        await written.ConfigureAwait(false);
        if (id is not null)
            bells.Ring(id);
    }

    /// <summary>Who gives up waiting does not look at the answer any more: somebody has to.</summary>
    private static Task WaitAsync(Task answer, CancellationToken cancel)
    {
        _ = answer.ContinueWith(
            static ended => ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        return answer.WaitAsync(cancel);
    }

    private InboxItem[] Read(string id, in InboxExtent extent, CancellationToken cancel)
    {
        var reader = Reader();
        var items = new InboxItem[extent.Places.Length];
        for (var i = 0; i < items.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            items[i] = Read(reader, id, extent.Places[i]);
        }

        return items;
    }

    private static InboxItem Read(RowReader reader, string id, in InboxPlace place)
    {
        var raw = reader.ReadEntry(id, place.Number, place.Span.Address);
        return InboxItem.FromBytes(raw.Body.Span) with
        {
            Number = place.Number,
            AcceptedAt = raw.Head.WrittenAt,
        };
    }

    private bool HasMoved(RunEntry run, int moved, int taken)
    {
        lock (gate)
            return run.Moved != moved || run.Inbox?.Taken != taken || !index.Holds(run);
    }
}
