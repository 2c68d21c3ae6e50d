using Cano.Faster.Disks;
using Cano.Faster.Frames;

namespace Cano.Faster.Indexes;

/// <summary>An index as it was at one end of the log, with the checksums of the log that it is of. The layout
/// is stored (docs/journal-format.md); another version of it is no index.</summary>
/// <param name="Index">The index.</param>
/// <param name="End">Where the log ended.</param>
/// <param name="Sums">Those of the log up to there.</param>
internal sealed record StoredIndex(RunIndex Index, LogEnd End, LogSums Sums)
{
    /// <summary>Up to where the index on disk goes; 0 without one.</summary>
    public long KeptUntil { get; init; }

    private const uint Magic = 0x584F4E43; // "CNOX"

    private const uint Version = 1;

    /// <summary>Writes the index of a journal that is at rest.</summary>
    /// <param name="index">Writes it down.</param>
    /// <param name="superblock">The journal's newest.</param>
    public void Write(IndexWriter index, Superblock superblock)
    {
        index.Fixed(Magic);
        index.Fixed(Version);
        index.Bytes(superblock.StoreId.ToByteArray());
        index.Number(superblock.PageSizeBits);
        index.Number(superblock.SegmentSizeBits);
        index.Number(superblock.Begin);
        index.Number(End.End);
        index.Number(End.LastFrame);
        index.Fixed(End.LastRun);
        index.Number(Index.Fences.Newest);
        WriteSums(index);
        index.Number(Index.Runs.Count);
        var before = default(StoredBefore);
        foreach (var run in Index.Runs)
            run.Write(index, ref before);
    }

    private void WriteSums(IndexWriter index)
    {
        index.Number(Sums.Pages.Count);
        foreach (var page in Sums.Pages)
        {
            index.Number(page.Address);
            index.Number(page.Length);
            index.Fixed(page.Sum);
        }
    }

    /// <summary>Reads all but the runs; null when the bytes are no index of this journal as it begins now.
    /// Whether the log is still the one that it is of say its checksums.</summary>
    /// <exception cref="InvalidDataException">It says what cannot be.</exception>
    public static StoredIndex? ReadHead(ref IndexReader index, Superblock superblock)
    {
        if (!IsOf(ref index, superblock))
            return null;
        var (address, lastFrame) = (index.Number(), index.Number());
        var end = new LogEnd(address, lastFrame, index.Fixed());
        var runs = new RunIndex(new SegmentUse(superblock.SegmentSizeBits));
        runs.Fences.Learn(index.Number());
        var sums = ReadSums(ref index, superblock);
        return sums.AreOf(superblock.Begin, end.End) ? new(runs, end, sums) { KeptUntil = address } : null;
    }

    /// <summary>Reads the runs; false when they say what cannot be.</summary>
    public bool TryReadRuns(ref IndexReader index)
    {
        try
        {
            var count = (int)index.Number(0, index.Left);
            Index.Expect(count);
            var before = default(StoredBefore);
            for (; count > 0; count--)
                Index.Add(ref index, ref before);
            return index.IsAtEnd;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static bool IsOf(ref IndexReader index, Superblock superblock) =>
        index.Fixed() == Magic
        && index.Fixed() == Version
        && index.Bytes().SequenceEqual(superblock.StoreId.ToByteArray())
        && index.Number() == superblock.PageSizeBits
        && index.Number() == superblock.SegmentSizeBits
        && index.Number() == superblock.Begin;

    private static LogSums ReadSums(ref IndexReader index, Superblock superblock)
    {
        var pageSize = 1L << superblock.PageSizeBits;
        var sums = new LogSums(pageSize);
        for (var left = index.Number(0, index.Left); left > 0; left--)
            sums.Add(
                new PageSum(
                    index.Number(superblock.Begin, long.MaxValue / 2),
                    (int)index.Number(1, pageSize),
                    index.Fixed()
                )
            );
        return sums;
    }
}
