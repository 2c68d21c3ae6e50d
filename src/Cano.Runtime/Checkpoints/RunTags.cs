using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Cano.Runtime.Checkpoints;

/// <summary>A run's tags, in the order of their names. They compare by content.</summary>
internal sealed class RunTags : IReadOnlyDictionary<string, string>
{
    private readonly IReadOnlyList<KeyValuePair<string, string>> _tags;

    private RunTags(IReadOnlyList<KeyValuePair<string, string>> tags) => _tags = tags;

    public static RunTags None { get; } = new([]);

    public int Count => _tags.Count;

    public IEnumerable<string> Keys => _tags.Select(tag => tag.Key);

    public IEnumerable<string> Values => _tags.Select(tag => tag.Value);

    public string this[string key] =>
        TryGetValue(key, out var value)
            ? value
            : throw new KeyNotFoundException($"The run has no tag '{key}'.");

    /// <summary>Those of a start, which has them in the order of their names.</summary>
    public static RunTags Of(IReadOnlyList<KeyValuePair<string, string>>? sorted) =>
        sorted is null or { Count: 0 } ? None : new(sorted);

    /// <summary>A user's, who may change them later.</summary>
    public static RunTags Of(IReadOnlyDictionary<string, string> tags) =>
        tags as RunTags ?? Of([.. tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)]);

    /// <summary>All of these are there.</summary>
    public bool Has(RunTags wanted)
    {
        foreach (var (name, value) in wanted._tags)
            if (!TryGetValue(name, out var own) || own != value)
                return false;
        return true;
    }

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        foreach (var tag in _tags)
            if (tag.Key == key)
            {
                value = tag.Value;
                return true;
            }

        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _tags.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override bool Equals(object? obj) => obj is RunTags other && _tags.SequenceEqual(other._tags);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (name, value) in _tags)
        {
            hash.Add(name);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <summary>"customer=7, region=eu".</summary>
    public override string ToString() => string.Join(", ", _tags.Select(tag => $"{tag.Key}={tag.Value}"));
}
