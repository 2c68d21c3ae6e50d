using Cano.Faster.Commits;
using Cano.Faster.Disks;
using Cano.Faster.Frames;
using Cano.Faster.Reclamation;
using Cano.Faster.Recovery;
using Cano.Runtime.Telemetry;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.Faster;

// How a journal is opened: what is on disk is proven, read, and gone on with.
internal sealed partial class Journal
{
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
        indexFile = new(options.Disk, files.Directory, superblocks, options.Logger!);
        // What is read may be in the system's memory alone: nothing is deleted by it, and nothing built upon
        // it, before it is written again.
        superblocks.WriteAgain();
        LogBeginning.Clear(files, newest);
        files.WriteAgain(newest.Durable);
        opened = LogOpening.Open(files, newest, indexFile);
        (index, var end) = (opened.Index, opened.End);
        index.Opened();
        files.CutAt(end.End, newest.Durable);
        writer = new LogWriter(files, options, newest.Begin, end, opened.Sums);
        pace = new SuperblockWriter(superblocks, files, options.TimeProvider);
        committer = new GroupCommitter(writer, gate, index.Segments, pace.BeforeWriting, AfterFlush);
        flushDelay = new FlushDelay(options.TimeProvider, WriteIdle);
        compaction = new Compaction(index, gate, Reader, committer.AddCopied, options);
        size = JournalInstruments.Sizes.Add(this);
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
            var files = new SegmentFiles(options.Disk, directory, superblocks, logger);
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
}
