using System.Numerics;
using System.Runtime.InteropServices;

namespace Cano.Benchmarks.Workloads;

/// <summary>The files of a journal read in order, with a checksum of their bytes.</summary>
internal sealed class FloorScan
{
    private readonly byte[] _buffer = new byte[1 << 20];

    public uint Sum { get; private set; }

    public void Read(string directory)
    {
        foreach (var path in Directory.GetFiles(directory, "journal.log.*"))
        {
            using var file = File.OpenHandle(path);
            for (var at = 0L; RandomAccess.Read(file, _buffer, at) is > 0 and var count; at += count)
                foreach (var word in MemoryMarshal.Cast<byte, ulong>(_buffer.AsSpan(0, count)))
                    Sum = BitOperations.Crc32C(Sum, word);
        }
    }
}
