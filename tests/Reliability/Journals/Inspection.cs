using Cano.FaultyDisks;

namespace Cano.Reliability.Journals;

/// <summary>Opens the journal on an image, sees that all invariants hold, uses it, and opens it once
/// more.</summary>
internal static class Inspection
{
    /// <summary>Of an image that a crash left: nothing is damaged.</summary>
    public static Task CrashedAsync(DiskImage image, Expected expected) =>
        CrashedAsync(new FaultDisk(image), expected);

    /// <summary>Of the disk itself, after its store was closed.</summary>
    public static async Task CrashedAsync(FaultDisk disk, Expected expected)
    {
        KeptIndex.Check(disk.Written());
        Expected now;
        await using (var store = await SmallJournal.OpenAsync(disk))
        {
            var recovered = await Recovered.ReadAsync(store);
            Invariants.Whole(expected, recovered);
            now = await Usability.UseAsync(store, expected, recovered);
        }

        await using var again = await SmallJournal.OpenAsync(disk);
        Invariants.Whole(now, await Recovered.ReadAsync(again));
    }

    /// <summary>Of an image that was damaged: what is missing is told.</summary>
    /// <param name="image">The damaged image.</param>
    /// <param name="expected">What the runs were without the damage.</param>
    /// <param name="ever">Every state that they were in before.</param>
    public static async Task<DamageVerdict> DamagedAsync(DiskImage image, Expected expected, Expected ever)
    {
        var disk = new FaultDisk(image);
        Expected now;
        bool isTouched;
        if (await OpenAsync(disk) is not { } opened)
            return DamageVerdict.Refused;
        await using (var store = opened)
        {
            var recovered = await Recovered.ReadAsync(store);
            (_, isTouched) = Invariants.Told(expected, ever, recovered);
            now = await Usability.UseAsync(store, isTouched ? ever : expected, recovered);
        }

        await using var again = await SmallJournal.OpenAsync(disk);
        // Cleared damage shows again, under another address, once the log begins within it.
        Invariants.Whole(now, (await Recovered.ReadAsync(again)).WithoutUnknownRuns());
        return isTouched ? DamageVerdict.Reported : DamageVerdict.Harmless;
    }

    /// <summary>Null when the journal refuses to be opened. Once it is open, what it lists as sound is
    /// sound.</summary>
    private static async Task<FasterCheckpointStore?> OpenAsync(FaultDisk disk)
    {
        try
        {
            return await SmallJournal.OpenAsync(disk);
        }
        catch (CanoException refused)
        {
            Refusals.Check(refused);
            return null;
        }
    }
}

/// <summary>What became of damage.</summary>
internal enum DamageVerdict
{
    /// <summary>Nothing is missing: the bytes meant nothing, or there is a second copy.</summary>
    Harmless,

    /// <summary>Runs are reported as damaged.</summary>
    Reported,

    /// <summary>The journal does not open, and says why.</summary>
    Refused,
}
