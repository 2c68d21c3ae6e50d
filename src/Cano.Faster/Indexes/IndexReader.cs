using System.Buffers.Binary;
using System.Text;
using Cano.Faster.Frames;

namespace Cano.Faster.Indexes;

/// <summary>Reads what an <see cref="IndexWriter"/> wrote.</summary>
/// <exception cref="InvalidDataException">From any member: it says what cannot be.</exception>
internal ref struct IndexReader
{
    private readonly List<string> texts = [];
    private ReadOnlySpan<byte> rest;

    private IndexReader(ReadOnlySpan<byte> bytes) => rest = bytes;

    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>How many bytes are left: no list is longer.</summary>
    public readonly int Left => rest.Length;

    /// <summary>A reader of sound bytes.</summary>
    public static IndexReader Of(ReadOnlySpan<byte> file)
    {
        if (file.Length < sizeof(uint))
            throw Wrong();
        var bytes = file[..^sizeof(uint)];
        return BinaryPrimitives.ReadUInt32LittleEndian(file[^sizeof(uint)..]) == Checksum.Of(bytes)
            ? new(bytes)
            : throw Wrong();
    }

    public static InvalidDataException Wrong() => new("the index on disk says what cannot be");

    public uint Fixed() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public long Number()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            if (rest.IsEmpty || shift > 63)
                throw Wrong();
            var part = rest[0];
            rest = rest[1..];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return (long)value;
        }
    }

    public long Signed()
    {
        var value = (ulong)Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number between these, both included.</summary>
    public long Number(long least, long most)
    {
        var value = Number();
        return value >= least && value <= most ? value : throw Wrong();
    }

    public ReadOnlySpan<byte> Bytes() => Take((int)Number(0, rest.Length));

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public string? Shared()
    {
        var number = (int)Number(0, texts.Count + 1);
        if (number == 0)
            return null;
        if (number > texts.Count)
            texts.Add(Text());
        return texts[number - 1];
    }

    public LogSpan Span() => new(Number(0, long.MaxValue), Number(0, long.MaxValue));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
            throw Wrong();
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
