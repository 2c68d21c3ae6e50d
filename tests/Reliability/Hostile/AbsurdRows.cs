namespace Cano.Reliability.Hostile;

/// <summary>Draws bodies of rows that say what cannot be: sound ones with numbers, lengths and counts put in
/// the place of others, parts repeated, left out and cut.</summary>
internal static class AbsurdRows
{
    private const int SizeMax = 1 << 14;

    public static byte[] Draw(Random chance)
    {
        var row = SoundRows.All[chance.Next(SoundRows.All.Count)];
        return chance.Next(3) switch
        {
            // Where the row itself is sound, what it carries is read.
            0 => (row with { Payload = ChangedOften(row.Payload?.ToArray() ?? [], chance) }).ToBytes(),
            1 => (row with { Data = ChangedOften(row.Data?.ToArray() ?? [1], chance) }).ToBytes(),
            _ => ChangedOften(row.ToBytes(), chance),
        };
    }

    private static byte[] ChangedOften(byte[] bytes, Random chance)
    {
        for (var change = chance.Next(1, 5); change > 0; change--)
            bytes = Changed(bytes, chance);
        return bytes;
    }

    private static byte[] Changed(byte[] body, Random chance)
    {
        var at = chance.Next(body.Length + 1);
        var length = Math.Min(body.Length - at, chance.Next(4) == 0 ? chance.Next(200) : chance.Next(4));
        var part = body[at..(at + length)];
        return chance.Next(8) switch
        {
            0 => [.. body[..at], .. AbsurdNumbers.Encoded(chance), .. body[at..]],
            1 or 2 => [.. body[..at], .. AbsurdNumbers.Encoded(chance), .. body[(at + length)..]],
            3 => [.. body[..at], .. body[(at + length)..]],
            4 => body[..at],
            5 => [.. body[..at], .. Repeated(part, chance), .. body[at..]],
            6 when chance.Next(4) > 0 => [.. body[..at], .. Nested(chance.Next(400), chance), .. body[at..]],
            6 => Nested(chance.Next(SizeMax), chance),
            _ => [.. body[..at], .. Random(chance, length), .. body[(at + length)..]],
        };
    }

    private static byte[] Repeated(byte[] part, Random chance)
    {
        var times = Math.Min(chance.Next(200), part.Length == 0 ? 0 : SizeMax / 8 / part.Length);
        return [.. Enumerable.Repeat(part, times).SelectMany(each => each)];
    }

    /// <summary>Errors within errors, each of which claims as many as there are bytes left.</summary>
    private static byte[] Nested(int size, Random chance)
    {
        var isOfOne = chance.Next(3) == 0;
        var levels = chance.Next(1, 400);
        var nested = new List<byte>(size + 10);
        for (; levels > 0 && nested.Count + 10 < size; levels--)
            if (isOfOne)
                nested.AddRange([0, 0, 0, 5, 4]);
            else
                nested.AddRange([0, 0, 0, 12, .. Two(size - nested.Count - 6)]);
        while (nested.Count < size)
            nested.Add((byte)chance.Next(3));
        return [.. nested];
    }

    /// <summary>A number below 2^14, or the largest one, in two bytes.</summary>
    private static byte[] Two(int value) => [(byte)(0x80 | (value & 0x7F)), (byte)Math.Min(value >> 7, 127)];

    private static byte[] Random(Random chance, int length)
    {
        var bytes = new byte[length];
        chance.NextBytes(bytes);
        return bytes;
    }
}
