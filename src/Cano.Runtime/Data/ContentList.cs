using System.Collections;
using Cano.Kernel;

namespace Cano.Runtime.Data;

/// <summary>A list that compares by its items, so that a value that holds one does.</summary>
internal sealed class ContentList<T>(IReadOnlyList<T> items) : IReadOnlyList<T>
{
    public int Count => items.Count;

    public T this[int index] => items[index];

    /// <summary>A copy of a user's, who may change it later.</summary>
    public static ContentList<T> Of(IEnumerable<T> items) => items as ContentList<T> ?? new([.. items]);

    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override bool Equals(object? obj) => obj is ContentList<T> other && Contents.Equal(this, other);

    public override int GetHashCode() => Contents.Hash(this);
}
