using System.Runtime.CompilerServices;

namespace Cano.Runtime.Loop;

/// <summary>The most recent states of a run by number. Constant in size, however long the run is.</summary>
internal struct RunPath
{
    private const int Size = 64;
    private const int Few = 16;

    // Most runs enter few states, which are kept here; the ring takes those of a longer one.
    private First _first;
    private ushort[]? _ring;
    private long _count;

    public void Add(int state)
    {
        var count = _count++;
        if (count < Few)
            _first[(int)count] = (ushort)state;
        else
            AddToRing(count, state);
    }

    public readonly string[] Names(Func<int, string> nameOf)
    {
        var names = new string[Math.Min(_count, Size)];
        for (var i = 0; i < names.Length; i++)
            names[i] = nameOf(At(_count - names.Length + i));
        return names;
    }

    private void AddToRing(long count, int state)
    {
        var ring = _ring ?? Ring();
        ring[(int)count & (ring.Length - 1)] = (ushort)state;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ushort[] Ring()
    {
        // As long as a power of two: a mask gives the place.
        _ring = new ushort[Size];
        ((ReadOnlySpan<ushort>)_first).CopyTo(_ring);
        return _ring;
    }

    private readonly int At(long index) =>
        _ring is null ? _first[(int)index] : _ring[(int)index & (Size - 1)];

    [InlineArray(Few)]
    private struct First
    {
        private ushort _state;
    }
}
