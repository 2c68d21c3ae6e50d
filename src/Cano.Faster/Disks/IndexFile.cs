using Microsoft.Extensions.Logging;

namespace Cano.Faster.Disks;

/// <summary>The file that may hold the journal's index. Nothing is lost with it.</summary>
internal sealed partial class IndexFile(
    JournalDisk disk,
    string directory,
    SuperblockFile superblocks,
    ILogger logger
)
{
    public const string Name = "journal.index";

    /// <summary>The name of one that is on its way.</summary>
    public const string NewName = "journal.index.new";

    /// <summary>What it holds; null when it cannot be read.</summary>
    public byte[]? Read()
    {
        try
        {
            using var file = disk.Open(PathOf(Name), FileMode.Open);
            var bytes = GC.AllocateUninitializedArray<byte>(checked((int)file.Length));
            return file.Read(bytes, 0) == bytes.Length ? bytes : null;
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or OverflowException)
        {
            LogUnread(logger, failure);
            return null;
        }
    }

    /// <summary>Puts another in its place: written beside, flushed, then renamed. A full disk has the place
    /// back that it took.</summary>
    public void Write(Action<JournalFile> write)
    {
        try
        {
            using var file = disk.Open(PathOf(NewName), FileMode.Create);
            write(file);
            file.Flush();
        }
        catch (IOException failure) when (DiskTrouble.IsFull(failure))
        {
            disk.Delete(PathOf(NewName));
            LogFull(logger, failure);
            return;
        }

        superblocks.ThrowIfMoved();
        disk.Move(PathOf(NewName), PathOf(Name));
        disk.FlushDirectory(directory);
    }

    /// <summary>Removes one that says nothing of the log as it is.</summary>
    public void Delete()
    {
        superblocks.ThrowIfMoved();
        disk.Delete(PathOf(Name));
    }

    private string PathOf(string name) => Path.Combine(directory, name);

    [LoggerMessage(
        600,
        LogLevel.Warning,
        "The journal's index cannot be read, and is made anew from all of its log"
    )]
    private static partial void LogUnread(ILogger logger, Exception exception);

    [LoggerMessage(
        601,
        LogLevel.Warning,
        "There is no room for the journal's index beside its log: the next opening scans all of it"
    )]
    private static partial void LogFull(ILogger logger, Exception exception);
}
