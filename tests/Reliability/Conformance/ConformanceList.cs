using System.Text.RegularExpressions;

namespace Cano.Reliability.Conformance;

/// <summary>A behaviour of the conformance list.</summary>
/// <param name="Id">A letter for its section and a number.</param>
/// <param name="Title">What it is about.</param>
/// <param name="ReplacedBy">The ID of the behaviour that replaces it; null when it stands.</param>
/// <param name="Excuse">Why no test needs to cover it: `later: …` or `moot: …`; null when one must.</param>
internal sealed record Behaviour(string Id, string Title, string? ReplacedBy, string? Excuse);

/// <summary>The list that is checked in beside the scoreboard.</summary>
internal static partial class ConformanceList
{
    public static IReadOnlyList<Behaviour> Read()
    {
        using var list = typeof(ConformanceList).Assembly.GetManifestResourceStream("conformance.txt")!;
        using var reader = new StreamReader(list);
        var behaviours = new List<Behaviour>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var parts = Line().Match(line);
            Broken.Unless(parts.Success, $"the list of behaviours has a line that cannot be read: {line}");
            behaviours.Add(
                new(parts.Groups["id"].Value, parts.Groups["title"].Value, Value(parts, "by"), Value(parts, "excuse"))
            );
        }

        return behaviours;
    }

    private static string? Value(Match parts, string name) =>
        parts.Groups[name] is { Success: true } group ? group.Value : null;

    [GeneratedRegex(@"^(?<id>[A-Z]\d+) (?<title>[^|]+?)( => (?<by>[A-Z]\d+))?( \| (?<excuse>(later|moot): .+))?$")]
    private static partial Regex Line();
}
