using System.Text;

namespace Cano.Runtime.Checkpoints;

/// <summary>What of a text UTF-8 gives back: half a surrogate pair comes back as another character, so that
/// two names may become one, and one another.</summary>
internal static class StoredText
{
    private static readonly UTF8Encoding s_strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>How many bytes it takes; null when it would come back as another.</summary>
    public static int? Length(string text)
    {
        try
        {
            return s_strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }
}
