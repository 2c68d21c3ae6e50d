using System.Globalization;
using Cano.Runtime.Checkpoints;

namespace Cano.Postgres.Commits;

/// <summary>A tag as one text, so that an index finds it: the length of its name, the name, the value, as
/// "6:region=eu".</summary>
internal static class TagText
{
    public static string Of(KeyValuePair<string, string> tag) =>
        string.Create(CultureInfo.InvariantCulture, $"{tag.Key.Length}:{tag.Key}={tag.Value}");

    public static string[] Of(RunTags tags) => [.. tags.Select(Of)];

    public static RunTags Read(string[]? texts) =>
        texts is null
            ? RunTags.None
            : RunTags.Of([.. texts.Select(Read).OrderBy(tag => tag.Key, StringComparer.Ordinal)]);

    private static KeyValuePair<string, string> Read(string text)
    {
        var at = text.IndexOf(':', StringComparison.Ordinal);
        var length = int.Parse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture);
        return new(text.Substring(at + 1, length), text[(at + length + 2)..]);
    }
}
