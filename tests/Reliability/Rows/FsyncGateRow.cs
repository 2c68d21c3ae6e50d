using Cano.Faster.Disks;
using Cano.FaultyDisks;
using Cano.Reliability.Journals;
using Cano.Reliability.RealDisks;

namespace Cano.Reliability.Rows;

/// <summary>A flush is refused, after which the system takes for flushed what the disk does not have; the
/// journal is opened again, goes on, and the power fails.</summary>
internal static class FsyncGateRow
{
    private const int Deeds = 30;

    /// <summary>One trial of so many is on a real file system.</summary>
    private const int TrialsPerReal = 20;

    public static ScoreRow Row { get; } =
        new(
            Number: 22,
            Name: "fsyncgate",
            Claim: "what a refused flush left in memory alone is written again before anything builds on it",
            QuickCount: 200,
            FullCount: 200,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var (told, again, rows) = (0, 0, 0L);
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var chance = trials.Chance(trial);
            var seen = await Trial.RunAsync(trials, trial, "a refused flush", () => RefuseAsync(chance));
            told += seen.IsTold ? 1 : 0;
            again += seen.IsRefusedAgain ? 1 : 0;
            rows += seen.Rows;
        }

        var real = await RealAsync(trials);
        return $"{trials.Count:N0} disks that forget: {told:N0} refused while written, {again:N0} while opened, "
            + $"{rows:N0} rows built upon, 0 lost; {real}";
    }

    private static async Task<(bool IsTold, bool IsRefusedAgain, long Rows)> RefuseAsync(Random chance)
    {
        var disk = new FaultDisk(seed: chance.Next());
        disk.Add(Refusal(chance, within: 60));
        var ledger = new Ledger();
        var writer = new Writer(disk, ledger);
        await writer.WriteAsync(Script.Draw(chance, Deeds), closes: chance.Next(2) == 0);
        await writer.AbandonAsync();
        disk.Mend();

        var isRefusedAgain = chance.Next(2) == 0 && await IsOpeningRefusedAsync(disk, chance);
        var expected = ledger.At(disk.Position);
        Expected now;
        DiskImage left;
        long rows;
        await using (var store = await SmallJournal.OpenAsync(disk))
        {
            var recovered = await Recovered.ReadAsync(store);
            Invariants.Whole(expected, recovered);
            rows = recovered.Runs.Values.Sum(run => (long)run.Rows.Count);
            now = await Usability.UseAsync(store, expected, recovered);
            left = disk.AfterPowerLoss(chance);
        }

        await using var after = await SmallJournal.OpenAsync(new FaultDisk(left));
        Invariants.Whole(now, await Recovered.ReadAsync(after));
        return (writer.Refusal is not null, isRefusedAgain, rows);
    }

    private static DiskFault Refusal(Random chance, int within)
    {
        string[] files = ["", SegmentFiles.Prefix, SuperblockFile.Name];
        return new DiskFault(DiskFaultKind.RefusedFlush, At: chance.Next(1, within))
        {
            Name = files[chance.Next(files.Length)],
            IsLasting = chance.Next(2) == 0,
        };
    }

    private static async Task<bool> IsOpeningRefusedAsync(FaultDisk disk, Random chance)
    {
        disk.Add(Refusal(chance, within: 5));
        try
        {
            await using var store = await SmallJournal.OpenAsync(disk);
            return false;
        }
        catch (CanoException refused)
        {
            Refusals.Check(refused);
            return true;
        }
        finally
        {
            disk.Mend();
        }
    }

    private static async Task<string> RealAsync(Trials trials)
    {
        var count = (trials.Count + TrialsPerReal - 1) / TrialsPerReal;
        var built = 0;
        for (var trial = 0; trial < count; trial++)
        {
            using var disk = LoopDisk.TryMake(mebibytes: 32, out var why);
            if (disk is null)
                return $"SKIPPED on a real file system: {why}";
            built += await Trial.RunAsync(trials, trial, "a real disk", () => FillAsync(disk));
        }

        return $"{count} real file systems that ran full: {built:N0} rows built upon, 0 lost";
    }

    /// <summary>How many rows of the refused group were read again, and built upon.</summary>
    private static async Task<int> FillAsync(LoopDisk disk)
    {
        var journal = Path.Combine(disk.Mounted, "journal");
        var acknowledged = 0;
        var store = await FasterCheckpointStore.OpenAsync(journal);
        disk.Fill();
        await Refusals.OfAsync(async () =>
        {
            for (; ; acknowledged++)
                await store.AppendAsync("run", RowAt(acknowledged), fence: 1);
        });
        await CloseAsync(store);

        disk.Empty();
        var built = 0;
        await using (store = await FasterCheckpointStore.OpenAsync(journal))
        {
            var rows = (await store.LoadRunAsync("run")).Count;
            Broken.Unless(rows >= acknowledged, $"{rows} of {acknowledged} rows are there");
            built = rows - acknowledged;
            for (var i = 0; i < 20; i++)
                await store.AppendAsync("run", RowAt(rows + i), fence: 1);
            await using var after = await FasterCheckpointStore.OpenAsync(
                Path.Combine(disk.AfterPowerLoss(), "journal")
            );
            var left = await after.LoadRunAsync("run");
            Broken.Unless(
                left.SequenceEqual(Enumerable.Range(0, rows + 20).Select(i => RowAt(i))),
                $"{left.Count} of {rows + 20} rows are left"
            );
        }

        return built;
    }

    private static async Task CloseAsync(FasterCheckpointStore store)
    {
        try
        {
            await store.DisposeAsync();
        }
        catch (CanoException refused)
        {
            Refusals.Check(refused);
        }
    }

    private static CheckpointRow RowAt(long sequence) =>
        new()
        {
            Sequence = sequence,
            Kind = RowKind.CursorAdvanced,
            WrittenAt = DateTimeOffset.UnixEpoch.AddSeconds(sequence),
            State = "state",
            Visit = 0,
            Payload = Enumerable.Repeat((byte)(sequence + 1), 10_000).ToArray(),
        };
}
