using System.Text.RegularExpressions;

namespace Cano.Reliability.Conformance;

/// <summary>A behaviour that Cano promises.</summary>
/// <param name="Id">A letter for its section and a number.</param>
/// <param name="Sentence">What is promised.</param>
/// <param name="ReplacedBy">The ID of the behaviour that says it as well; null when this one stands for
/// itself.</param>
/// <param name="Excuse">Why no test covers it: `later: …` or `moot: …`; null when one must.</param>
internal sealed record Behaviour(string Id, string Sentence, string? ReplacedBy, string? Excuse)
{
    /// <summary>Whether it says that no test carries it.</summary>
    public bool IsLeft => ReplacedBy is not null || Excuse is not null;
}

/// <summary>The behaviours of docs/behaviours.md.</summary>
internal static partial class BehaviourList
{
    public static IReadOnlyList<Behaviour> Read() => [.. Lines().Select(Parse)];

    private static IEnumerable<string> Lines() =>
        File.ReadLines(Path.Combine(SolutionFolder.Path, "docs", "behaviours.md"))
            .Where(line => line.Contains("**"));

    private static Behaviour Parse(string line)
    {
        var parts = Line().Match(line);
        Broken.Unless(parts.Success, $"docs/behaviours.md has a line that cannot be read: {line}");
        return new(
            parts.Groups["id"].Value,
            parts.Groups["sentence"].Value,
            Value(parts, "by"),
            Value(parts, "excuse")
        );
    }

    private static string? Value(Match parts, string name) =>
        parts.Groups[name] is { Success: true } group ? group.Value : null;

    // - **A3** A sentence. *(replaced by Y27)*
    [GeneratedRegex(
        @"^- \*\*(?<id>[A-Z]\d{1,2})\*\* (?<sentence>[^*]+\.)( \*\((replaced by (?<by>[A-Z]\d{1,2})|(?<excuse>(later|moot): [^*]+))\)\*)?$"
    )]
    private static partial Regex Line();
}
