using System.Text;

namespace Cano.Runtime.Checkpoints;

/// <summary>What the id of a journaled run may be.</summary>
internal static class RunIdRule
{
    /// <summary>The longest, in bytes of UTF-8.</summary>
    public const int BytesMax = 1024;

    private static readonly UTF8Encoding s_strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>What is wrong with an id; null when nothing is.</summary>
    public static string? Problem(string id) =>
        Length(id) is 0 or > BytesMax
            ? $"a run id takes 1 to {BytesMax} bytes of UTF-8; '{id}' does not"
            : null;

    /// <summary>0 for a text that UTF-8 cannot give back, such as half a surrogate pair.</summary>
    private static int Length(string id)
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
