namespace Cano.FaultyDisks;

/// <summary>What a fault makes of a change.</summary>
internal static class Distortion
{
    /// <summary>The changes that land in the place of this one.</summary>
    public static IEnumerable<DiskChange> Of(DiskChange change, DiskFault? fault, Random chance) =>
        (fault?.Kind, change) switch
        {
            (DiskFaultKind.LyingFlush, DiskChange.Flush) or (DiskFaultKind.LostWrite, DiskChange.Write) => [],
            (DiskFaultKind.RefusedFlush, DiskChange.Flush flush) =>
            [
                new DiskChange.Refuse(flush.File, chance.Next()),
            ],
            (DiskFaultKind.ShortWrite, DiskChange.Write write) =>
            [
                write with
                {
                    Bytes = write.Bytes[..chance.Next(write.Bytes.Length)],
                },
            ],
            (DiskFaultKind.TornWrite or DiskFaultKind.PowerCut, DiskChange.Write) =>
            [
                .. DiskFile.Sectors(change).Where(_ => chance.Next(2) == 0),
            ],
            (DiskFaultKind.FlippedBit, DiskChange.Write write) =>
            [
                write with
                {
                    Bytes = Flipped(write.Bytes, chance),
                },
            ],
            (DiskFaultKind.Misdirected, DiskChange.Write write) =>
            [
                write with
                {
                    Position = Elsewhere(write.Position, chance),
                },
            ],
            _ => [change],
        };

    /// <summary>Some faults land in part and fail then.</summary>
    public static void ThrowIfTold(DiskFault? fault, string path)
    {
        if (fault?.Kind == DiskFaultKind.ShortWrite)
            throw DiskError.NoSpace(path);
        if (fault?.Kind is DiskFaultKind.TornWrite or DiskFaultKind.PowerCut or DiskFaultKind.RefusedFlush)
            throw DiskError.InputOutput(path);
    }

    private static byte[] Flipped(byte[] bytes, Random chance)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[chance.Next(flipped.Length)] ^= (byte)(1 << chance.Next(8));
        return flipped;
    }

    /// <summary>One to eight sectors before or after, never before the file's beginning.</summary>
    private static long Elsewhere(long position, Random chance)
    {
        var distance = chance.Next(1, 9) * DiskFile.Sector;
        return chance.Next(2) == 0 && position >= distance ? position - distance : position + distance;
    }
}
