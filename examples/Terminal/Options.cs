using System.Globalization;

namespace Cano.Examples.Terminal;

/// <summary>What stands on the command line: an option and its value, and again.</summary>
public static class Options
{
    /// <summary>In pairs; the last value is empty when there is none.</summary>
    public static IEnumerable<(string Name, string Value)> Of(IReadOnlyList<string> arguments) =>
        arguments.Chunk(2).Select(pair => (pair[0], pair.ElementAtOrDefault(1) ?? ""));

    public static MistakeException Unknown(string name) => new($"what is '{name}'? See --help");

    public static string Folder(string option, string value) =>
        value is "" or ['-', '-', ..]
            ? throw new MistakeException($"{option} needs a value")
            : Path.GetFullPath(value);

    /// <summary>"90s" is a minute and a half.</summary>
    public static TimeSpan Span(string option, string text)
    {
        var unit = text.EndsWith("ms", StringComparison.Ordinal) ? 2 : Math.Min(1, text.Length);
        return ushort.TryParse(text[..^unit], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? text[^unit..] switch
            {
                "ms" => TimeSpan.FromMilliseconds(count),
                "s" => TimeSpan.FromSeconds(count),
                "m" => TimeSpan.FromMinutes(count),
                "h" => TimeSpan.FromHours(count),
                "d" => TimeSpan.FromDays(count),
                _ => throw NoSpan(option, text),
            }
            : throw NoSpan(option, text);
    }

    private static MistakeException NoSpan(string option, string text) =>
        new($"{option} takes a time such as 30s, 2m, 1h or 5d, and '{text}' is none");
}
