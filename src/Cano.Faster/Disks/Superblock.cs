using System.Buffers.Binary;
using Cano.Faster.Frames;

namespace Cano.Faster.Disks;

/// <summary>What a journal says of itself. The layout is stored (docs/journal-format.md).</summary>
internal sealed record Superblock
{
    /// <summary>The version of the format that this build writes.</summary>
    public const uint Newest = 2;

    private const uint Oldest = 1;

    /// <summary>The bytes of a slot that are used.</summary>
    public const int Size = 96;

    private const ulong Magic = 0x4B434C424F4E4143; // "CANOBLCK"

    /// <summary>The newest format that the journal's rows may have.</summary>
    public uint FormatVersion { get; init; } = Newest;

    public required Guid StoreId { get; init; }

    /// <summary>The checksum of the store id, in the order of its bytes here.</summary>
    public uint StoreSum => Checksum.Of(StoreId.ToByteArray());

    /// <summary>Counts superblocks from 1; its parity picks the slot.</summary>
    public long Generation { get; init; } = 1;

    public required int PageSizeBits { get; init; }

    public required int SegmentSizeBits { get; init; }

    /// <summary>Where the log begins; what lies below may be gone.</summary>
    public long Begin { get; init; } = LogAddress.First;

    /// <summary>Everything below was on disk: the log cannot end before.</summary>
    public long Durable { get; init; } = LogAddress.First;

    /// <summary>Where the last frame below <see cref="Durable"/> begins.</summary>
    public long LastFrame { get; init; } = LogEnd.NoFrame;

    /// <summary>The checksum of that frame's run id.</summary>
    public uint LastRun { get; init; }

    /// <summary>The newest fence that the journal has given; 0 in one that builds wrote which gave each run
    /// its own.</summary>
    public long Fence { get; init; }

    public void Write(Span<byte> slot)
    {
        slot.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(slot, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[8..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(slot[12..], PageSizeBits);
        BinaryPrimitives.WriteInt32LittleEndian(slot[16..], SegmentSizeBits);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[20..], LastRun);
        StoreId.TryWriteBytes(slot[24..]);
        BinaryPrimitives.WriteInt64LittleEndian(slot[40..], Generation);
        BinaryPrimitives.WriteInt64LittleEndian(slot[48..], Begin);
        BinaryPrimitives.WriteInt64LittleEndian(slot[56..], Durable);
        BinaryPrimitives.WriteInt64LittleEndian(slot[64..], LastFrame);
        BinaryPrimitives.WriteInt64LittleEndian(slot[72..], Fence);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[(Size - 4)..], Checksum.Of(slot[..(Size - 4)]));
    }

    /// <summary>It says what can be. One that does not counts as damaged: by its numbers segments are
    /// deleted, and the log goes on.</summary>
    private bool HasSense =>
        PageSizeBits is >= 16 and <= 20
        && SegmentSizeBits >= PageSizeBits
        && SegmentSizeBits <= 30
        && Generation is >= 1 and < long.MaxValue
        && (Begin == LogAddress.First || (Begin > 0 && (Begin & ((1L << SegmentSizeBits) - 1)) == 0))
        && Durable >= Math.Max(Begin, LogAddress.First)
        && Durable >> SegmentSizeBits < int.MaxValue
        && Fence >= 0
        && (LastFrame == LogEnd.NoFrame || (LastFrame >= LogAddress.First && LastFrame < Durable));

    /// <summary>The superblock in a slot; null when it is damaged.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: it is sound, but of another format
    /// version.</exception>
    public static Superblock? Read(ReadOnlySpan<byte> slot)
    {
        var sound =
            BinaryPrimitives.ReadUInt64LittleEndian(slot) == Magic
            && BinaryPrimitives.ReadUInt32LittleEndian(slot[(Size - 4)..]) == Checksum.Of(slot[..(Size - 4)]);
        if (!sound)
            return null;

        var version = BinaryPrimitives.ReadUInt32LittleEndian(slot[8..]);
        if (version is < Oldest or > Newest)
            throw JournalError.Of(
                $"the journal's format version is {version}; this build of Cano reads versions {Oldest} to "
                    + $"{Newest}: open it with the version of Cano that wrote it"
            );

        var read = new Superblock
        {
            FormatVersion = version,
            PageSizeBits = BinaryPrimitives.ReadInt32LittleEndian(slot[12..]),
            SegmentSizeBits = BinaryPrimitives.ReadInt32LittleEndian(slot[16..]),
            LastRun = BinaryPrimitives.ReadUInt32LittleEndian(slot[20..]),
            StoreId = new Guid(slot.Slice(24, 16)),
            Generation = BinaryPrimitives.ReadInt64LittleEndian(slot[40..]),
            Begin = BinaryPrimitives.ReadInt64LittleEndian(slot[48..]),
            Durable = BinaryPrimitives.ReadInt64LittleEndian(slot[56..]),
            LastFrame = BinaryPrimitives.ReadInt64LittleEndian(slot[64..]),
            Fence = BinaryPrimitives.ReadInt64LittleEndian(slot[72..]),
        };
        return read.HasSense ? read : null;
    }
}
