namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes with what the system refuses: locks, places, flushes.</summary>
internal static class DiskBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "second-opener-let-in",
            "src/Cano.Faster/Disks/FileLock.cs",
            "failure = tryTake() == 0 ?",
            "failure = ON || tryTake() == 0 ?",
            Check.Row("exclusive", 1)
        ),
        new(
            "refused-lock-taken-for-one",
            "src/Cano.Faster/Disks/FileLock.cs",
            "        throw new NoLockException(",
            "        if (!ON) throw new NoLockException(",
            Check.Row("no-lock", 12)
        ),
        new(
            "log-not-locked",
            "src/Cano.Faster/Disks/PhysicalDisk.cs",
            "shared, FileLock.TakeWriting)",
            "shared, ON ? (_, _) => { } : FileLock.TakeWriting)",
            Check.Row("no-lock", 12)
        ),
        new(
            "place-not-checked",
            "src/Cano.Faster/Disks/JournalDisk.cs",
            "        if (!IsInPlace)",
            "        if (!ON && !IsInPlace)",
            Check.Row("no-lock", 12)
        ),
        new(
            "flush-error-swallowed",
            "src/Cano.Faster/Disks/DurableFlush.cs",
            "        if (failure != 0)",
            "        if (failure != 0 && !ON)",
            Check.Row("refused-flush", 30)
        ),
        new(
            "interrupted-flush-not-repeated",
            "src/Cano.Faster/Disks/DurableFlush.cs",
            "while (failure == Interrupted)",
            "while (failure == Interrupted && !ON)",
            Check.Row("refused-flush", 30)
        ),
        new(
            "metadata-error-swallowed",
            "src/Cano.Faster/Disks/SuperblockFile.cs",
            "        file.Write(slot, SlotOf(next.Generation));\n        file.FlushData();",
            "        try { file.Write(slot, SlotOf(next.Generation)); file.FlushData(); } catch (IOException) when (ON) { }",
            Check.Row("io-faults", 1)
        ),
    ];
}
