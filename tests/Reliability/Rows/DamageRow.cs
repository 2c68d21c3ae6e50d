using Cano.FaultyDisks;
using Cano.Reliability.Damages;
using Cano.Reliability.Journals;

namespace Cano.Reliability.Rows;

/// <summary>A closed journal is damaged in every way a disk has, one a trial.</summary>
internal static class DamageRow
{
    private const int TrialsPerScript = 10;

    private const int Deeds = 40;

    /// <summary>What goes wrong silently while the journal is written.</summary>
    private static readonly DiskFaultKind[] InWriting =
    [
        DiskFaultKind.LostWrite,
        DiskFaultKind.Misdirected,
        DiskFaultKind.FlippedBit,
    ];

    public static ScoreRow Row { get; } =
        new(
            Number: 5,
            Name: "damage",
            Claim: "sectors zeroed, swapped or stale, flips, cuts, lost files and superblocks are never silent",
            QuickCount: 3_000,
            FullCount: 5_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var works = new Works(trials, TrialsPerScript, closes: true);
        var tally = new DamageTally();
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var chance = trials.Chance(trial);
            var pick = trial % (Damage.All.Count + InWriting.Length);
            if (pick < Damage.All.Count)
            {
                var work = await works.ForAsync(trial);
                var damage = Damage.All[pick];
                tally.Add(
                    await Trial.RunAsync(trials, trial, damage.Name, () => DamagedAsync(work, damage, chance))
                );
            }
            else
            {
                var fault = new DiskFault(InWriting[pick - Damage.All.Count], At: chance.Next(1, 60));
                tally.Add(
                    await Trial.RunAsync(trials, trial, $"{fault.Kind}", () => WrittenAsync(fault, chance))
                );
            }
        }

        return $"{trials.Count:N0} damages: {tally}";
    }

    private static Task<DamageVerdict> DamagedAsync(Work work, Damage damage, Random chance)
    {
        var image = damage.Apply(work, chance);
        return Inspection.DamagedAsync(image, work.Ledger.At(work.Disk.Position), work.Ledger.Ever());
    }

    /// <summary>The journal may refuse to go on as soon as it meets the damage.</summary>
    private static async Task<DamageVerdict> WrittenAsync(DiskFault fault, Random chance)
    {
        var disk = new FaultDisk(seed: chance.Next());
        var ledger = new Ledger();
        disk.Add(fault);
        var writer = new Writer(disk, ledger);
        await writer.WriteAsync(Script.Draw(chance, Deeds), closes: true);
        await writer.AbandonAsync();
        return await Inspection.DamagedAsync(disk.Written(), ledger.At(disk.Position), ledger.Ever());
    }
}
