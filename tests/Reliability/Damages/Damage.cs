using Cano.Faster.Disks;
using Cano.FaultyDisks;
using Cano.Reliability.Journals;

namespace Cano.Reliability.Damages;

/// <summary>A way in which a journal's files go bad while nobody writes them.</summary>
/// <param name="Name">What happens.</param>
/// <param name="Apply">The damaged image of a work.</param>
internal sealed record Damage(string Name, Func<Work, Random, DiskImage> Apply)
{
    public static IReadOnlyList<Damage> All { get; } =
    [
        new("a zeroed sector", (work, chance) => OnLog(work, chance, log => Zero(log, Sector(log, chance)))),
        new("a zeroed stretch", (work, chance) => OnLog(work, chance, log => ZeroMany(log, chance))),
        new("swapped sectors", (work, chance) => OnLog(work, chance, log => Swap(log, chance))),
        new("a sector of another place", (work, chance) => OnLog(work, chance, log => Copy(log, chance))),
        new("a stale sector", Stale),
        new("two flips in a column", (work, chance) => OnLog(work, chance, log => FlipColumn(log, chance))),
        new("a cut log", CutLog),
        new(
            "a lost segment",
            (work, chance) => work.Disk.Written().Without(Log(work.Disk.Written(), chance))
        ),
        new(
            "a damaged superblock",
            (work, chance) => OnMeta(work, meta => FlipIn(meta, Slot(chance), chance))
        ),
        new("a zeroed superblock", (work, chance) => OnMeta(work, meta => Zero(meta, Slot(chance)))),
        new("both superblocks damaged", (work, chance) => OnMeta(work, meta => FlipBoth(meta, chance))),
        new("superblocks swapped", (work, _) => OnMeta(work, SwapSlots)),
        new("superblocks cut", CutMeta),
        new("superblocks deleted", (work, _) => work.Disk.Written().Without(SmallJournal.MetaPath)),
        new("a damaged index", (work, chance) => OnIndex(work.Disk.Written(), index => Flip(index, chance))),
        new("a cut index", (work, chance) => CutIndex(work.Disk.Written(), chance)),
        new("an index of before", (work, chance) => StaleIndex(work, chance)),
        new("an index of before, and a zeroed sector", StaleIndexOfDamaged),
        new("an index of another journal", ForeignIndex),
    ];

    private static DiskImage OnMeta(Work work, Action<byte[]> change) =>
        work.Disk.Written().Changed(SmallJournal.MetaPath, change);

    private static DiskImage OnLog(Work work, Random chance, Action<byte[]> change)
    {
        var image = work.Disk.Written();
        return image.Changed(Log(image, chance), change);
    }

    /// <summary>One of the segment files that hold anything.</summary>
    private static string Log(DiskImage image, Random chance)
    {
        var logs = image.Paths.Where(path => IsLog(path) && image[path].Length > 0).ToArray();
        return logs.Length > 0 ? logs[chance.Next(logs.Length)] : SmallJournal.MetaPath;
    }

    private static bool IsLog(string path) =>
        Path.GetFileName(path).StartsWith(SegmentFiles.Prefix, StringComparison.Ordinal);

    private static int Sector(byte[] bytes, Random chance) =>
        chance.Next((bytes.Length + DiskFile.Sector - 1) / DiskFile.Sector) * DiskFile.Sector;

    private static Span<byte> SectorAt(byte[] bytes, int at) =>
        bytes.AsSpan(at, Math.Min(DiskFile.Sector, bytes.Length - at));

    private static void Zero(byte[] bytes, int at) => SectorAt(bytes, at).Clear();

    private static void ZeroMany(byte[] bytes, Random chance)
    {
        var at = Sector(bytes, chance);
        bytes.AsSpan(at, Math.Min(chance.Next(2, 40) * DiskFile.Sector, bytes.Length - at)).Clear();
    }

    private static void Swap(byte[] bytes, Random chance)
    {
        var (one, other) = (Sector(bytes, chance), Sector(bytes, chance));
        var size = Math.Min(SectorAt(bytes, one).Length, SectorAt(bytes, other).Length);
        var kept = bytes[one..(one + size)];
        bytes.AsSpan(other, size).CopyTo(bytes.AsSpan(one));
        kept.CopyTo(bytes, other);
    }

    private static void Copy(byte[] bytes, Random chance)
    {
        var from = SectorAt(bytes, Sector(bytes, chance));
        var to = SectorAt(bytes, Sector(bytes, chance));
        from[..Math.Min(from.Length, to.Length)].CopyTo(to);
    }

    /// <summary>A sector as it was at some moment before.</summary>
    private static DiskImage Stale(Work work, Random chance)
    {
        var image = work.Disk.Written();
        var path = Log(image, chance);
        var before = work.StateAt(chance.Next(work.Disk.Position)).Written();
        var old = new byte[image[path].Length];
        if (before.Has(path))
            before[path].AsSpan(0, Math.Min(old.Length, before[path].Length)).CopyTo(old);
        var at = Sector(old, chance);
        return image.Changed(path, bytes => SectorAt(old, at).CopyTo(SectorAt(bytes, at)));
    }

    private static void FlipColumn(byte[] bytes, Random chance)
    {
        var (at, bit) = (chance.Next(Math.Max(1, bytes.Length - 512)), (byte)(1 << chance.Next(8)));
        bytes[at] ^= bit;
        bytes[Math.Min(bytes.Length - 1, at + (8 * chance.Next(1, 64)))] ^= bit;
    }

    private static DiskImage CutLog(Work work, Random chance)
    {
        var image = work.Disk.Written();
        var path = Log(image, chance);
        return image.With(path, image[path][..Sector(image[path], chance)]);
    }

    private static DiskImage CutMeta(Work work, Random chance)
    {
        var image = work.Disk.Written();
        return image.With(
            SmallJournal.MetaPath,
            image[SmallJournal.MetaPath][..(chance.Next(16) * DiskFile.Sector)]
        );
    }

    private static DiskImage OnIndex(DiskImage image, Action<byte[]> change) =>
        image.Has(KeptIndex.Path) ? image.Changed(KeptIndex.Path, change) : image;

    private static void Flip(byte[] bytes, Random chance) =>
        bytes[chance.Next(bytes.Length)] ^= (byte)(1 << chance.Next(8));

    private static DiskImage CutIndex(DiskImage image, Random chance) =>
        image.Has(KeptIndex.Path)
            ? image.With(KeptIndex.Path, image[KeptIndex.Path][..chance.Next(image[KeptIndex.Path].Length)])
            : image;

    /// <summary>One that was there at some moment before: the rename of a later one was lost.</summary>
    private static DiskImage StaleIndex(Work work, Random chance)
    {
        var image = work.Disk.Written();
        var moves = Enumerable
            .Range(0, work.Disk.History.Count)
            .Where(at => work.Disk.History[at] is DiskChange.Move { Target: KeptIndex.Path })
            .ToArray();
        if (moves.Length == 0)
            return image;
        var before = work.StateAt(moves[chance.Next(moves.Length)] + 1).Written();
        return image.With(KeptIndex.Path, before[KeptIndex.Path]);
    }

    private static DiskImage StaleIndexOfDamaged(Work work, Random chance)
    {
        var image = StaleIndex(work, chance);
        return image.Changed(Log(image, chance), log => Zero(log, Sector(log, chance)));
    }

    /// <summary>One of a journal that was laid out alike, and had other runs.</summary>
    private static DiskImage ForeignIndex(Work work, Random chance)
    {
        var other = Task.Run(() => Work.DoneAsync(Script.Draw(chance, 20), closes: true))
            .GetAwaiter()
            .GetResult()
            .Disk.Written();
        var image = work.Disk.Written();
        return other.Has(KeptIndex.Path) ? image.With(KeptIndex.Path, other[KeptIndex.Path]) : image;
    }

    private static int Slot(Random chance) => chance.Next(2) * SuperblockFile.SlotSize;

    private static void FlipIn(byte[] meta, int slot, Random chance) =>
        meta[slot + chance.Next(Superblock.Size)] ^= (byte)(1 << chance.Next(8));

    private static void FlipBoth(byte[] meta, Random chance)
    {
        FlipIn(meta, 0, chance);
        FlipIn(meta, SuperblockFile.SlotSize, chance);
    }

    private static void SwapSlots(byte[] meta)
    {
        var first = meta[..Superblock.Size];
        meta.AsSpan(SuperblockFile.SlotSize, Superblock.Size).CopyTo(meta);
        first.CopyTo(meta, SuperblockFile.SlotSize);
    }
}
