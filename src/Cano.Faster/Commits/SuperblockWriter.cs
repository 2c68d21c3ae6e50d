using Cano.Faster.Disks;
using Cano.Faster.Frames;

namespace Cano.Faster.Commits;

/// <summary>What is to be kept of a log.</summary>
/// <param name="Begin">Where it may begin.</param>
/// <param name="Fence">The newest fence: those of forgotten runs go with their space.</param>
internal readonly record struct KeptLog(long Begin, long Fence);

/// <summary>Writes superblocks: after every MiB, or second, of appends, and at close. Then gives back the
/// space that no run needs.</summary>
internal sealed class SuperblockWriter(SuperblockFile superblocks, SegmentFiles files, TimeProvider clock)
{
    private const long BytesMax = 1 << 20;

    private static readonly TimeSpan s_spanMax = TimeSpan.FromSeconds(1);

    private long lastWrite = clock.GetTimestamp();

    /// <summary>What is written from here on is of the newest format. Both slots say so before any of it is:
    /// a build that does not know the format must refuse the journal, whichever slot it loses.</summary>
    public void BeforeWriting()
    {
        if (superblocks.Newest.FormatVersion == Superblock.Newest)
            return;

        var next = superblocks.Newest with { FormatVersion = Superblock.Newest };
        superblocks.Write(next);
        superblocks.Write(next);
    }

    /// <summary>Writes a superblock when it is due.</summary>
    /// <param name="end">The end of the log, on disk.</param>
    /// <param name="kept">Tells what is to be kept.</param>
    public void AfterFlush(LogEnd end, Func<KeptLog> kept)
    {
        if (end.End - superblocks.Newest.Durable >= BytesMax || clock.GetElapsedTime(lastWrite) >= s_spanMax)
            Write(end, kept());
    }

    /// <summary>Writes a superblock. Segments are deleted when both slots say on disk that the log begins
    /// after them, so that losing one slot does not bring an older beginning back.</summary>
    public void Write(LogEnd end, KeptLog kept)
    {
        var newest = superblocks.Newest;
        var next = newest with
        {
            Begin = kept.Begin,
            Fence = kept.Fence,
            Durable = end.End,
            LastFrame = end.LastFrame,
            LastRun = end.LastRun,
        };
        // A journal that was opened to be read: both slots are on disk, and say it.
        if (superblocks.BothSay(next))
            return;

        superblocks.Write(next);
        lastWrite = clock.GetTimestamp();
        if (kept.Begin == newest.Begin)
            return;

        superblocks.Write(next);
        files.DeleteBelow(kept.Begin);
    }
}
