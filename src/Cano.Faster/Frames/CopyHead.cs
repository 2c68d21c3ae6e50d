using System.Buffers.Binary;

namespace Cano.Faster.Frames;

/// <summary>What the head of a copy says besides run, first sequence and fence.</summary>
/// <param name="Rows">How many rows the copy has.</param>
/// <param name="Tries">The run's tries when the copy was begun.</param>
internal readonly record struct CopyHead(long Rows, int Tries)
{
    private const int Size = 12;

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Rows);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Tries);
        return bytes;
    }

    /// <summary>Null when the bytes are no head of a copy whose rows begin with this sequence.</summary>
    public static CopyHead? Read(ReadOnlySpan<byte> bytes, long sequence)
    {
        if (bytes.Length != Size)
            return null;
        var head = new CopyHead(
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..])
        );
        // A run that has no rows has never had any.
        var isPossible = head.Rows > 0 ? head.Rows < long.MaxValue - sequence : head.Rows == sequence;
        return isPossible && head.Tries >= 0 ? head : null;
    }
}
