using System.Globalization;
using System.Text.RegularExpressions;

namespace Cano.Examples.Agent;

/// <summary>What the model says of a task, line by line.</summary>
public sealed partial class Script
{
    private const string PlanWord = "plan ";
    private const string OtherwiseWord = "otherwise ";

    private readonly List<(string Says, string? Otherwise)> _lines = [];

    private Script() { }

    public required string Plan { get; init; }

    /// <summary>A line with the plan, and then one for each reply. "otherwise" begins what is said in place
    /// of the next line when what the line before wanted has failed.</summary>
    /// <exception cref="InvalidDataException">It is no script.</exception>
    public static Script Read(string path)
    {
        var lines = File.ReadLines(path)
            .Select(line => line.Trim())
            .Where(line => line is not ("" or ['#', ..]));
        if (
            lines.ToList() is not [var first, _, ..] all
            || !first.StartsWith(PlanWord, StringComparison.Ordinal)
        )
            throw new InvalidDataException($"{path}: a plan comes first, and then what to do");
        var script = new Script { Plan = first[PlanWord.Length..] };
        foreach (var line in all.Skip(1))
            script.Add(line);
        return script;
    }

    /// <summary>The reply to what was done. A script that ends without an answer says its last line for
    /// ever.</summary>
    public string After(IReadOnlyList<Deed> deeds)
    {
        var before = deeds.Count > 0 ? _lines[Math.Min(deeds.Count, _lines.Count) - 1] : default;
        var says =
            deeds is [.., { HasFailed: true }] && before.Otherwise is { } otherwise
                ? otherwise
                : _lines[Math.Min(deeds.Count, _lines.Count - 1)].Says;
        return Place().Replace(says, place => ObservationOf(place, deeds));
    }

    private void Add(string line)
    {
        if (!line.StartsWith(OtherwiseWord, StringComparison.Ordinal))
            _lines.Add((line, null));
        else if (_lines.Count > 0)
            _lines[^1] = (_lines[^1].Says, line[OtherwiseWord.Length..]);
        else
            throw new InvalidDataException("'otherwise' comes behind what may fail");
    }

    /// <summary>"{2}" is what came of the second call, "{last}" of the newest.</summary>
    private static string ObservationOf(Match place, IReadOnlyList<Deed> deeds)
    {
        var step =
            place.Groups[1].Value == "last"
                ? deeds.Count
                : int.Parse(place.Groups[1].Value, CultureInfo.InvariantCulture);
        return step >= 1 && step <= deeds.Count ? deeds[step - 1].Observation : place.Value;
    }

    [GeneratedRegex(@"\{(\d\d?|last)\}")]
    private static partial Regex Place();
}
