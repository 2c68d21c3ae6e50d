using Cano.Faster.Frames;

namespace Cano.Faster.Indexes;

/// <summary>Knows which runs keep each segment, and so tells where the log may begin. A run keeps the segment
/// that its oldest frame is in, and with it all later ones.</summary>
internal sealed class SegmentUse(int segmentSizeBits)
{
    private static readonly HashSet<RunEntry> s_nobody = [];

    private readonly Dictionary<int, HashSet<RunEntry>> keepers = [];
    private int first;

    /// <summary>The bytes of the log that some run needs.</summary>
    public long LiveBytes { get; set; }

    public long SegmentSize => 1L << segmentSizeBits;

    /// <summary>The runs that keep the oldest segment, as the last answer of <see cref="Begin"/> has
    /// it.</summary>
    public IReadOnlySet<RunEntry> Oldest => keepers.GetValueOrDefault(first, s_nobody);

    /// <summary>The oldest frame that a run needs is another one; 0: it needs none.</summary>
    public void Move(RunEntry run, long from, long to)
    {
        var (old, young) = (SegmentOf(from), SegmentOf(to));
        if (from > 0 && to > 0 && old == young)
            return;
        if (from > 0 && keepers[old].Remove(run) && keepers[old].Count == 0)
            keepers.Remove(old);
        if (to == 0)
            return;
        if (!keepers.TryGetValue(young, out var runs))
            keepers.Add(young, runs = []);
        runs.Add(run);
    }

    /// <summary>The start of the oldest segment that is kept, or of the one that the log ends in.</summary>
    public long Begin(long end)
    {
        var last = SegmentOf(end);
        // Not one by one: a damaged log may go on far behind its end.
        if (first < last && !keepers.ContainsKey(first))
            first = keepers.Count == 0 ? last : Math.Min(last, keepers.Keys.Min());
        return Math.Max(LogAddress.First, (long)first << segmentSizeBits);
    }

    private int SegmentOf(long address) => (int)(address >> segmentSizeBits);
}
