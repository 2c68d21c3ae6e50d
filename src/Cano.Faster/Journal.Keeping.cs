using Cano.Faster.Disks;
using Cano.Faster.Indexes;

namespace Cano.Faster;

// The index that a closed journal leaves, so that the next opening need not make it anew.
internal sealed partial class Journal
{
    /// <summary>A part of the log that is as large as this part of it is scanned in less time than its index
    /// takes to be written.</summary>
    private const int PartsOfLog = 8;

    private readonly IndexFile indexFile;
    private readonly StoredIndex opened;

    /// <summary>Writes the index of a journal that is at rest, and of which nothing is damaged. The next
    /// opening holds the log against its checksums before it takes it.</summary>
    private void KeepIndex()
    {
        var (superblock, end) = (superblocks.Newest, writer.End);
        // One of a log that began earlier says nothing.
        var known = opened.Sums.Pages is [var first, ..] && first.Address == superblock.Begin;
        var from = known ? Math.Max(opened.KeptUntil, superblock.Begin) : superblock.Begin;
        var least = Math.Max(options.IndexBytesMin, (end.End - superblock.Begin) / PartsOfLog);
        opened.Sums.BeginAt(superblock.Begin);
        if (end.End - from < least || !opened.Sums.AreOf(superblock.Begin, end.End) || !IsAtRest())
            return;

        indexFile.Write(file =>
        {
            var writing = new IndexWriter(file);
            (opened with { End = end }).Write(writing, superblock);
            writing.End();
        });
    }

    private bool IsAtRest()
    {
        lock (gate)
            return index.IsAtRest;
    }
}
