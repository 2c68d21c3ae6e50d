using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Frames;

/// <summary>What fits into the journal.</summary>
internal static class FrameLimit
{
    /// <summary>The longest row, in bytes of its body: 64 MiB of payload, and its names.</summary>
    public const int BodyMax = (64 << 20) + (1 << 16);

    public static void Check(string id, long sequence, int bodyLength)
    {
        if (RunIdRule.Problem(id) is { } problem)
            throw JournalError.Of(problem);
        if (bodyLength > BodyMax)
            throw JournalError.Of(
                $"the row run_id={id} sequence={sequence} has {bodyLength} bytes; a journal takes "
                    + $"{BodyMax}: keep large data elsewhere and journal a reference to it"
            );
    }
}
