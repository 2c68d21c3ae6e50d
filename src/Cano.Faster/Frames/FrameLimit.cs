using System.Text;

namespace Cano.Faster.Frames;

/// <summary>What fits into the journal.</summary>
internal static class FrameLimit
{
    /// <summary>The longest row, in bytes of its body: 64 MiB of payload, and its names.</summary>
    public const int BodyMax = (64 << 20) + (1 << 16);

    private static readonly UTF8Encoding s_strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    public static void Check(string id, long sequence, int bodyLength)
    {
        if (IdLength(id) is 0 or > Frame.RunIdMax)
            throw JournalError.Of($"a run id takes 1 to {Frame.RunIdMax} bytes of UTF-8; '{id}' does not");
        if (bodyLength > BodyMax)
            throw JournalError.Of(
                $"the row run_id={id} sequence={sequence} has {bodyLength} bytes; a journal takes "
                    + $"{BodyMax}: keep large data elsewhere and journal a reference to it"
            );
    }

    /// <summary>0 for a text that UTF-8 cannot give back, such as half a surrogate pair.</summary>
    private static int IdLength(string id)
    {
        try
        {
            return s_strict.GetByteCount(id);
        }
        catch (EncoderFallbackException)
        {
            return 0;
        }
    }
}
