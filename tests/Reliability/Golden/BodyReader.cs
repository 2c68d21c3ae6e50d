using System.Text;

namespace Cano.Reliability.Golden;

/// <summary>Reads values one after the other, as docs/journal-format.md says and not as the code does: what
/// both read alike is what is written there.</summary>
internal sealed class BodyReader(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _left = bytes;

    public bool IsAtEnd => _left.IsEmpty;

    /// <summary>A number of 7 bits a byte, lowest first.</summary>
    public ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(1).Span[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }

    /// <summary>A number that is zigzag-coded.</summary>
    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Bytes that may be absent: null then.</summary>
    public ReadOnlyMemory<byte>? Optional() =>
        Unsigned() is var length and > 0 ? Take((int)length - 1) : default(ReadOnlyMemory<byte>?);

    public ReadOnlyMemory<byte> Bytes() =>
        Optional() ?? throw new Broken("bytes that must be there are absent");

    /// <summary>Bytes whose length is no higher than it is, as data has them.</summary>
    public ReadOnlyMemory<byte> Plain() => Take((int)Unsigned());

    public string Text() => Encoding.UTF8.GetString(Bytes().Span);

    public string? OptionalText() => Optional() is { } text ? Encoding.UTF8.GetString(text.Span) : null;

    /// <summary>An instant of 8 bytes, which are all that is left.</summary>
    public DateTimeOffset Instant() => new(BitConverter.ToInt64(Take(sizeof(long)).Span), TimeSpan.Zero);

    /// <summary>Whether an optional value follows.</summary>
    public bool IsThere() =>
        Unsigned() switch
        {
            0 => false,
            1 => true,
            var mark => throw new Broken($"an optional value begins with {mark}"),
        };

    /// <summary>A count, and so many elements; how many there were.</summary>
    public int Many(Action read)
    {
        var count = (int)Unsigned();
        for (var i = 0; i < count; i++)
            read();
        return count;
    }

    /// <summary>Numbered fields, each read to its end.</summary>
    public void Fields(Action<ulong, BodyReader> read)
    {
        var last = 0UL;
        for (var left = Take(1).Span[0]; left > 0; left--)
        {
            var number = Unsigned();
            Broken.Unless(number > last, $"field {number} follows field {last}");
            last = number;
            var value = new BodyReader(Bytes());
            read(number, value);
            value.End();
        }
    }

    /// <summary>All was read.</summary>
    public void End() => Broken.Unless(IsAtEnd, $"{_left.Length} bytes follow the last value");

    /// <summary>What is left.</summary>
    public ReadOnlyMemory<byte> Rest() => Take(_left.Length);

    private ReadOnlyMemory<byte> Take(int count)
    {
        Broken.Unless(count <= _left.Length, "the bytes end too early");
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
