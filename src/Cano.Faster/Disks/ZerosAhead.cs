using Microsoft.Extensions.Logging;

namespace Cano.Faster.Disks;

/// <summary>Keeps zeros on disk ahead of what is written to a segment. A write among them changes neither the
/// file's size nor where it lies, so that its flush has nothing but its bytes to bring to the disk.</summary>
/// <remarks>The steps grow: a journal that is opened for a few rows writes few zeros.</remarks>
internal sealed partial class ZerosAhead(long segmentSize, long pageSize, ILogger logger)
{
    private const int FirstStepsOfPage = 16;

    private static readonly byte[] s_zeros = new byte[1 << 16];

    private long step = pageSize / FirstStepsOfPage;
    private int filled = -1;
    private int full = -1;
    private long until;
    private bool isTold;

    /// <summary>Up to this place the segment's file has its size, durably.</summary>
    public bool Covers(int segment, long end) => segment == filled && end <= until;

    /// <summary>Whether the segment was filled beyond this place.</summary>
    public bool HasZerosBehind(int segment, long end) => segment == filled && end < until;

    /// <summary>Flushes what was written to the segment, with as many zeros behind it as the next
    /// step.</summary>
    /// <param name="file">The segment's file.</param>
    /// <param name="segment">Its number.</param>
    /// <param name="end">Where what was written ends.</param>
    public void Flush(JournalFile file, int segment, long end)
    {
        var next = segment == full ? end : Math.Min(((end / step) + 1) * step, segmentSize);
        if (!TryWrite(file, end, next))
            (full, next) = (segment, end);
        file.Flush();
        (filled, until) = (segment, next);
        step = Math.Min(step * 2, pageSize);
    }

    /// <summary>The segment ends here.</summary>
    public void Forget() => filled = -1;

    /// <summary>False: there is no room, and the file is as it was. Rows may have it still.</summary>
    private bool TryWrite(JournalFile file, long end, long next)
    {
        try
        {
            for (var at = end; at < next; at += s_zeros.Length)
                file.Write(s_zeros.AsSpan(0, (int)Math.Min(s_zeros.Length, next - at)), at);
            return true;
        }
        catch (IOException failure) when (DiskTrouble.IsFull(failure))
        {
            file.SetLength(end);
            Tell(failure);
            return false;
        }
    }

    private void Tell(IOException failure)
    {
        if (isTold)
            return;
        isTold = true;
        LogFull(logger, failure);
    }

    [LoggerMessage(
        602,
        LogLevel.Warning,
        "There is no room for zeros ahead of the journal's log: it goes on without, as long as its rows have room, and each flush takes longer"
    )]
    private static partial void LogFull(ILogger logger, Exception exception);
}
