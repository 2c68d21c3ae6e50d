using Cano.Faster.Disks;
using Cano.FaultyDisks;
using Cano.Reliability.Journals;

namespace Cano.Reliability.Rows;

/// <summary>From some flush on the disk says that it flushed and did not; then the power fails.</summary>
internal static class LyingFlushRow
{
    private const int Deeds = 40;

    public static ScoreRow Row { get; } =
        new(
            Number: 6,
            Name: "lying-flush",
            Claim: "what a lying disk lost is reported below the last superblock; above it the log ends at a whole row",
            QuickCount: 1_500,
            FullCount: 5_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var verdicts = new int[4];
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var chance = trials.Chance(trial);
            verdicts[(int)await Trial.RunAsync(trials, trial, "flushes that lie", () => LieAsync(chance))]++;
        }

        return $"{trials.Count:N0} images: {verdicts[(int)Verdict.Reported]:N0} reported, "
            + $"{verdicts[(int)Verdict.Refused]:N0} refused, {verdicts[(int)Verdict.Shorter]:N0} end at an earlier whole row, "
            + $"{verdicts[(int)Verdict.Intact]:N0} lost nothing, 0 silent";
    }

    private static async Task<Verdict> LieAsync(Random chance)
    {
        // The superblocks lie as well, or are honest about a log that is not there.
        var lies = new DiskFault(DiskFaultKind.LyingFlush, At: chance.Next(1, 40))
        {
            IsLasting = true,
            Name = chance.Next(2) == 0 ? "" : SegmentFiles.Prefix,
        };
        var work = await Work.DoneAsync(
            Script.Draw(chance, Deeds, reopens: false),
            chance.Next(2) == 0,
            lies
        );
        var image = work.Disk.AfterPowerLoss(chance);
        try
        {
            await using var store = await SmallJournal.OpenAsync(new FaultDisk(image));
            var recovered = await Recovered.ReadAsync(store);
            var verdict = Judge(work, image, recovered);
            await Usability.UseAsync(store, work.Ledger.Ever(), recovered);
            return verdict;
        }
        catch (CanoException refused)
        {
            Refusals.Check(refused);
            return Verdict.Refused;
        }
    }

    private static Verdict Judge(Work work, DiskImage image, Recovered recovered)
    {
        var (end, superblock) = (work.Disk.Position, work.SuperblockPosition(image));
        if (recovered.Damaged.Any())
        {
            Invariants.Told(work.Ledger.Between(superblock, end), work.Ledger.Ever(), recovered);
            return Verdict.Reported;
        }

        var sure = work.Ledger.AcknowledgedBy(superblock);
        Broken.Unless(
            work.Ledger.IsPrefix(recovered, sure),
            $"silent: the journal is not as it was after any deed from number {sure} on"
        );
        return work.Ledger.IsPrefix(recovered, work.Ledger.AcknowledgedBy(end))
            ? Verdict.Intact
            : Verdict.Shorter;
    }

    private enum Verdict
    {
        Intact,
        Shorter,
        Reported,
        Refused,
    }
}
