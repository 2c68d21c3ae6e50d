namespace Cano;

/// <summary>Counts what each segment still holds that some run needs, and so tells where the log may
/// begin.</summary>
internal sealed class SegmentUse(int segmentSizeBits)
{
    private readonly Dictionary<int, long> needed = [];
    private int first;

    public void Add(long address)
    {
        var segment = (int)(address >> segmentSizeBits);
        needed[segment] = needed.GetValueOrDefault(segment) + 1;
    }

    public void Remove(long address)
    {
        var segment = (int)(address >> segmentSizeBits);
        if (--needed[segment] == 0)
            needed.Remove(segment);
    }

    /// <summary>The start of the oldest segment that is needed, or of the one that the log ends in.</summary>
    public long Begin(long end)
    {
        var last = (int)(end >> segmentSizeBits);
        while (first < last && !needed.ContainsKey(first))
            first++;
        return Math.Max(LogAddress.First, (long)first << segmentSizeBits);
    }
}
