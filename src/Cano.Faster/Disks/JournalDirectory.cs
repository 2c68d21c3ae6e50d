using Cano.Faster.Frames;

namespace Cano.Faster.Disks;

/// <summary>Gets hold of a directory for one journal, or says why not and what to do.</summary>
internal static class JournalDirectory
{
    public const string LockName = "journal.lock";

    /// <summary>The one spelling of a directory, whatever the current one becomes later.</summary>
    public static string PathOf(string directory) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));

    /// <summary>Creates the directory where it is missing, locks it, and refuses one that holds something
    /// else. Disposing the answer gives the directory free.</summary>
    public static IDisposable Take(JournalDisk disk, string directory)
    {
        try
        {
            disk.CreateDirectory(directory);
            RefuseForeign(disk.Names(directory), directory);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var remedy = DiskTrouble.IsFull(failure) ? "free space on its disk, or " : "";
            throw JournalError.Of(
                $"cannot use '{directory}' for a journal: {failure.Message}; "
                    + $"{remedy}name a directory that can be written",
                failure
            );
        }

        return Lock(disk, directory);
    }

    private static IDisposable Lock(JournalDisk disk, string directory)
    {
        try
        {
            return disk.Lock(Path.Combine(directory, LockName));
        }
        catch (IOException failure) when (DiskTrouble.IsInUse(failure))
        {
            throw OpenAlready(directory, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var remedy =
                DiskTrouble.IsFull(failure) ? "free space on its disk, or name another"
                : failure is NoLockException ? DiskTrouble.Remedy(failure)
                : "allow it, or name another";
            throw JournalError.Of(
                $"cannot write to the journal directory '{directory}': {failure.Message}; {remedy}",
                failure
            );
        }
    }

    /// <summary>Says that somebody has the journal, or a file of it, open.</summary>
    public static CanoException OpenAlready(string directory, Exception failure) =>
        JournalError.Of(
            $"the journal in '{directory}' is open already, in this process or another: "
                + $"{failure.Message}; close it there first",
            failure
        );

    /// <summary>The journal's superblocks, created first in a new journal.</summary>
    public static SuperblockFile OpenSuperblocks(
        FasterCheckpointOptions options,
        string directory,
        bool isDefault
    )
    {
        var disk = options.Disk;
        if (!disk.Names(directory).Contains(SuperblockFile.Name))
        {
            var first = new Superblock
            {
                StoreId = Guid.NewGuid(),
                PageSizeBits = options.PageSizeBits,
                SegmentSizeBits = options.SegmentSizeBits,
            };
            SuperblockFile.Create(disk, directory, first);
        }

        var file = SuperblockFile.Open(disk, directory);
        var stored = file.Newest;
        var pages = stored.PageSizeBits == options.PageSizeBits;
        var segments = stored.SegmentSizeBits == options.SegmentSizeBits;
        if (isDefault || (pages && segments))
            return file;

        file.Dispose();
        throw JournalError.Of(
            $"the journal in '{directory}' was created with PageSizeBits = {stored.PageSizeBits} and "
                + $"SegmentSizeBits = {stored.SegmentSizeBits}, not {options.PageSizeBits} and "
                + $"{options.SegmentSizeBits}: open it with those, or without options"
        );
    }

    private static void RefuseForeign(IReadOnlyList<string> names, string directory)
    {
        if (names.Contains(SuperblockFile.Name))
            return;

        foreach (var name in names)
        {
            if (name.StartsWith(SegmentFiles.Prefix, StringComparison.Ordinal))
                throw JournalError.Of(
                    $"'{directory}' holds a log ('{name}') without its '{SuperblockFile.Name}': "
                        + "restore that file, or move the directory away and start a new journal"
                );
            if (name is not (LockName or SuperblockFile.NewName))
                throw JournalError.Of(
                    $"'{directory}' is not empty and holds no journal ('{name}' is in it): "
                        + "name an empty directory"
                );
        }
    }
}
