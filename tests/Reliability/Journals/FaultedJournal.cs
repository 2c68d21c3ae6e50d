using Cano.Faster.Disks;
using Cano.FaultyDisks;

namespace Cano.Reliability.Journals;

/// <summary>One script on a disk with one fault that is told, and then, on what a crash left of it, one
/// recovery with the same fault.</summary>
internal sealed class FaultedJournal(Random chance, DiskFault fault, int deeds)
{
    /// <summary>The fault met a call.</summary>
    public bool IsStruck { get; private set; }

    /// <summary>A caller heard of it.</summary>
    public bool IsTold { get; private set; }

    public async Task RunAsync()
    {
        var disk = new FaultDisk(seed: chance.Next());
        var ledger = new Ledger();
        var writer = new Writer(disk, ledger);
        var script = Script.Draw(chance, deeds);
        var (crashed, position) = await WithFaultAsync(
            disk,
            async () =>
            {
                await writer.WriteAsync(script, closes: true);
                await writer.AbandonAsync();
                return writer.Refusal is not null;
            },
            writer.Warnings
        );
        var expected = ledger.At(disk.Position);
        await Inspection.CrashedAsync(crashed, ledger.At(position));
        await Inspection.CrashedAsync(disk, expected);
        await RecoverAsync(crashed, ledger.At(position));
    }

    /// <summary>Recovery may be refused; the next one is whole, of the same image as after the first
    /// crash.</summary>
    private async Task RecoverAsync(DiskImage image, Expected expected)
    {
        var disk = new FaultDisk(image, chance.Next());
        var warnings = new Warnings();
        var (crashed, _) = await WithFaultAsync(disk, () => IsOpeningRefusedAsync(disk, warnings), warnings);
        await Inspection.CrashedAsync(crashed, expected);
        await Inspection.CrashedAsync(disk, expected);
    }

    private static async Task<bool> IsOpeningRefusedAsync(FaultDisk disk, Warnings warnings)
    {
        try
        {
            await using var store = await SmallJournal.OpenAsync(disk, logger: warnings);
            await Recovered.ReadAsync(store);
            return false;
        }
        catch (CanoException refusal)
        {
            Refusals.Check(refusal);
            return true;
        }
    }

    /// <summary>Nobody waits for the moving of a run, nor for zeros or an index: that what is read for the
    /// one could not be, or that the others had no room or cannot be read, is told the log. Of no other call
    /// is that enough.</summary>
    private static bool IsLogged(string struck, Warnings? log) =>
        IsLogged(struck, $"{DiskCall.Read} {SegmentFiles.Prefix}", "cannot move run", log)
        || IsLogged(struck, $"{DiskCall.Write} {SegmentFiles.Prefix}", "no room for zeros", log)
        || IsLogged(struck, $"{DiskCall.Open} {IndexFile.Name}", "'s index", log)
        || IsLogged(struck, $"{DiskCall.Read} {IndexFile.Name}", "index cannot be read", log)
        || IsLogged(struck, $"{DiskCall.Write} {IndexFile.NewName}", "no room for the journal's index", log)
        || IsLogged(struck, $"{DiskCall.Flush} {IndexFile.NewName}", "no room for the journal's index", log);

    private static bool IsLogged(string struck, string call, string words, Warnings? log) =>
        struck.StartsWith(call, StringComparison.Ordinal)
        && log is not null
        && log.Told.Any(told => told.Contains(words, StringComparison.Ordinal));

    /// <summary>Acts on the faulty disk. A held call is let go once everything else stands still behind
    /// it.</summary>
    /// <returns>What a power failure at the end, or while the call was held, would have left, and the disk's
    /// position then.</returns>
    private async Task<(DiskImage Image, int Position)> WithFaultAsync(
        FaultDisk disk,
        Func<Task<bool>> act,
        Warnings? log = null
    )
    {
        var held = new HeldCall();
        var waiting = fault with { Held = held };
        disk.Add(waiting);
        var acting = Task.Run(act);
        await Task.WhenAny(acting, held.Arrived);
        var (position, crashed) = (disk.Position, disk.AfterPowerLoss(chance));
        held.Release();
        var isTold = await acting;
        var isDelay = fault.Kind == DiskFaultKind.Delay;
        if (!isDelay)
            (position, crashed) = (disk.Position, disk.AfterPowerLoss(chance));

        var struck = disk.CallStruckBy(waiting);
        isTold |= struck is not null && IsLogged(struck, log);
        Broken.Unless(
            isDelay || isTold || struck is null,
            $"the disk failed at '{struck}', and nobody was told"
        );
        (IsStruck, IsTold) = (IsStruck || struck is not null, IsTold || isTold);
        disk.Mend();
        return (crashed, position);
    }
}
