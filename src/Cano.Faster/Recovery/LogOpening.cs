using Cano.Faster.Disks;
using Cano.Faster.Frames;
using Cano.Faster.Indexes;

namespace Cano.Faster.Recovery;

/// <summary>How the index of a log comes to be: from the one on disk and what lies behind it, or from all of
/// the log.</summary>
internal static class LogOpening
{
    /// <param name="files">The log.</param>
    /// <param name="superblock">What is known of it.</param>
    /// <param name="indexFile">May hold an index.</param>
    public static StoredIndex Open(SegmentFiles files, Superblock superblock, IndexFile indexFile)
    {
        if (files.HasIndex && OpenKept(files, superblock, indexFile) is { } kept)
            return kept;
        var index = new RunIndex(new SegmentUse(superblock.SegmentSizeBits));
        var begin = new LogEnd(superblock.Begin, LogEnd.NoFrame, 0);
        var found = Scan(files, superblock, new(index, begin, new(1L << superblock.PageSizeBits)));
        // Not before: an opening that is refused leaves everything as it was.
        if (files.HasIndex)
            indexFile.Delete();
        return found;
    }

    /// <summary>Null at any doubt: the scan of all of the log then says what is wrong, as it would
    /// without.</summary>
    private static StoredIndex? OpenKept(SegmentFiles files, Superblock superblock, IndexFile indexFile)
    {
        if (indexFile.Read() is not { } bytes)
            return null;
        try
        {
            var reader = IndexReader.Of(bytes);
            if (StoredIndex.ReadHead(ref reader, superblock) is not { } kept)
                return null;

            // Either takes about as long.
            var proving = Task.Run(() => LogProof.Holds(files, kept.Sums.Pages));
            var isSound = kept.TryReadRuns(ref reader);
            if (!proving.GetAwaiter().GetResult() || !isSound)
                return null;
            var whole = Scan(files, superblock, kept);
            return whole.Sums.IsBroken ? null : whole;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static StoredIndex Scan(SegmentFiles files, Superblock superblock, StoredIndex known)
    {
        known.Index.Fences.Learn(superblock.Fence);
        return known with { End = new RecoveryScan(files, superblock, known).Run() };
    }
}
