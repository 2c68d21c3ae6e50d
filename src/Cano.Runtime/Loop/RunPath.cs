using System.Runtime.CompilerServices;

namespace Cano.Runtime.Loop;

/// <summary>The most recent states of a run by number. Constant in size, however long the run is.</summary>
internal struct RunPath
{
    private const int Size = 64;

    private Ring _ring;
    private long _count;

    public void Add(int state) => _ring[Place(_count++)] = (ushort)state;

    public readonly string[] Names(Func<int, string> nameOf)
    {
        var names = new string[Math.Min(_count, Size)];
        for (var i = 0; i < names.Length; i++)
            names[i] = nameOf(_ring[Place(_count - names.Length + i)]);
        return names;
    }

    // Size is a power of two, so the mask is the remainder.
    private static int Place(long index) => (int)index & (Size - 1);

    [InlineArray(Size)]
    private struct Ring
    {
        private ushort _first;
    }
}
