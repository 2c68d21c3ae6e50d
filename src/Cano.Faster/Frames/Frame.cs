using System.Buffers.Binary;
using System.Text;
using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Frames;

/// <summary>What a frame is about. The numbers are stored: changing one strands old journals.</summary>
internal enum FrameKind : byte
{
    /// <summary>A row, or the last part of one.</summary>
    Row = 1,

    /// <summary>A run was taken over; the payload names the owner.</summary>
    Claim = 2,

    /// <summary>A run was forgotten.</summary>
    Clear = 3,

    /// <summary>A part of the row whose last part follows in a <see cref="Row"/> frame.</summary>
    Chunk = 4,

    /// <summary>A claimed run came to an orderly stop.</summary>
    Release = 5,

    /// <summary>The head of a run's copy, which its rows follow; the payload is a
    /// <see cref="CopyHead"/>.</summary>
    Copy = 6,

    /// <summary>A row of a copy, or the last part of one.</summary>
    CopiedRow = 7,

    /// <summary>A part of the row whose last part follows in a <see cref="CopiedRow"/> frame.</summary>
    CopiedChunk = 8,

    /// <summary>An entry of a run's inbox, or the last part of one.</summary>
    Inbox = 9,

    /// <summary>A part of the entry whose last part follows in an <see cref="Inbox"/> frame.</summary>
    InboxChunk = 10,

    /// <summary>An entry of a copy, or the last part of one.</summary>
    CopiedInbox = 11,

    /// <summary>The end of a copied inbox, or its last part: the ids that the run was sent entries
    /// with.</summary>
    CopiedIds = 12,

    /// <summary>A part of what follows in a <see cref="CopiedInbox"/> or <see cref="CopiedIds"/>
    /// frame.</summary>
    CopiedInboxChunk = 13,
}

/// <summary>Where a frame stands in the log, and what it says of the log before it.</summary>
/// <param name="Address">The log address of the entry that holds it.</param>
/// <param name="Back">How many bytes before it the frame before begins; the first frame of a log says its own
/// address.</param>
/// <param name="RunBefore">The checksum of the run id of the frame before.</param>
/// <param name="Durable">Everything below this address was on disk when the frame was written.</param>
/// <param name="Store">The checksum of the journal's store id; 0 in a frame that is read, and in one that
/// says nothing of its journal, as those of format 1 do.</param>
internal readonly record struct FramePlace(
    long Address,
    uint Back,
    uint RunBefore,
    long Durable,
    uint Store = 0
);

/// <summary>What a frame holds.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="RunId">The run.</param>
/// <param name="Sequence">Of a row and its parts the row's sequence; of an entry of an inbox its number; of a
/// copy that of its first row; of a copied inbox's end the number that the next entry is given; else
/// 0.</param>
/// <param name="Fence">The fence claimed, or written under.</param>
/// <param name="Part">Of a chunk its index from 0; of a row how many chunks come before it.</param>
/// <param name="Ticks">When it was made, in UTC ticks; a copied row keeps its time.</param>
/// <param name="Inbox">How many entries the run's inbox had been given when it was made, modulo 65,536: a
/// later frame tells of entries that were lost.</param>
internal readonly record struct FrameHead(
    FrameKind Kind,
    string RunId,
    long Sequence,
    long Fence,
    int Part,
    long Ticks,
    ushort Inbox = 0
)
{
    public DateTimeOffset WrittenAt => new(Ticks, TimeSpan.Zero);
}

/// <summary>A frame as one FASTER entry: the entry's length, a checked head, the run id, the payload. The
/// layout is stored (docs/journal-format.md): changing it strands old journals.</summary>
internal static class Frame
{
    /// <summary>A frame of format 1.</summary>
    public const byte Version = 1;

    /// <summary>A frame whose checksum covers the id of the store it was written for.</summary>
    public const byte OfStore = 2;

    /// <summary>FASTER puts the length of an entry before it.</summary>
    public const int EntryHeader = sizeof(int);

    /// <summary>The bytes of a head before the run id.</summary>
    public const int HeadSize = 64;

    /// <summary>The longest run id, in bytes of UTF-8.</summary>
    public const int RunIdMax = RunIdRule.BytesMax;

    /// <summary>The size of the smallest entry: a run id of one byte and no payload.</summary>
    public const int EntrySizeMin = EntryHeader + HeadSize + 4;

    private const uint Magic = 0x4F4E4143; // "CANO"

    private const int HeadChecked = 56,
        HeadSum = 56,
        PayloadSum = 60;

    /// <summary>The size of an entry: FASTER aligns entries to 4 bytes.</summary>
    public static int EntrySize(int frameLength) => EntryHeader + ((frameLength + 3) & ~3);

    /// <summary>Writes an entry and returns its size.</summary>
    public static int Write(
        Span<byte> entry,
        in FrameHead head,
        in FramePlace place,
        ReadOnlySpan<byte> payload
    )
    {
        var frame = entry[EntryHeader..];
        var idLength = Encoding.UTF8.GetBytes(head.RunId, frame[HeadSize..]);
        var length = HeadSize + idLength + payload.Length;
        var size = EntrySize(length);

        BinaryPrimitives.WriteInt32LittleEndian(entry, length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        frame[4] = place.Store == 0 ? Version : OfStore;
        frame[5] = (byte)head.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(frame[6..], (ushort)idLength);
        BinaryPrimitives.WriteInt32LittleEndian(frame[8..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[12..], place.Back);
        BinaryPrimitives.WriteInt64LittleEndian(frame[16..], place.Durable);
        BinaryPrimitives.WriteInt64LittleEndian(frame[24..], head.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(frame[32..], head.Fence);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[40..], checked((ushort)head.Part));
        BinaryPrimitives.WriteUInt16LittleEndian(frame[42..], head.Inbox);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[44..], place.RunBefore);
        BinaryPrimitives.WriteInt64LittleEndian(frame[48..], head.Ticks);
        payload.CopyTo(frame[(HeadSize + idLength)..]);
        entry[(EntryHeader + length)..size].Clear();

        var headSum = SumHead(frame, idLength, place.Address, place.Store);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[HeadSum..], headSum);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[PayloadSum..], Checksum.Of(payload, headSum));
        return size;
    }

    /// <summary>How many bytes the entry at the start of the buffer takes, when it can be a frame; else
    /// 0.</summary>
    public static int PlausibleSize(ReadOnlySpan<byte> entry)
    {
        if (entry.Length < EntryHeader + HeadSize)
            return 0;

        var length = BinaryPrimitives.ReadInt32LittleEndian(entry);
        var frame = entry[EntryHeader..];
        return
            length >= HeadSize
            && length < 1 << 30
            && BinaryPrimitives.ReadUInt32LittleEndian(frame) == Magic
            && BinaryPrimitives.ReadInt32LittleEndian(frame[8..]) == length
            ? EntrySize(length)
            : 0;
    }

    /// <summary>Reads the entry at the start of the buffer. False when its head fails its check or says what
    /// cannot be, or when the buffer ends before the entry does.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="address">Where it lies.</param>
    /// <param name="store">The checksum of the store id of the journal that it is read for.</param>
    /// <param name="view">The frame.</param>
    public static bool TryRead(ReadOnlySpan<byte> entry, long address, uint store, out FrameView view)
    {
        view = default;
        var size = PlausibleSize(entry);
        if (size == 0 || size > entry.Length)
            return false;

        var frame = entry.Slice(EntryHeader, BinaryPrimitives.ReadInt32LittleEndian(entry));
        int idLength = BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]);
        if (
            frame[4] is not (Version or OfStore)
            || idLength is 0 or > RunIdMax
            || HeadSize + idLength > frame.Length
        )
            return false;

        var headSum = BinaryPrimitives.ReadUInt32LittleEndian(frame[HeadSum..]);
        if (headSum != SumHead(frame, idLength, address, frame[4] == OfStore ? store : 0))
            return false;

        var payloadSum = BinaryPrimitives.ReadUInt32LittleEndian(frame[PayloadSum..]);
        var isWhole = payloadSum == Checksum.Of(frame[(HeadSize + idLength)..], headSum);
        view = View(entry, address, isWhole);
        return FrameSense.IsIn(view);
    }

    /// <summary>The frame at the start of the buffer, whose head was checked before.</summary>
    public static FrameView View(ReadOnlySpan<byte> entry, long address, bool isWhole)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(entry);
        return new(entry.Slice(EntryHeader, length), new LogSpan(address, EntrySize(length)), isWhole);
    }

    /// <summary>The head's checksum covers the log address, so that a frame in another place is not taken for
    /// one, and the store id, so that one of another journal is not.</summary>
    private static uint SumHead(ReadOnlySpan<byte> frame, int idLength, long address, uint store)
    {
        Span<byte> where = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(where, address);
        var sum = Checksum.Of(frame[..HeadChecked], Checksum.Of(where, store));
        return Checksum.Of(frame.Slice(HeadSize, idLength), sum);
    }
}
