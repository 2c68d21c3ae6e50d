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

    /// <summary>Null when the bytes are no copy's head.</summary>
    public static CopyHead? Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size
            ? new(
                BinaryPrimitives.ReadInt64LittleEndian(bytes),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[8..])
            )
            : null;
}
