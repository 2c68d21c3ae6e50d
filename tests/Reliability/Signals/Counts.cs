namespace Cano.Reliability.Signals;

/// <summary>How often each thing came about.</summary>
internal sealed class Counts
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Add(string what, int count = 1) => _counts[what] = Of(what) + count;

    public int Of(string what) => _counts.GetValueOrDefault(what);
}
