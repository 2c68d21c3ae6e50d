using Cano.Faster.Disks;
using Cano.FaultyDisks;

namespace Cano.Reliability.Journals;

/// <summary>A script that was done: the disk that remembers every change, and the ledger.</summary>
internal sealed record Work(FaultDisk Disk, Ledger Ledger)
{
    /// <summary>Does a script on a sound disk.</summary>
    /// <param name="deeds">The script.</param>
    /// <param name="closes">Whether the journal is closed at the end.</param>
    /// <param name="silent">A fault of which nobody is told.</param>
    public static async Task<Work> DoneAsync(IReadOnlyList<Deed> deeds, bool closes, DiskFault? silent = null)
    {
        var work = new Work(new FaultDisk(), new Ledger());
        if (silent is not null)
            work.Disk.Add(silent);
        var writer = new Writer(work.Disk, work.Ledger);
        await writer.WriteAsync(deeds, closes);
        if (writer.Refusal is { } refusal)
            throw new Broken("a sound disk was refused", refusal);
        if (!closes)
            await writer.AbandonAsync();
        return work;
    }

    /// <summary>The position of the disk when the superblock that counts in the image was written; 0 for the
    /// first one, which knows of no frames.</summary>
    public int SuperblockPosition(DiskImage image)
    {
        var slots = new[] { 0, SuperblockFile.SlotSize };
        var meta = image.Has(SmallJournal.MetaPath) ? image[SmallJournal.MetaPath] : [];
        var newest = slots.Max(slot => GenerationAt(meta, slot));
        return newest <= 1 ? 0 : Disk.History.TakeWhile(change => !Writes(change, newest)).Count();
    }

    /// <summary>The disk after its first so many changes.</summary>
    public DiskState StateAt(int position)
    {
        var state = new DiskState(Disk.Begun);
        foreach (var change in Disk.History.Take(position))
            state.Apply(change);
        return state;
    }

    private static bool Writes(DiskChange change, long generation) =>
        change is DiskChange.Write { Bytes.Length: Superblock.Size } write
        && GenerationAt(write.Bytes, 0) == generation;

    private static long GenerationAt(byte[] bytes, int slot) =>
        bytes.Length >= slot + Superblock.Size && Superblock.Read(bytes.AsSpan(slot)) is { } superblock
            ? superblock.Generation
            : 0;
}
