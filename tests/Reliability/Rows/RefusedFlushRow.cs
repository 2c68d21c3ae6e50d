using System.Globalization;
using Cano.Reliability.Children;
using Cano.Reliability.Refusing;

namespace Cano.Reliability.Rows;

/// <summary>The system refuses flushes of a process, the n-th or all, for every reason there is.</summary>
internal static class RefusedFlushRow
{
    /// <summary>How many journals one process writes.</summary>
    private const int TrialsPerChild = 250;

    public static ScoreRow Row { get; } =
        new(
            21,
            "refused-flush",
            "a flush that the system refuses is told, and nothing that it held is acknowledged",
            60,
            2000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var seen = new Dictionary<string, int>();
        for (var from = 0; from < trials.Count; from += TrialsPerChild)
        {
            var until = Math.Min(trials.Count, from + TrialsPerChild);
            using var child = Child.Start("refuse", Text(from), Text(until), Text(trials.Seed));
            var lines = await child.RestAsync();
            if (lines is [{ } first, ..] && first.StartsWith(Refuser.Unavailable, StringComparison.Ordinal))
                return $"SKIPPED: {first[Refuser.Unavailable.Length..]}";

            foreach (var line in lines)
            {
                Broken.Unless(!line.StartsWith(Refused.Wrong, StringComparison.Ordinal), line);
                seen[line] = seen.GetValueOrDefault(line) + 1;
            }

            Broken.Unless(lines.Count == until - from, $"{lines.Count} of {until - from} trials ended");
        }

        return $"{seen.GetValueOrDefault("told"):N0} refusals told, {seen.GetValueOrDefault("repeated"):N0} "
            + $"interruptions repeated, {seen.GetValueOrDefault("not-met"):N0} came to nothing; 0 swallowed";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
