using Cano.Faster.Commits;
using Cano.Faster.Disks;
using Cano.Faster.Frames;
using Cano.Faster.Indexes;
using Cano.Faster.Reclamation;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Telemetry;

namespace Cano.Faster;

/// <summary>An open journal: the log, the index of its runs, and the superblocks, in one locked
/// directory.</summary>
internal sealed partial class Journal : IObserved
{
    private readonly FasterCheckpointOptions options;
    private readonly IDisposable directoryLock;
    private readonly SuperblockFile superblocks;
    private readonly SegmentFiles files;
    private readonly LogWriter writer;
    private readonly Lock gate = new();
    private readonly RunIndex index;
    private readonly GroupCommitter committer;
    private readonly SuperblockWriter pace;
    private readonly Compaction compaction;
    private readonly IDisposable size;
    private volatile bool isClosed;

    /// <summary>Appends a row; see <see cref="ICheckpointStore.AppendAsync"/>.</summary>
    public ValueTask AppendAsync(string id, CheckpointRow row, long fence, CancellationToken cancel)
    {
        var body = BodyOf(id, row);
        bool leads;
        Task shared;
        lock (gate)
        {
            ThrowIfStopped();
            leads = Add(index.Accept(id, row.Sequence, fence), row, body, out shared);
        }

        return WrittenAsync(leads, shared, cancel);
    }

    /// <summary>Appends a run's first row; see <see cref="ICheckpointStore.BeginAsync"/>. Who starts a run
    /// may be about to start a thousand more, and is not held up for a flush each.</summary>
    public async ValueTask<long> BeginAsync(string id, CheckpointRow first, CancellationToken cancel)
    {
        var body = BodyOf(id, first);
        long fence;
        Task shared;
        lock (gate)
        {
            ThrowIfStopped();
            var run = index.AcceptFirst(id, first);
            fence = run.Fence;
            shared = committer.AddShared(FirstFrameOf(run, first, body));
        }

        await shared.WaitAsync(cancel).ConfigureAwait(false);
        return fence;
    }

    private static ReadOnlyMemory<byte> BodyOf(string id, CheckpointRow row)
    {
        var body = row.ToTimelessBytes();
        FrameLimit.Check(id, row.Sequence, body.Length);
        return body;
    }

    private bool Add(RunEntry run, CheckpointRow row, ReadOnlyMemory<byte> body, out Task shared) =>
        committer.Add(FrameOf(run, row, body), out shared);

    private RequestedFrame FrameOf(RunEntry run, CheckpointRow row, ReadOnlyMemory<byte> body)
    {
        (run.NextStatus, run.NextCategory) = (row.Status, row.Category);
        var head = Head(row, run, run.Fence);
        if (row.Sequence == 0)
            index.Begin(run, RowFacts.StartTicksOf(row, head.Ticks));
        return new RequestedFrame(run, head, body, row);
    }

    /// <summary>That of the row that a run begins with; a snapshot has a place behind others that are not
    /// here.</summary>
    private RequestedFrame FirstFrameOf(RunEntry run, CheckpointRow first, ReadOnlyMemory<byte> body)
    {
        var frame = FrameOf(run, first, body);
        if (first.Sequence > 0)
            index.Begin(run, RowFacts.StartTicksOf(first, frame.Head.Ticks));
        return frame;
    }

    private ValueTask WrittenAsync(bool leads, Task shared, CancellationToken cancel) =>
        leads
            ? committer.WriteAsync()
            : new ValueTask(cancel.CanBeCanceled ? shared.WaitAsync(cancel) : shared);

    /// <summary>Claims a run; see <see cref="ICheckpointStore.ClaimAsync"/>.</summary>
    public async ValueTask<long> ClaimAsync(string id, ReadOnlyMemory<byte> owner, CancellationToken cancel)
    {
        FrameLimit.CheckClaim(id, owner.Length);
        long fence;
        Task shared;
        lock (gate)
        {
            ThrowIfStopped();
            var run = index.AcceptClaim(id);
            fence = run.Fence;
            var frame = new RequestedFrame(run, Head(FrameKind.Claim, run, sequence: 0, fence), owner);
            shared = committer.AddShared(frame);
        }

        await shared.WaitAsync(cancel).ConfigureAwait(false);
        return fence;
    }

    /// <summary>Forgets a run at once; the frame that says so is written with the next group. A crash before
    /// that brings the run back as it was.</summary>
    public ValueTask ClearAsync(string id)
    {
        bool leads;
        Task shared;
        lock (gate)
        {
            ThrowIfStopped();
            if (!index.Remove(id, out var run))
                return ValueTask.CompletedTask;

            var frame = new RequestedFrame(run, Head(FrameKind.Clear, run, sequence: 0, run.Fence));
            if (run.Waiting == 0)
            {
                committer.AddIdle(frame);
                return ValueTask.CompletedTask;
            }

            leads = committer.Add(frame, out shared);
        }

        return leads ? committer.WriteAsync() : new ValueTask(shared);
    }

    /// <summary>Nobody works on a run any more. Its tries are forgotten at once, and durably when this
    /// returns: who dies in its sleep thereafter was not at work.</summary>
    public ValueTask ReleaseAsync(string id, long fence)
    {
        lock (gate)
        {
            ThrowIfStopped();
            return index.AcceptRelease(id, fence, out var run)
                ? new(committer.AddShared(new(run, Head(FrameKind.Release, run, sequence: 0, fence))))
                : default;
        }
    }

    /// <summary>The rows of a run; see <see cref="ICheckpointStore.LoadRunAsync"/>.</summary>
    public CheckpointRow[] Load(string id, CancellationToken cancel)
    {
        while (true)
        {
            RunExtent extent;
            lock (gate)
            {
                ThrowIfStopped();
                if (!index.TryFind(id, out var run))
                    return [];
                extent = run.Extent();
            }

            try
            {
                return Reader().ReadAll(extent, cancel);
            }
            catch (CanoException) when (HasMoved(extent))
            {
                // While they were read, the rows were cleared or moved, or a snapshot took their place.
            }
        }
    }

    /// <summary>Goes on with a listing.</summary>
    public void Turn(RunPages pages)
    {
        lock (gate)
        {
            ThrowIfStopped();
            index.Turn(pages);
        }
    }

    /// <summary>What is known of one run; null when no list has it.</summary>
    public RunSummary? Find(string id)
    {
        lock (gate)
        {
            ThrowIfStopped();
            return index.Find(id);
        }
    }

    /// <summary>Writes what is left and a last superblock, and gives the directory free.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: that failed, or an earlier write did and no call
    /// has heard of it. The directory is free all the same.</exception>
    public async Task CloseAsync()
    {
        lock (gate)
        {
            if (isClosed)
                return;
            isClosed = true;
        }

        try
        {
            await committer.DrainAsync().ConfigureAwait(false);
            if (committer.Failure is null)
                WriteEnd();
            else if (!committer.IsTold)
                throw committer.StoppedBy(committer.Failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw JournalError.Of(
                $"cannot close the journal: {failure.Message}; what was acknowledged is on disk",
                failure
            );
        }
        finally
        {
            size.Dispose();
            flushDelay.Dispose();
            writer.Dispose();
            files.Dispose();
            superblocks.Dispose();
            directoryLock.Dispose();
        }
    }

    private void WriteEnd()
    {
        files.GiveBack(writer.End.End);
        pace.Write(writer.End, Kept());
        KeepIndex();
    }

    private bool HasMoved(in RunExtent extent)
    {
        lock (gate)
            return extent.Run.Moved != extent.Moved;
    }

    /// <summary>A write failed: nothing is taken any more until the journal is opened again.</summary>
    public bool IsStopped => committer.Failure is not null;

    private void ThrowIfStopped()
    {
        if (committer.Failure is { } failure)
            throw committer.StoppedBy(failure);
        if (isClosed)
            throw JournalError.Closed();
    }

    private RowReader Reader() => new(files, options.PageSize);

    private FrameHead Head(CheckpointRow row, RunEntry run, long fence)
    {
        var writtenAt = row.WrittenAt ?? options.TimeProvider.GetUtcNow();
        return new(FrameKind.Row, run.Id, row.Sequence, fence, Part: 0, writtenAt.UtcTicks, run.InboxCount);
    }

    private FrameHead Head(FrameKind kind, RunEntry run, long sequence, long fence) =>
        new(
            kind,
            run.Id,
            sequence,
            fence,
            Part: 0,
            options.TimeProvider.GetUtcNow().UtcTicks,
            run.InboxCount
        );

    private void AfterFlush()
    {
        pace.AfterFlush(writer.End, Kept);
        if (!isClosed)
            compaction.Step(writer.End.End);
    }

    /// <summary>What the log is still needed for, and what outlasts what it is not.</summary>
    private KeptLog Kept()
    {
        lock (gate)
            return new(index.Segments.Begin(writer.End.End), index.Fences.Newest);
    }

    /// <summary>How much of the log is kept; asked whenever somebody measures.</summary>
    IEnumerable<(string? What, long Count)> IObserved.Observe()
    {
        var end = writer.Durable;
        lock (gate)
            return [(null, end - index.Segments.Begin(end))];
    }
}
