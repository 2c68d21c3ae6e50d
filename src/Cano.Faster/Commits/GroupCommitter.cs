using Cano.Faster.Disks;
using Cano.Faster.Frames;
using Cano.Faster.Indexes;

namespace Cano.Faster.Commits;

/// <summary>Writes frames of concurrent callers in groups that share one flush. One group is written at a
/// time; what arrives meanwhile is the next one.</summary>
/// <remarks>The caller that finds nobody writing writes its own group on its own thread, so that a lone
/// writer pays for no hand-over. A thread of the pool that writes goes on as long as there is something to
/// write. After a failure nothing is written or acknowledged any more.</remarks>
internal sealed class GroupCommitter(
    LogWriter writer,
    Lock gate,
    SegmentUse segments,
    Action beforeWriting,
    Action afterFlush
) : IThreadPoolWorkItem
{
    /// <summary>Frames that nobody waits for are written without waiting for a later append beyond this
    /// size.</summary>
    private const long IdleBytesMax = 1 << 16;

    private Group next = new();
    private Group spare = new();
    private Group? writing;
    private bool isWriting;
    private TaskCompletionSource? idle;

    /// <summary>What stopped the journal; every later call fails with it.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Somebody has heard of the failure.</summary>
    public bool IsTold { get; private set; }

    /// <summary>Adds a frame to the next group, under the gate. True: the caller has to call
    /// <see cref="WriteAsync"/> outside the gate; else it awaits the group's task.</summary>
    public bool Add(RequestedFrame frame, out Task shared)
    {
        frame.Run.Waiting++;
        next.Frames.Add(frame);
        next.IsAwaited = true;
        shared = Task.CompletedTask;
        if (TryTake())
            return true;

        shared = (next.Done ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        return false;
    }

    /// <summary>Adds a frame, under the gate, whose caller never writes itself: a caller of many, one after
    /// the other, has them in few groups. The task is the group's.</summary>
    public Task AddShared(RequestedFrame frame)
    {
        frame.Run.Waiting++;
        next.Frames.Add(frame);
        next.IsAwaited = true;
        var shared = (next.Done ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        QueueIfTaken();
        return shared;
    }

    /// <summary>Adds a frame that goes with the one that is added next, under the same hold of the
    /// gate.</summary>
    public void AddWithNext(RequestedFrame frame)
    {
        frame.Run.Waiting++;
        next.Frames.Add(frame);
    }

    /// <summary>Completes when all that was added is on disk. Under the gate, and only while some of it is
    /// not.</summary>
    public Task NextTask()
    {
        var group = next.Frames.Count > 0 ? next : writing!;
        group.IsAwaited = true;
        var shared = (group.Done ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        QueueIfTaken();
        return shared;
    }

    /// <summary>Adds a frame that may go with a later group, under the gate.</summary>
    public void AddIdle(RequestedFrame frame)
    {
        frame.Run.Waiting++;
        next.Frames.Add(frame);
        next.IdleBytes += Frame.HeadSize + frame.Run.Id.Length + frame.Payload.Length;
        if (next.IdleBytes >= IdleBytesMax)
            WriteIdle();
    }

    /// <summary>Writes frames that nobody waits for, under the gate.</summary>
    public void WriteIdle()
    {
        next.IsAwaited = next.Frames.Count > 0;
        QueueIfTaken();
    }

    /// <summary>Adds a frame of a copy, under the gate and from the hook after a flush: nobody waits for it,
    /// and it goes with the next group at once.</summary>
    public void AddCopied(PendingFrame frame)
    {
        next.Frames.Add(frame);
        next.IsAwaited = true;
    }

    /// <summary>Writes the taken group, and then hands a waiting one to the thread pool.</summary>
    public async ValueTask WriteAsync()
    {
        var (failure, isNextTaken) = await TryWriteAsync().ConfigureAwait(false);
        if (failure is not null)
            throw StoppedBy(failure);
        if (isNextTaken)
            Queue();
    }

    /// <summary>Writes what is left. Nothing may be added any more.</summary>
    public async Task DrainAsync()
    {
        Task wait;
        lock (gate)
        {
            if (!isWriting && (next.Frames.Count == 0 || Failure is not null))
                return;

            next.IsAwaited = next.Frames.Count > 0;
            idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
            wait = idle.Task;
            QueueIfTaken();
        }

        await wait.ConfigureAwait(false);
    }

    /// <summary>The refusal that tells a caller of the failure.</summary>
    public CanoException StoppedBy(Exception failure)
    {
        IsTold = true;
        return JournalError.Of(
            $"the journal stopped after a failed write: {failure.Message}; nothing after it was "
                + $"acknowledged. Close the store, {DiskTrouble.Remedy(failure)} and open it again",
            failure
        );
    }

    /// <summary>Writes groups whose callers await their task: they hear of a failure there, and so does every
    /// later call.</summary>
    async void IThreadPoolWorkItem.Execute()
    {
        while ((await TryWriteAsync().ConfigureAwait(false)).IsNextTaken) { }
    }

    /// <summary>Writes the taken group; what went wrong, or null, and whether the next one is taken: then the
    /// caller has to see to it.</summary>
    private async ValueTask<(Exception? Failure, bool IsNextTaken)> TryWriteAsync()
    {
        var group = writing!;
        FlushMeter? meter;
        try
        {
            beforeWriting();
            meter = FlushMeter.Begin(writer.End.End);
            foreach (var frame in group.Frames)
                frame.Span = writer.Append(frame.Head, frame.Payload.Span);
            await writer.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Fail(group, failure);
            return (failure, false);
        }

        meter?.Flushed(group.Frames, writer.End.End);
        lock (gate)
            foreach (var frame in group.Frames)
                frame.Publish(segments);
        group.Done?.SetResult();
        return (null, IsNextTakenAfter(group));
    }

    /// <summary>Has the next group written by a thread of the pool, unless one is being written.</summary>
    private void QueueIfTaken()
    {
        if (TryTake())
            Queue();
    }

    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private bool TryTake()
    {
        if (isWriting || !next.IsAwaited || Failure is not null)
            return false;

        isWriting = true;
        (writing, next) = (next, spare);
        return true;
    }

    private bool IsNextTakenAfter(Group written)
    {
        Exception? failed = null;
        try
        {
            afterFlush();
        }
        catch (Exception failure)
        {
            failed = failure;
        }

        if (failed is not null)
        {
            Fail(new Group(), failed);
            return false;
        }

        lock (gate)
        {
            written.Reset();
            spare = written;
            isWriting = false;
            var isNextTaken = TryTake();
            if (!isNextTaken)
                idle?.TrySetResult();
            return isNextTaken;
        }
    }

    private void Fail(Group group, Exception failure)
    {
        Group waiting;
        lock (gate)
        {
            Failure = failure;
            waiting = next;
            next = new Group();
            isWriting = false;
            idle?.TrySetResult();
        }

        Tell(group, failure);
        Tell(waiting, failure);
    }

    /// <summary>Tells those who wait for the group. Each may have given up waiting, and then nobody looks at
    /// the task.</summary>
    private void Tell(Group group, Exception failure)
    {
        if (group.Done is not { } done)
            return;
        done.SetException(StoppedBy(failure));
        _ = done.Task.Exception;
    }

    private sealed class Group
    {
        public List<PendingFrame> Frames { get; } = [];

        /// <summary>Somebody waits for it: a group of clears alone can wait for company.</summary>
        public bool IsAwaited { get; set; }

        public long IdleBytes { get; set; }

        /// <summary>Completes those who wait besides the one that writes.</summary>
        public TaskCompletionSource? Done { get; set; }

        public void Reset()
        {
            Frames.Clear();
            (IsAwaited, IdleBytes, Done) = (false, 0, null);
        }
    }
}
