using Cano.Faster.Disks;
using Cano.Faster.Frames;

namespace Cano.Faster.Recovery;

/// <summary>Tells whether a log is byte for byte the one that checksums were taken of.</summary>
internal static class LogProof
{
    /// <summary>False as well when a file of it is missing.</summary>
    public static bool Holds(SegmentFiles files, IReadOnlyList<PageSum> pages)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(pages.Max(page => page.Length));
        try
        {
            foreach (var page in pages)
            {
                var bytes = buffer.AsSpan(0, page.Length);
                files.Read(page.Address, bytes);
                if (Checksum.Of(bytes) != page.Sum)
                    return false;
            }

            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
