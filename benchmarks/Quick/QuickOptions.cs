using System.Globalization;

namespace Cano.Benchmarks.Quick;

/// <summary>What a program that measures workloads is told.</summary>
/// <param name="Filter">What the name of a workload must hold.</param>
/// <param name="Rounds">How often each is timed.</param>
internal sealed record QuickOptions(string Filter, int Rounds)
{
    private const int RoundsMin = 7;

    public static readonly string Usage = $"[--filter TEXT] [--rounds N]   (N at least {RoundsMin})";

    /// <summary>None where the words are no options.</summary>
    public static QuickOptions? Read(ReadOnlySpan<string> words)
    {
        var options = new QuickOptions("", RoundsMin);
        for (; words.Length >= 2; words = words[2..])
        {
            if (words[0] == "--filter")
                options = options with { Filter = words[1] };
            else if (words[0] == "--rounds" && RoundsOf(words[1]) is { } rounds)
                options = options with { Rounds = rounds };
            else
                return null;
        }

        return words.IsEmpty ? options : null;
    }

    private static int? RoundsOf(string word) =>
        int.TryParse(word, CultureInfo.InvariantCulture, out var rounds) && rounds >= RoundsMin
            ? rounds
            : null;
}
