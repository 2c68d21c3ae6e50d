namespace Cano.Faster.Frames;

/// <summary>A row as the log holds it.</summary>
/// <param name="Head">Of its last frame.</param>
/// <param name="Body">Its parts put together.</param>
internal readonly record struct RawRow(FrameHead Head, ReadOnlyMemory<byte> Body);
