using System.Buffers.Binary;
using System.Text;
using Cano.Faster.Disks;
using Cano.Faster.Frames;

namespace Cano.Faster.Indexes;

/// <summary>Writes numbers and texts into a file, and their checksum behind them.</summary>
internal sealed class IndexWriter(JournalFile file)
{
    /// <summary>The most that a number takes.</summary>
    private const int NumberMax = 10;

    private readonly byte[] block = new byte[1 << 18];
    private readonly Dictionary<string, int> texts = [];
    private int used;
    private long written;
    private uint sum;

    public void Fixed(uint value)
    {
        MakeRoom(sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(used), value);
        used += sizeof(uint);
    }

    /// <summary>A number that is not negative, mostly small.</summary>
    public void Number(long value)
    {
        MakeRoom(NumberMax);
        var rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
            block[used++] = (byte)(rest | 0x80);
        block[used++] = (byte)rest;
    }

    /// <summary>A number that is mostly near zero.</summary>
    public void Signed(long value) => Number((value << 1) ^ (value >> 63));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        while (!bytes.IsEmpty)
        {
            MakeRoom(1);
            var part = bytes[..Math.Min(bytes.Length, block.Length - used)];
            part.CopyTo(block.AsSpan(used));
            used += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>A text that no other is equal to.</summary>
    public void Text(string text)
    {
        Span<byte> few = stackalloc byte[256];
        var count = Encoding.UTF8.GetByteCount(text);
        var bytes = count <= few.Length ? few[..count] : new byte[count];
        Encoding.UTF8.GetBytes(text, bytes);
        Bytes(bytes);
    }

    /// <summary>A text that others are equal to: its number among those before it, or itself. 0 is
    /// null.</summary>
    public void Shared(string? text)
    {
        if (text is null)
        {
            Number(0);
        }
        else if (texts.TryGetValue(text, out var known))
        {
            Number(known);
        }
        else
        {
            texts.Add(text, texts.Count + 1);
            Number(texts.Count);
            Text(text);
        }
    }

    public void Span(LogSpan span)
    {
        Number(span.Address);
        Number(span.Size);
    }

    /// <summary>Writes what is left, and the checksum.</summary>
    public void End()
    {
        Flush();
        BinaryPrimitives.WriteUInt32LittleEndian(block, sum);
        file.Write(block.AsSpan(0, sizeof(uint)), written);
    }

    private void MakeRoom(int count)
    {
        if (block.Length - used < count)
            Flush();
    }

    private void Flush()
    {
        var bytes = block.AsSpan(0, used);
        file.Write(bytes, written);
        sum = Checksum.Of(bytes, sum);
        (written, used) = (written + used, 0);
    }
}
