using Cano.Benchmarks.Workloads;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>What the stores of rows are given: the bytes of a row of Cano's, under its run and
/// number.</summary>
internal static class StoredRow
{
    /// <summary>A run of ten transitions leaves as many rows and one of its end.</summary>
    public const int OfRun = 11;

    public static readonly byte[] Body = JournalFilling.Row(0).ToBytes();

    /// <summary>A key that lies in the order of runs and rows.</summary>
    public static byte[] Key(long run, int sequence)
    {
        var key = new byte[12];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(key, run);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(8), sequence);
        return key;
    }
}
