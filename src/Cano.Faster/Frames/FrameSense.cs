using System.Text.Unicode;

namespace Cano.Faster.Frames;

/// <summary>Whether a frame says what can be. A right checksum tells that bytes are as they were written, not
/// that a journal wrote them: what no journal writes is no frame, so that no run is taken for another, and
/// nothing is counted from numbers that lead nowhere.</summary>
internal static class FrameSense
{
    public static bool IsIn(in FrameView frame) =>
        // Two ids that are no UTF-8 would read as one.
        Utf8.IsValid(frame.RunId)
        && frame.Sequence is >= 0 and < long.MaxValue
        && frame.Fence >= AppendRule.FirstFence
        && frame.Ticks >= 0
        && frame.Ticks <= DateTime.MaxValue.Ticks
        && frame.Place.Durable >= 0
        && frame.Place.Durable <= frame.Place.Address;
}
