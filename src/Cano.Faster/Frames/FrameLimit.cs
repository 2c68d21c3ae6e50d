using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Frames;

/// <summary>What fits into the journal.</summary>
internal static class FrameLimit
{
    /// <summary>The longest row, in bytes of its body.</summary>
    public const int BodyMax = RowLimits.Body;

    /// <summary>The longest owner of a claim, in bytes of UTF-8: a claim is one frame.</summary>
    public const int OwnerMax = 4096;

    public static void CheckClaim(string id, int ownerLength)
    {
        Check(id, sequence: 0, bodyLength: 0);
        if (ownerLength > OwnerMax)
            throw JournalError.Of(
                $"the owner that claims run_id={id} has {ownerLength} bytes of UTF-8; a journal takes {OwnerMax}"
            );
    }

    public static void CheckEntry(string id, int bodyLength)
    {
        Check(id, sequence: 0, bodyLength: 0);
        if (bodyLength > BodyMax)
            throw JournalError.Of(
                $"what is sent to run_id={id} has {bodyLength} bytes; a journal takes {BodyMax}: keep large "
                    + "data elsewhere and send a reference to it"
            );
    }

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
