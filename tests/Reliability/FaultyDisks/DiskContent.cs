namespace Cano.FaultyDisks;

/// <summary>Bytes that grow as they are written; what lies between is zeros. An array it was begun with is
/// copied before it is changed.</summary>
internal sealed class DiskContent(byte[] begun)
{
    private byte[] _bytes = begun;
    private bool _isShared = true;

    public int Length { get; private set; } = begun.Length;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public byte[] ToArray() => _isShared && Length == _bytes.Length ? _bytes : Span.ToArray();

    /// <summary>A copy that can change by itself.</summary>
    public DiskContent Copy() => new(ToArray());

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        var end = checked((int)position + bytes.Length);
        Own(end);
        bytes.CopyTo(_bytes.AsSpan((int)position));
        Length = Math.Max(Length, end);
    }

    public void Resize(long length)
    {
        var size = checked((int)length);
        Own(size);
        if (size < Length)
            _bytes.AsSpan(size, Length - size).Clear();
        Length = size;
    }

    private void Own(int size)
    {
        if (!_isShared && size <= _bytes.Length)
            return;
        var capacity = size <= _bytes.Length ? _bytes.Length : Math.Max(size, Length * 2);
        var own = new byte[capacity];
        Span.CopyTo(own);
        (_bytes, _isShared) = (own, false);
    }
}
