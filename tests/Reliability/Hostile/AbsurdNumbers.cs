namespace Cano.Reliability.Hostile;

/// <summary>Numbers at the borders of what a field can hold, and beyond them.</summary>
internal static class AbsurdNumbers
{
    private static readonly long[] s_borders =
    [
        0,
        1,
        -1,
        2,
        63,
        64,
        127,
        128,
        255,
        256,
        1 << 16,
        (1 << 16) - 1,
        1 << 20,
        int.MaxValue,
        int.MinValue,
        1L << 31,
        1L << 32,
        uint.MaxValue,
        1L << 40,
        1L << 62,
        long.MaxValue,
        long.MaxValue - 1,
        long.MinValue,
    ];

    public static long Draw(Random chance) =>
        chance.Next(4) == 0 ? chance.NextInt64() : s_borders[chance.Next(s_borders.Length)];

    /// <summary>As LEB128, at times longer than it need be, or without an end.</summary>
    public static byte[] Encoded(Random chance)
    {
        var value = (ulong)Draw(chance);
        var bytes = new List<byte>();
        do
        {
            var more = value >= 0x80;
            bytes.Add((byte)((value & 0x7F) | (more ? 0x80u : 0)));
            value >>= 7;
        } while (value > 0);

        if (chance.Next(10) == 0)
            bytes[^1] |= 0x80;
        return [.. bytes];
    }
}
