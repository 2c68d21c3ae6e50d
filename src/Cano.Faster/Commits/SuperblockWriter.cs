using Cano.Faster.Disks;
using Cano.Faster.Frames;

namespace Cano.Faster.Commits;

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
    /// <param name="begin">Tells where the log may begin.</param>
    public void AfterFlush(LogEnd end, Func<long> begin)
    {
        if (end.End - superblocks.Newest.Durable >= BytesMax || clock.GetElapsedTime(lastWrite) >= s_spanMax)
            Write(end, begin());
    }

    /// <summary>Writes a superblock. Segments are deleted when both slots say on disk that the log begins
    /// after them, so that losing one slot does not bring an older beginning back.</summary>
    public void Write(LogEnd end, long begin)
    {
        var newest = superblocks.Newest;
        var next = newest with
        {
            Begin = begin,
            Durable = end.End,
            LastFrame = end.LastFrame,
            LastRun = end.LastRun,
        };
        superblocks.Write(next);
        lastWrite = clock.GetTimestamp();
        if (begin == newest.Begin)
            return;

        superblocks.Write(next);
        files.DeleteBelow(begin);
    }
}
