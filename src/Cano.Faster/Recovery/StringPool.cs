using Cano.Faster.Frames;

namespace Cano.Faster.Recovery;

/// <summary>One object for equal texts: a journal of a million runs has few states.</summary>
internal sealed class StringPool
{
    private readonly HashSet<string> texts = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly Utf8Chars chars = new();

    public StringPool() => lookup = texts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The text of UTF-8 bytes.</summary>
    public string Of(ReadOnlySpan<byte> utf8)
    {
        return Of(chars.Of(utf8));
    }

    /// <summary>The shared one of equal texts.</summary>
    public string Of(ReadOnlySpan<char> sought)
    {
        if (lookup.TryGetValue(sought, out var shared))
            return shared;

        var text = sought.ToString();
        texts.Add(text);
        return text;
    }
}
