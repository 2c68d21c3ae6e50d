namespace Cano.Faster.Frames;

/// <summary>Where something lies in the log.</summary>
/// <param name="Address">Where it begins.</param>
/// <param name="Size">How many bytes it takes, empty page ends between its parts included.</param>
internal readonly record struct LogSpan(long Address, long Size)
{
    /// <summary>The address after it.</summary>
    public long End => Address + Size;

    public static LogSpan Between(long address, long end) => new(address, end - address);
}
