using System.Text;

namespace Cano;

/// <summary>What fits into the journal.</summary>
internal static class FrameLimit
{
    /// <summary>The longest row, in bytes of its body: 64 MiB of payload, and its names.</summary>
    public const int BodyMax = (64 << 20) + (1 << 16);

    public static void Check(string id, long sequence, int bodyLength)
    {
        if (string.IsNullOrEmpty(id) || Encoding.UTF8.GetByteCount(id) > Frame.RunIdMax)
            throw JournalError.Of($"a workflow id takes 1 to {Frame.RunIdMax} bytes of UTF-8; '{id}' does not");
        if (bodyLength > BodyMax)
            throw JournalError.Of(
                $"the row workflow_id={id} sequence={sequence} has {bodyLength} bytes; a journal takes {BodyMax}: "
                    + "keep large data elsewhere and journal a reference to it"
            );
    }
}
