using Cano.Faster.Commits;
using Cano.Faster.Disks;
using Cano.Faster.Frames;
using Cano.Faster.Indexes;
using Cano.Faster.Reclamation;
using Cano.Faster.Recovery;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.Faster;

/// <summary>An open journal: the log, the index of its runs, and the superblocks, in one locked
/// directory.</summary>
internal sealed class Journal
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
    private volatile bool isClosed;

    private Journal(
        FasterCheckpointOptions options,
        IDisposable directoryLock,
        SuperblockFile superblocks,
        SegmentFiles files
    )
    {
        (this.options, this.directoryLock) = (options, directoryLock);
        (this.superblocks, this.files) = (superblocks, files);

        var newest = superblocks.Newest;
        index = new RunIndex(new SegmentUse(newest.SegmentSizeBits));
        // What is read may be in the system's memory alone: nothing is deleted by it, and nothing built upon
        // it, before it is written again.
        superblocks.WriteAgain();
        LogBeginning.Clear(files, newest);
        files.WriteAgain(newest.Durable);
        var end = new RecoveryScan(files, newest, new IndexRebuild(index)).Run();
        files.CutAt(end.End);
        writer = new LogWriter(files, options, newest.Begin, end);
        pace = new SuperblockWriter(superblocks, files, options.TimeProvider);
        committer = new GroupCommitter(writer, gate, index.Segments, pace.BeforeWriting, AfterFlush);
        compaction = new Compaction(index, gate, Reader, committer.AddCopied, options);
    }

    /// <summary>Opens the journal of a directory, or creates it.</summary>
    public static Journal Open(string directory, FasterCheckpointOptions? given, ILogger logger)
    {
        var options = Guarded(given ?? new FasterCheckpointOptions(), logger);
        if (options.Problem is { } problem)
            throw JournalError.Of($"the journal's options do not fit together: {problem}");

        var open = new Stack<IDisposable>();
        try
        {
            var directoryLock = JournalDirectory.Take(options.Disk, directory);
            open.Push(directoryLock);
            var superblocks = JournalDirectory.OpenSuperblocks(options, directory, isDefault: given is null);
            open.Push(superblocks);
            var stored = superblocks.Newest;
            options = options with
            {
                PageSizeBits = stored.PageSizeBits,
                SegmentSizeBits = stored.SegmentSizeBits,
            };
            var files = new SegmentFiles(options.Disk, directory, superblocks);
            open.Push(files);
            return new Journal(options, directoryLock, superblocks, files);
        }
        catch (Exception failure)
        {
            foreach (var opened in open)
                opened.Dispose();
            if (failure is CanoException)
                throw;
            if (DiskTrouble.IsInUse(failure))
                throw JournalDirectory.OpenAlready(directory, failure);
            throw JournalError.Of(
                $"cannot open the journal in '{directory}': {failure.Message}; "
                    + $"{DiskTrouble.Remedy(failure)} and open it again",
                failure
            );
        }
    }

    /// <summary>A user's clock may throw, and after a flush that would stop the journal.</summary>
    private static FasterCheckpointOptions Guarded(FasterCheckpointOptions options, ILogger logger) =>
        options with
        {
            Logger = logger,
            TimeProvider = GuardedClock.Around(options.TimeProvider, logger),
        };

    /// <summary>Appends a row; see <see cref="ICheckpointStore.AppendAsync"/>.</summary>
    public ValueTask AppendAsync(string id, CheckpointRow row, long fence, CancellationToken cancel)
    {
        var body = row.ToTimelessBytes();
        FrameLimit.Check(id, row.Sequence, body.Length);
        bool leads;
        Task shared;
        lock (gate)
        {
            ThrowIfStopped();
            var run = index.Accept(id, row.Sequence, fence);
            var frame = new RequestedFrame(run, Head(row, run, fence), body, row);
            leads = committer.Add(frame, out shared);
        }

        if (leads)
            return committer.WriteAsync();
        return new ValueTask(cancel.CanBeCanceled ? shared.WaitAsync(cancel) : shared);
    }

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

    /// <summary>Forgets the tries of a run at once; the frame that says so is written with the next
    /// group.</summary>
    public void Release(string id, long fence)
    {
        lock (gate)
        {
            ThrowIfStopped();
            if (index.AcceptRelease(id, fence, out var run))
                committer.AddIdle(new RequestedFrame(run, Head(FrameKind.Release, run, sequence: 0, fence)));
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

    /// <summary>What is known of each run now.</summary>
    public List<RunSummary> Summaries()
    {
        lock (gate)
        {
            ThrowIfStopped();
            var summaries = new List<RunSummary>(index.Runs.Count);
            foreach (var run in index.Runs)
                if (run.LastSequence >= 0 || run.Damage is not null)
                    summaries.Add(run.Summary());
            return summaries;
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
                pace.Write(writer.End, Begin());
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
            writer.Dispose();
            files.Dispose();
            superblocks.Dispose();
            directoryLock.Dispose();
        }
    }

    private bool HasMoved(in RunExtent extent)
    {
        lock (gate)
            return extent.Run.Moved != extent.Moved;
    }

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
        return new(FrameKind.Row, run.Id, row.Sequence, fence, Part: 0, writtenAt.UtcTicks);
    }

    private FrameHead Head(FrameKind kind, RunEntry run, long sequence, long fence) =>
        new(kind, run.Id, sequence, fence, Part: 0, options.TimeProvider.GetUtcNow().UtcTicks);

    private void AfterFlush()
    {
        pace.AfterFlush(writer.End, Begin);
        if (!isClosed)
            compaction.Step(writer.End.End);
    }

    private long Begin()
    {
        lock (gate)
            return index.Segments.Begin(writer.End.End);
    }
}
