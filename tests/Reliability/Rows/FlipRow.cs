using Cano.Faster.Disks;
using Cano.FaultyDisks;
using Cano.Reliability.Damages;
using Cano.Reliability.Journals;

namespace Cano.Reliability.Rows;

/// <summary>Every bit of a log of 1 MiB is turned over, one at a time.</summary>
internal static class FlipRow
{
    private const int LogSize = 1 << 20;

    private const int AllBits = LogSize * 8;

    /// <summary>One in so many flips is tried on a whole journal: 20,000 of all.</summary>
    private const int FlipsPerReopening = AllBits / 20_000;

    public static ScoreRow Row { get; } =
        new(
            Number: 4,
            Name: "flip",
            Claim: "every single-bit flip of a log is noticed, or is in bytes that nobody reads",
            QuickCount: 600_000,
            FullCount: AllBits,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var script = Script.Filling(trials.Chance(0), LogSize + SmallJournal.PageSize);
        var work = await Trial.RunAsync(
            trials,
            0,
            "a sound disk",
            () => Work.DoneAsync(script, closes: true)
        );
        var image = work.Disk.Written();
        using var superblocks = SuperblockFile.Open(new FaultDisk(image), SmallJournal.Directory);
        var log = new FlippedLog(FirstBytes(image), superblocks.Newest.StoreSum);
        var (noticed, harmless, reopened) = (0, 0, new DamageTally());
        for (var trial = 0; trial < trials.Count; trial++)
        {
            // Spread over the whole log when they are fewer than all.
            var flip = (int)((long)trial * AllBits / trials.Count);
            var (position, bit) = (flip / 8, flip % 8);
            var isNoticed = log.IsNoticed(position, bit);
            Broken.Unless(
                isNoticed == log.IsInFrame(position),
                $"trial {trial}, seed {trials.Seed}: bit {bit} at {position} is {(isNoticed ? "" : "not ")}noticed"
            );
            (noticed, harmless) = isNoticed ? (noticed + 1, harmless) : (noticed, harmless + 1);
            if (trial % FlipsPerReopening != 0)
                continue;

            var what = $"bit {bit} flipped at log address {position}";
            var verdict = await Trial.RunAsync(
                trials,
                trial,
                what,
                () => ReopenAsync(work, image, position, bit)
            );
            Broken.Unless(
                isNoticed == (verdict == DamageVerdict.Reported),
                $"trial {trial}, seed {trials.Seed}, {what}: {verdict}"
            );
            reopened.Add(verdict);
        }

        return $"{trials.Count:N0} flips: {noticed:N0} noticed, {harmless:N0} in padding, 0 silent, "
            + $"{log.ImpostorCount} payloads that look like frames; whole journals: {reopened}";
    }

    private static Task<DamageVerdict> ReopenAsync(Work work, DiskImage image, int position, int bit)
    {
        var offset = position % SmallJournal.PageSize;
        var flipped = image.Changed(Log(position), bytes => bytes[offset] ^= (byte)(1 << bit));
        return Inspection.DamagedAsync(flipped, work.Ledger.At(work.Disk.Position), work.Ledger.Ever());
    }

    private static byte[] FirstBytes(DiskImage image)
    {
        var log = new byte[LogSize];
        for (var at = 0; at < LogSize; at += SmallJournal.PageSize)
            image[Log(at)].CopyTo(log, at);
        return log;
    }

    /// <summary>The segment file of an address: segments are as large as pages.</summary>
    private static string Log(int address) =>
        $"{SmallJournal.Directory}/{SegmentFiles.Prefix}{address / SmallJournal.PageSize}";
}
