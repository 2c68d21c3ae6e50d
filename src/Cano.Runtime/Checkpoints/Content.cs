namespace Cano.Runtime.Checkpoints;

/// <summary>Bytes that may be absent, and compare by what they are.</summary>
internal readonly struct Content(ReadOnlyMemory<byte>? bytes) : IEquatable<Content>
{
    // Boxed: where they are seldom there, a box takes a third of the space.
    private readonly object? _boxed = bytes;

    public ReadOnlyMemory<byte>? Bytes => (ReadOnlyMemory<byte>?)_boxed;

    public bool Equals(Content other) =>
        _boxed is null || other._boxed is null
            ? _boxed == other._boxed
            : Bytes!.Value.Span.SequenceEqual(other.Bytes!.Value.Span);

    public override bool Equals(object? obj) => obj is Content other && Equals(other);

    public override int GetHashCode() => Bytes?.Length ?? -1;
}
