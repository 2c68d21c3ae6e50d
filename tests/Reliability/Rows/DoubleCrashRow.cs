using Cano.FaultyDisks;
using Cano.Reliability.Journals;

namespace Cano.Reliability.Rows;

/// <summary>A journal that a crash left is recovered, and recovery and the next appends crash at each of
/// their own changes to the disk.</summary>
internal static class DoubleCrashRow
{
    private const int ImagesPerScript = 10;

    private const int DeedsAfter = 6;

    public static ScoreRow Row { get; } =
        new(
            Number: 8,
            Name: "double-crash",
            Claim: "a crash at each change that recovery makes leaves what the first recovery was to give",
            QuickCount: 300,
            FullCount: 5_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var works = new Works(trials, ImagesPerScript, closes: null);
        var crashes = 0;
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var chance = trials.Chance(trial);
            var work = await works.ForAsync(trial);
            var position = chance.Next(work.Disk.Position + 1);
            var first = work.StateAt(position).AfterPowerLoss(chance);
            var what = $"crashed after change {position}, and again";
            var expected = work.Ledger.At(position);
            crashes += await Trial.RunAsync(
                trials,
                trial,
                what,
                () => CrashAgainAsync(first, expected, chance)
            );
        }

        return $"{trials.Count:N0} crashes, {crashes:N0} second ones: the third opening is always the first intended";
    }

    /// <returns>How many second crashes there were.</returns>
    private static async Task<int> CrashAgainAsync(DiskImage first, Expected expected, Random chance)
    {
        var disk = new FaultDisk(first);
        Ledger ledger;
        await using (var store = await SmallJournal.OpenAsync(disk))
        {
            var intended = await Recovered.ReadAsync(store);
            Invariants.Whole(expected, intended);
            ledger = new Ledger(expected.Narrowed(intended));
            await AppendAsync(store, disk, ledger, intended);
        }

        ledger.AcknowledgeAll(disk.Position);
        var state = new DiskState(disk.Begun);
        var history = disk.History;
        for (var position = 0; position <= history.Count; position++)
        {
            var third = ledger.At(position);
            await Inspection.CrashedAsync(state.Written(), third);
            if (state.InFlight > 0)
                await Inspection.CrashedAsync(state.AfterPowerLoss(chance), third);
            if (position < history.Count)
                state.Apply(history[position]);
        }

        return history.Count + 1;
    }

    /// <summary>Takes unfinished runs further, so that bytes of before the first crash could be taken for
    /// new.</summary>
    private static async Task AppendAsync(
        ICheckpointStore store,
        FaultDisk disk,
        Ledger ledger,
        Recovered recovered
    )
    {
        var open = recovered.Runs.Where(run => run.Value.Rows[^1].Kind != RowKind.Finished).Take(DeedsAfter);
        foreach (var (id, run) in open)
        {
            var before = disk.Position;
            var claim = ledger.Attempt(new Deed.Claim(id, await store.ClaimAsync(id, "next")), before);
            ledger.Acknowledge(claim, disk.Position);
            var row = new CheckpointRow
            {
                Sequence = run.Rows[^1].Sequence + 1,
                Kind = RowKind.CursorAdvanced,
                WrittenAt = DateTimeOffset.UnixEpoch,
                State = "next",
                Payload = new byte[400],
            };
            var append = new Deed.Append(id, row, ((Deed.Claim)claim.Deed).Fence);
            var entry = ledger.Attempt(append, disk.Position);
            await store.AppendAsync(id, row, append.Fence);
            ledger.Acknowledge(entry, disk.Position);
        }
    }
}
