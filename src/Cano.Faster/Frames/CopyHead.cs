using System.Buffers.Binary;

namespace Cano.Faster.Frames;

/// <summary>What the head of a copy says besides run, first sequence and fence.</summary>
/// <param name="Rows">How many rows the copy has.</param>
/// <param name="Tries">The run's tries when the copy was begun.</param>
/// <param name="Inbox">How many frames of the run's inbox follow the rows: its entries, and its end; 0 of a
/// run that was never sent anything.</param>
internal readonly record struct CopyHead(long Rows, int Tries, long Inbox)
{
    /// <summary>Of a run without an inbox, as builds wrote it that knew none.</summary>
    private const int RowsSize = 12;

    private const int Size = 20;

    public byte[] ToBytes()
    {
        var bytes = new byte[Inbox == 0 ? RowsSize : Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Rows);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Tries);
        if (Inbox > 0)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(RowsSize), Inbox);
        return bytes;
    }

    /// <summary>Null when the bytes are no head of a copy whose rows begin with this sequence.</summary>
    public static CopyHead? Read(ReadOnlySpan<byte> bytes, long sequence)
    {
        if (bytes.Length is not (RowsSize or Size))
            return null;
        var head = new CopyHead(
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            bytes.Length == Size ? BinaryPrimitives.ReadInt64LittleEndian(bytes[RowsSize..]) : 0
        );
        // A run that has no rows has never had any.
        var isPossible = head.Rows > 0 ? head.Rows < long.MaxValue - sequence : head.Rows == sequence;
        return isPossible && head is { Tries: >= 0, Inbox: >= 0 } ? head : null;
    }
}
