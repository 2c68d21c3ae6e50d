using System.Text;

namespace Cano.Faster.Frames;

/// <summary>How a body is cut into parts. An entry does not cross a page: a body that does not fit into what
/// is left of one is cut there, unless that is too little to be worth a frame.</summary>
internal static class FrameParts
{
    /// <summary>Of a page at most one part in so many is left empty.</summary>
    private const int WastedMax = 16;

    /// <summary>How many bytes of the body the next frame takes, at the end of the log: all of them, or those
    /// of a part.</summary>
    public static int Next(long end, string runId, int left, long pageSize)
    {
        var head = Frame.EntryHeader + Frame.HeadSize + Encoding.UTF8.GetByteCount(runId);
        var rest = pageSize - (end & (pageSize - 1));
        if (((head + (long)left + 3) & ~3L) <= rest)
            return left;
        // In the middle of a page FASTER would leave the rest of it empty.
        if (rest < pageSize / WastedMax)
            rest = pageSize;
        // Half a page at most: FASTER has two of them in memory at least.
        rest = Math.Min(rest, pageSize / 2);
        return (int)Math.Min(left, rest - head);
    }
}
