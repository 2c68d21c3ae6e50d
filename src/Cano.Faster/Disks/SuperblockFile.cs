using Cano.Faster.Frames;

namespace Cano.Faster.Disks;

/// <summary>One preallocated file with two slots for superblocks. They take turns, so that a write torn by a
/// crash leaves the other one.</summary>
internal sealed class SuperblockFile : IDisposable
{
    public const string Name = "journal.meta";

    /// <summary>The name of a file that is being created.</summary>
    public const string NewName = "journal.meta.new";

    /// <summary>Slots do not share a sector of the disk.</summary>
    public const int SlotSize = 4096;

    private readonly JournalFile file;
    private readonly byte[] slot = new byte[Superblock.Size];

    private SuperblockFile(JournalFile file, Superblock newest, Superblock? older) =>
        (this.file, Newest, this.older) = (file, newest, older);

    public Superblock Newest { get; private set; }

    /// <summary>That of the other slot; null when it is damaged, or was never written.</summary>
    private Superblock? older;

    /// <summary>Whether both slots say this already, whatever their generations are.</summary>
    public bool BothSay(Superblock one) =>
        one with { Generation = Newest.Generation } == Newest
        && one with { Generation = older?.Generation ?? 0 } == older;

    /// <summary>Creates the file with a first superblock: written beside, flushed, then renamed.</summary>
    public static void Create(JournalDisk disk, string directory, Superblock first)
    {
        var path = Path.Combine(directory, NewName);
        using (var file = disk.Open(path, FileMode.Create))
        {
            var bytes = new byte[2 * SlotSize];
            first.Write(bytes.AsSpan(SlotOf(first.Generation), Superblock.Size));
            file.Write(bytes, 0);
            file.Flush();
        }

        disk.Move(path, Path.Combine(directory, Name));
        disk.FlushDirectory(directory);
    }

    public static SuperblockFile Open(JournalDisk disk, string directory)
    {
        var file = disk.Open(Path.Combine(directory, Name), FileMode.Open);
        try
        {
            var first = ReadSlot(file, 0);
            var second = ReadSlot(file, SlotSize);
            var (newest, older) =
                second is null || first?.Generation > second.Generation ? (first, second) : (second, first);
            return new(
                file,
                newest
                    ?? throw JournalError.Of(
                        $"both superblocks in '{Path.Combine(directory, Name)}' are damaged: "
                            + "restore the file, or move the directory away and start a new journal"
                    ),
                older
            );
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Throws when this is no longer the file that an opening of the directory finds.</summary>
    public void ThrowIfMoved() => file.ThrowIfMoved();

    /// <summary>Writes both slots again as they are, and flushes them: what was read may be in the system's
    /// memory alone, after a flush that was refused. A slot lies within one sector, so that none is torn, and
    /// the file has had its size since it was made.</summary>
    public void WriteAgain()
    {
        var slots = new byte[2 * SlotSize];
        var count = file.Read(slots, 0);
        file.Write(slots.AsSpan(0, count), 0);
        file.FlushData();
    }

    /// <summary>Writes the next superblock over the older slot and flushes it.</summary>
    public void Write(Superblock next)
    {
        ThrowIfMoved();
        next = next with { Generation = Newest.Generation + 1 };
        next.Write(slot);
        file.Write(slot, SlotOf(next.Generation));
        file.FlushData();
        (Newest, older) = (next, Newest);
    }

    public void Dispose() => file.Dispose();

    private static int SlotOf(long generation) => (int)(generation & 1) * SlotSize;

    private static Superblock? ReadSlot(JournalFile file, long position)
    {
        var bytes = new byte[Superblock.Size];
        return file.Read(bytes, position) == bytes.Length ? Superblock.Read(bytes) : null;
    }
}
