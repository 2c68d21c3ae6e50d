using System.Globalization;

namespace Cano.Examples.Terminal;

/// <summary>What stands on the command line: an option and its value, and again.</summary>
public static class Options
{
    /// <summary>In pairs; the last value is empty when there is none.</summary>
    public static IEnumerable<(string Name, string Value)> Of(IReadOnlyList<string> arguments) =>
        arguments.Chunk(2).Select(pair => (pair[0], pair.ElementAtOrDefault(1) ?? ""));

    public static MistakeException Unknown(string name) => new($"what is '{name}'? See --help");

    public static string Folder(string option, string value) => Path.GetFullPath(Given(option, value));

    /// <summary>A value that is there.</summary>
    public static string Given(string option, string value) =>
        value is "" or ['-', '-', ..] ? throw new MistakeException($"{option} needs a value") : value;

    /// <summary>"90s" is a minute and a half.</summary>
    public static TimeSpan Span(string option, string text)
    {
        var unit = Given(option, text).EndsWith("ms", StringComparison.Ordinal) ? 2 : 1;
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

    /// <summary>As it would be typed: "2m" are a hundred and twenty seconds.</summary>
    public static string Text(TimeSpan span) =>
        (span.Ticks % TimeSpan.TicksPerDay, span.Seconds, span.Milliseconds) switch
        {
            _ when span == TimeSpan.Zero => "0s",
            (0, _, _) => $"{span.TotalDays}d",
            (_, _, not 0) => $"{span.TotalMilliseconds}ms",
            (_, not 0, _) => $"{span.TotalSeconds}s",
            _ when span.Minutes == 0 => $"{span.TotalHours}h",
            _ => $"{span.TotalMinutes}m",
        };

    private static MistakeException NoSpan(string option, string text) =>
        new($"{option} takes a time such as 30s, 2m, 1h or 5d, and '{text}' is none");
}
