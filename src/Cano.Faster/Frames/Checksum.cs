using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Cano.Faster.Frames;

/// <summary>CRC-32C (Castagnoli), which finds every burst of up to 32 wrong bits.</summary>
internal static class Checksum
{
    /// <summary>The checksum of the bytes, going on from that of what came before them.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var sum = ~before;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            sum = BitOperations.Crc32C(sum, word);

        var rest = bytes[(words.Length * sizeof(ulong))..];
        if (rest.Length >= sizeof(uint))
        {
            sum = BitOperations.Crc32C(sum, MemoryMarshal.Read<uint>(rest));
            rest = rest[sizeof(uint)..];
        }

        foreach (var single in rest)
            sum = BitOperations.Crc32C(sum, single);
        return ~sum;
    }

    /// <summary>The checksum of a text's UTF-8 bytes.</summary>
    public static uint Of(string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = length <= 1024 ? stackalloc byte[length] : new byte[length];
        return Of(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }
}
