namespace Cano.Runtime.Data;

// What a body did to the data is taken back, so that it can be called once more on what was there.
internal sealed partial class DurableValues
{
    /// <summary>What is there now, for <see cref="Rewind"/>.</summary>
    public Kept Keep()
    {
        lock (_gate)
            return new(
                _values.ToDictionary(entry => entry.Key, entry => entry.Value.ToJson()),
                new HashSet<string>(_changed),
                _cleared,
                _size
            );
    }

    /// <summary>What was there is there again.</summary>
    public void Rewind(Kept kept)
    {
        lock (_gate)
        {
            _values.Clear();
            foreach (var (key, json) in kept.Values)
                _values[key] = DurableValue.Of(json);
            _changed.Clear();
            _changed.UnionWith(kept.Changed);
            (_cleared, _size) = (kept.Cleared, kept.Size);
        }
    }

    /// <summary>Values as they were once, and which of them no row has yet.</summary>
    public sealed record Kept(
        IReadOnlyDictionary<string, byte[]> Values,
        IReadOnlySet<string> Changed,
        bool Cleared,
        long Size
    );
}
