using Cano.FaultyDisks;

namespace Cano.Reliability.Journals;

/// <summary>A script that was done: the disk that remembers every change, and the ledger.</summary>
internal sealed record Work(FaultDisk Disk, Ledger Ledger)
{
    /// <summary>Does a script on a sound disk.</summary>
    /// <param name="deeds">The script.</param>
    /// <param name="closes">Whether the journal is closed at the end.</param>
    public static async Task<Work> DoneAsync(IReadOnlyList<Deed> deeds, bool closes)
    {
        var work = new Work(new FaultDisk(), new Ledger());
        var writer = new Writer(work.Disk, work.Ledger);
        await writer.WriteAsync(deeds, closes);
        if (writer.Refusal is { } refusal) throw new Broken("a sound disk was refused", refusal);
        if (!closes) await writer.AbandonAsync();
        return work;
    }

    /// <summary>The disk after its first so many changes.</summary>
    public DiskState StateAt(int position)
    {
        var state = new DiskState(Disk.Begun);
        foreach (var change in Disk.History.Take(position)) state.Apply(change);
        return state;
    }
}
