using System.Collections;

namespace Cano.Runtime.Checkpoints;

/// <summary>Entries of an inbox in the order of their numbers. Mostly the first one is taken, which costs
/// nothing however many there are.</summary>
/// <param name="numberOf">An entry's number.</param>
internal sealed class InboxQueue<T>(Func<T, long> numberOf) : IReadOnlyList<T>
{
    private const int Few = 64;

    private readonly List<T> _entries = [];

    // So many before it are taken, and lie there still.
    private int _first;

    public int Count => _entries.Count - _first;

    public T this[int index]
    {
        get => _entries[_first + index];
        set => _entries[_first + index] = value;
    }

    /// <summary>Its number is above those of all others.</summary>
    public void Add(T entry) => _entries.Add(entry);

    /// <summary>Where the first entry stands with this number or a later one.</summary>
    public int FirstAt(long number)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = numberOf(this[middle]) < number ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    public void RemoveAt(int index)
    {
        if (index > 0)
        {
            _entries.RemoveAt(_first + index);
            return;
        }

        _entries[_first++] = default!;
        if (_first >= Few && _first > Count)
        {
            _entries.RemoveRange(0, _first);
            _first = 0;
        }
    }

    public void Clear()
    {
        _entries.Clear();
        _first = 0;
    }

    public IEnumerator<T> GetEnumerator() => _entries.Skip(_first).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
