using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Cano.Runtime.Checkpoints;

/// <summary>The newest ids that a run was sent entries with. Of each its hash is kept.</summary>
internal sealed class SeenIds
{
    /// <summary>How many are remembered.</summary>
    public const int Max = 10_000;

    private const int Size = 16;

    private readonly HashSet<UInt128> _known = [];
    private readonly Queue<UInt128> _order = new();

    /// <summary>The first 16 bytes of the id's SHA-256, which are stored: nobody can make an id that is taken
    /// for another's.</summary>
    public static UInt128 HashOf(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Remembers an id; false when it is known.</summary>
    public bool Add(UInt128 hash)
    {
        if (!_known.Add(hash))
            return false;
        _order.Enqueue(hash);
        if (_order.Count > Max)
            _known.Remove(_order.Dequeue());
        return true;
    }

    /// <summary>The hashes, oldest first.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[_order.Count * Size];
        var at = 0;
        foreach (var hash in _order)
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(Size * at++), hash);
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; false when it cannot be that. Null for
    /// none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SeenIds? ids)
    {
        ids = null;
        if (bytes.Length % Size != 0 || bytes.Length > Max * Size)
            return false;
        for (; !bytes.IsEmpty; bytes = bytes[Size..])
            (ids ??= new()).Add(BinaryPrimitives.ReadUInt128BigEndian(bytes));
        return true;
    }
}
