using System.Text;

namespace Cano.Faster.Frames;

/// <summary>Shows UTF-8 bytes as characters without making a text of them.</summary>
internal sealed class Utf8Chars
{
    private char[] chars = new char[Frame.RunIdMax];

    /// <summary>The characters, until the next call.</summary>
    public ReadOnlySpan<char> Of(ReadOnlySpan<byte> utf8)
    {
        // A byte of UTF-8 is at most one character.
        if (chars.Length < utf8.Length)
            chars = new char[utf8.Length];
        return chars.AsSpan(0, Encoding.UTF8.GetChars(utf8, chars));
    }
}
