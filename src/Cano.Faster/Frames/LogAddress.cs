namespace Cano.Faster.Frames;

/// <summary>Positions in the log: bytes counted from its beginning through pages and segments.</summary>
internal static class LogAddress
{
    /// <summary>FASTER's first entry lies here; the bytes before it stay empty.</summary>
    public const long First = 64;

    /// <summary>Where FASTER puts an entry of this size when the log ends at <paramref name="end"/>: entries
    /// do not cross pages, so it may be at the start of the next one.</summary>
    public static long Next(long end, int entrySize, long pageSize) =>
        (end & (pageSize - 1)) + entrySize > pageSize ? PageAfter(end, pageSize) : end;

    /// <summary>The first page start at or after the address.</summary>
    public static long PageAfter(long address, long pageSize) => (address + pageSize - 1) & -pageSize;
}
