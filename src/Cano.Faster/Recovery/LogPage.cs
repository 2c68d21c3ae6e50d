using Cano.Faster.Disks;
using Cano.Faster.Frames;

namespace Cano.Faster.Recovery;

/// <summary>A page of the log in memory, with the frames found in it.</summary>
internal sealed class LogPage(long size)
{
    private readonly record struct Found(int Offset, bool IsWhole);

    private readonly byte[] bytes = new byte[size];
    private readonly List<Found> frames = [];
    private long address;
    private int filled;

    /// <summary>How many frames have a sound head.</summary>
    public int Count => frames.Count;

    /// <summary>One of those frames.</summary>
    public FrameView this[int index]
    {
        get
        {
            var (offset, isWhole) = frames[index];
            return Frame.View(bytes.AsSpan(offset), address + offset, isWhole);
        }
    }

    /// <summary>Reads the page at the address and checks every frame from `begin` on. Where none is sound,
    /// the next is looked for 4 bytes further.</summary>
    public void Read(SegmentFiles files, long page, long begin)
    {
        address = page;
        frames.Clear();
        var there = files.ReadThere(page, bytes);
        // What the file does not have is zeros: they are made where an earlier page was, and never looked at.
        if (there < filled)
            bytes.AsSpan(there, filled - there).Clear();
        filled = there;
        var offset = (int)Math.Max(0, begin - page);
        while (offset < there)
            if (Frame.TryRead(bytes.AsSpan(offset), page + offset, files.Store, out var frame))
            {
                frames.Add(new(offset, frame.IsWhole));
                offset += frame.Size;
            }
            else
            {
                offset = AfterZeros(offset + sizeof(int));
            }
    }

    /// <summary>No frame begins with zeros, and a page that is not full has many.</summary>
    private int AfterZeros(int offset)
    {
        if (offset >= filled)
            return offset;
        var zeros = bytes.AsSpan(offset, filled - offset).IndexOfAnyExcept((byte)0);
        return zeros < 0 ? filled : offset + (zeros & -sizeof(int));
    }
}
