using System.Buffers.Binary;
using System.Text;

namespace Cano.Faster.Frames;

/// <summary>A frame read back; its head is sound. Its fields are read from its bytes when they are
/// asked for.</summary>
internal readonly ref struct FrameView
{
    private readonly ReadOnlySpan<byte> frame;
    private readonly LogSpan span;

    /// <param name="frame">The frame, from its magic to the end of its payload.</param>
    /// <param name="span">The entry that holds it.</param>
    /// <param name="isWhole">The payload is sound as well.</param>
    public FrameView(ReadOnlySpan<byte> frame, LogSpan span, bool isWhole)
    {
        this.frame = frame;
        this.span = span;
        IsWhole = isWhole;
    }

    /// <summary>The payload is sound as well.</summary>
    public bool IsWhole { get; }

    /// <summary>The size of the entry.</summary>
    public int Size => (int)span.Size;

    public LogSpan Span => span;

    public FrameKind Kind => (FrameKind)frame[5];

    /// <summary>The run's id in UTF-8.</summary>
    public ReadOnlySpan<byte> RunId =>
        frame.Slice(Frame.HeadSize, BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]));

    public long Sequence => BinaryPrimitives.ReadInt64LittleEndian(frame[24..]);

    public long Fence => BinaryPrimitives.ReadInt64LittleEndian(frame[32..]);

    public int Part => BinaryPrimitives.ReadUInt16LittleEndian(frame[40..]);

    public ushort Inbox => BinaryPrimitives.ReadUInt16LittleEndian(frame[42..]);

    public long Ticks => BinaryPrimitives.ReadInt64LittleEndian(frame[48..]);

    public ReadOnlySpan<byte> Payload =>
        frame[(Frame.HeadSize + BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]))..];

    public FramePlace Place =>
        new(
            span.Address,
            Back: BinaryPrimitives.ReadUInt32LittleEndian(frame[12..]),
            RunBefore: BinaryPrimitives.ReadUInt32LittleEndian(frame[44..]),
            Durable: BinaryPrimitives.ReadInt64LittleEndian(frame[16..])
        );

    /// <summary>All that the head holds; each call makes a new text of the run's id.</summary>
    public FrameHead Head => new(Kind, Encoding.UTF8.GetString(RunId), Sequence, Fence, Part, Ticks, Inbox);
}
