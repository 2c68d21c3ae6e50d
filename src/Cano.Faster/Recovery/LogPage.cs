using Cano.Faster.Disks;
using Cano.Faster.Frames;

namespace Cano.Faster.Recovery;

/// <summary>A page of the log in memory, with the frames found in it.</summary>
internal sealed class LogPage(long size)
{
    private readonly record struct Found(int Offset, bool IsWhole);

    /// <summary>So much behind what a file has is at hand as zeros: a frame is told by its head.</summary>
    private const int HeadRoom = Frame.EntryHeader + Frame.HeadSize;

    private byte[] bytes = [];
    private readonly List<Found> frames = [];
    private long address;
    private int filled;

    /// <summary>The frames lie one behind the other.</summary>
    public bool IsDense { get; private set; }

    /// <summary>The checksum of the frames' bytes, when they are dense.</summary>
    public PageSum Sum { get; private set; }

    /// <summary>Those bytes.</summary>
    public ReadOnlySpan<byte> Entries => bytes.AsSpan((int)(Sum.Address - address), Sum.Length);

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
    /// <param name="files">The log.</param>
    /// <param name="page">The address.</param>
    /// <param name="fileEnd">Where the file ends that the page is in.</param>
    /// <param name="begin">Where the log begins.</param>
    public void Read(SegmentFiles files, long page, long fileEnd, long begin)
    {
        address = page;
        frames.Clear();
        var there = Fill(files, fileEnd);
        var offset = (int)Math.Max(0, begin - page);
        var (first, last) = (-1, -1);
        IsDense = true;
        while (offset < there)
            if (Frame.TryRead(Rest(offset), page + offset, files.Store, out var frame))
            {
                frames.Add(new(offset, frame.IsWhole));
                IsDense &= last < 0 || last == offset;
                first = first < 0 ? offset : first;
                last = offset += frame.Size;
            }
            else if (!IsCut(offset))
            {
                offset = AfterZeros(offset + sizeof(int));
            }

        if (frames.Count > 0 && IsDense)
            Sum = new(page + first, last - first, Checksum.Of(bytes.AsSpan(first, last - first)));
    }

    private Span<byte> Rest(int offset) => bytes.AsSpan(offset, filled - offset);

    /// <summary>Reads what the file has of the page, and no more: a page is large, and most journals are
    /// small.</summary>
    private int Fill(SegmentFiles files, long fileEnd)
    {
        var most = (int)Math.Min(size, fileEnd - address);
        filled = 0;
        if (bytes.Length < most)
            Extend((int)Math.Min(size, most + HeadRoom));
        var there = filled = files.ReadThere(address, bytes.AsSpan(0, most));
        Extend((int)Math.Min(size, there + HeadRoom));
        return there;
    }

    /// <summary>Whether an entry here goes on behind what is at hand, which from now on has all of it: what a
    /// file does not have is zeros.</summary>
    private bool IsCut(int offset)
    {
        var end = (long)offset + Frame.PlausibleSize(Rest(offset));
        if (end <= filled || end > size)
            return false;
        Extend((int)end);
        return true;
    }

    /// <summary>Puts zeros behind what is at hand.</summary>
    private void Extend(int end)
    {
        if (bytes.Length < end)
        {
            var longer = GC.AllocateUninitializedArray<byte>(end);
            bytes.AsSpan(0, filled).CopyTo(longer);
            bytes = longer;
        }

        bytes.AsSpan(filled, end - filled).Clear();
        filled = end;
    }

    /// <summary>No frame begins with zeros, and a page that is not full has many.</summary>
    private int AfterZeros(int offset)
    {
        if (offset >= filled)
            return offset;
        var zeros = Rest(offset).IndexOfAnyExcept((byte)0);
        return zeros < 0 ? filled : offset + (zeros & -sizeof(int));
    }
}
