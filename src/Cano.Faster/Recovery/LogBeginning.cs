using Cano.Faster.Disks;
using Cano.Faster.Frames;

namespace Cano.Faster.Recovery;

/// <summary>Deletes what lies before the log's beginning, which a crash left there.</summary>
internal static class LogBeginning
{
    /// <exception cref="CanoException">`checkpoint_store`: the log that is there is not the one that the
    /// superblock speaks of. Nothing of it was deleted.</exception>
    public static void Clear(SegmentFiles files, Superblock superblock)
    {
        var existing = files.Existing();
        var first = files.SegmentOf(superblock.Begin);
        if (existing is [] || existing[0] >= first)
            return;

        // A segment comes to be with what is written to it: a log may begin where the last one ends.
        var isThere =
            existing.Contains(first)
            || (superblock.Begin == superblock.Durable && existing.Contains(first - 1));
        if (!isThere)
            throw JournalError.Of(
                $"the journal's superblock says that the log begins at {superblock.Begin}, and no file holds that "
                    + "place: restore the files that are missing, or the superblocks"
            );
        files.DeleteBelow(superblock.Begin);
    }
}
