using System.Runtime.CompilerServices;

namespace Cano;

/// <summary>The most recent states of a run by number. Constant in size, however long the run is.</summary>
internal struct RunPath
{
    private const int Size = 64;

    private Ring _ring;
    private long _count;

    public void Add(int state) => _ring[(int)(_count++ % Size)] = (ushort)state;

    public readonly string[] Names(Func<int, string> nameOf)
    {
        var names = new string[Math.Min(_count, Size)];
        for (var i = 0; i < names.Length; i++) names[i] = nameOf(_ring[(int)((_count - names.Length + i) % Size)]);
        return names;
    }

    [InlineArray(Size)]
    private struct Ring
    {
        private ushort _first;
    }
}
