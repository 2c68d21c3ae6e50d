namespace Cano.Runtime.Data;

/// <summary>A run's durable data as the journaled branches of a visit found it, and what those wrote that
/// have ended: one that a retry runs again goes on from both.</summary>
/// <param name="visit">The visit.</param>
/// <param name="values">JSON by key.</param>
internal sealed class ListedData(long visit, IReadOnlyDictionary<string, byte[]> values)
{
    private readonly List<(int Index, byte[] Delta, Func<byte[], byte[]> Decode)> _written = [];

    public long Visit => visit;

    public IReadOnlyDictionary<string, byte[]> Values => values;

    /// <summary>A branch has ended.</summary>
    /// <param name="index">The branch.</param>
    /// <param name="delta">What it wrote.</param>
    /// <param name="decode">Decodes each value.</param>
    public void Wrote(int index, byte[] delta, Func<byte[], byte[]> decode) =>
        _written.Add((index, delta, decode));

    /// <summary>Does again to values what a branch did to them.</summary>
    public void WriteAgain(int index, Dictionary<string, DurableValue> branch)
    {
        foreach (var written in _written.Where(written => written.Index == index))
            DataDelta.Apply(written.Delta, branch, written.Decode);
    }
}
