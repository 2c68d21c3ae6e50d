using System.Text;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Errors;

namespace Cano.CSharp.Engine;

/// <summary>The tags that a run is started with.</summary>
internal static class GivenTags
{
    private const int CountMax = 32;
    private const int BytesMax = 4096;

    /// <summary>In the order in which they are kept; null for none.</summary>
    /// <exception cref="CanoException">`configuration`: there are too many, or one of them cannot be
    /// kept.</exception>
    public static KeyValuePair<string, string>[]? Of(StartOptions? options)
    {
        if (options?.Tags is not { Count: > 0 } given)
            return null;
        KeyValuePair<string, string>[] tags = [.. given.OrderBy(tag => tag.Key, StringComparer.Ordinal)];
        var bytes = tags.Sum(tag => BytesOf(tag.Key) + BytesOf(tag.Value));
        if (tags.Length > CountMax || bytes > BytesMax)
            throw InvalidConfiguration.Of(
                $"a run takes at most {CountMax} tags of together {BytesMax} bytes of UTF-8; these are {tags.Length} of {bytes} bytes"
            );
        return tags;
    }

    private static int BytesOf(string? text) =>
        text is not null && StoredText.Length(text) is not null
            ? Encoding.UTF8.GetByteCount(text)
            : throw InvalidConfiguration.Of("a tag's name or value is null, or has half a character");
}
