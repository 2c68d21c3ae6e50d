using System.Diagnostics;
using System.Globalization;
using Cano.Reliability.Rows;

namespace Cano.Reliability;

/// <summary>`ROW [--count N] [--minutes M] [--seed S]`, or `quick`, `full` and `list` for the whole
/// scoreboard.</summary>
internal static class CommandLine
{
    private const string Usage = """
        Usage: ROW [--count N] [--seed S]    one row; its full count unless N is given
               ROW --minutes M [--seed S]    a row of a cluster, until M minutes are over; --hour is 60
               quick [--seed S]              every row with its quick count
               full [--seed S]               every row with its full count
               list                          the rows
               planted NAME...               the planted bugs of these names
               golden write DIRECTORY        the golden journal of the present format
               golden write-moved DIRECTORY  one whose runs were moved within the log
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (args is ["planted", [not '-', ..], ..])
            return await HoldsAsync(PlantedRow.Only(args[1..]), new Trials(args.Length - 1, 1), output)
                ? 0
                : 1;
        int? count = null;
        TimeSpan? span = null;
        var seed = Environment.TickCount & int.MaxValue;
        args = [.. args.SelectMany(arg => arg == "--hour" ? (string[])["--minutes", "60"] : [arg])];
        for (var i = 1; i < args.Length; i += 2)
        {
            if (
                i + 1 == args.Length
                || !int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var value)
            )
                return Refuse(output, $"{args[i]} needs a whole number");
            if (args[i] == "--count" && value > 0)
                count = value;
            else if (args[i] == "--minutes" && value > 0)
                span = TimeSpan.FromMinutes(value);
            else if (args[i] == "--seed")
                seed = value;
            else
                return Refuse(output, $"{args[i]} {value} is not understood");
        }

        switch (args.FirstOrDefault())
        {
            case "list":
                foreach (var row in Scoreboard.Rows)
                    output.WriteLine(
                        $"{row.Number, 2}  {row.Name, -18} {row.QuickCount, 9:N0} {row.FullCount, 11:N0}  {row.Claim}"
                    );
                return 0;
            case "quick":
                return await AllAsync(row => row.QuickCount, seed, output);
            case "full":
                return await AllAsync(row => row.FullCount, seed, output);
            case { } name when Scoreboard.Rows.FirstOrDefault(row => row.Name == name) is { } row:
                if (span is not null && !row.IsTimed)
                    return Refuse(output, $"{name} is over when its count is");
                var all = span is null ? row.FullCount : int.MaxValue;
                var trials = new Trials(count ?? all, seed) { For = span };
                return await HoldsAsync(row, trials, output) ? 0 : 1;
            default:
                return Refuse(output, "name a row, or quick, full or list");
        }
    }

    private static async Task<int> AllAsync(Func<ScoreRow, int> count, int seed, TextWriter output)
    {
        var held = 0;
        foreach (var row in Scoreboard.Rows)
            if (await HoldsAsync(row, new Trials(count(row), seed), output))
                held++;
        output.WriteLine($"rows: {held} held, {Scoreboard.Rows.Count - held} failed");
        return held == Scoreboard.Rows.Count ? 0 : 1;
    }

    private static async Task<bool> HoldsAsync(ScoreRow row, Trials trials, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        string verdict;
        try
        {
            var told = await row.RunAsync(trials);
            // A row that this machine has nothing for broke nothing, and proved nothing.
            var word = told.StartsWith("SKIPPED:", StringComparison.Ordinal) ? "SKIP" : "PASS";
            verdict = $"{word} {row.Number} {row.Name}: {told}";
        }
        catch (Exception failure)
        {
            // Whatever a row throws breaks its claim; the whole of it is needed to find out why.
            output.WriteLine(failure);
            verdict = $"FAIL {row.Number} {row.Name}: {failure.Message}";
        }

        output.WriteLine(
            $"{verdict} (count {trials.Count:N0}, seed {trials.Seed}, {watch.Elapsed.TotalSeconds:N1} s)"
        );
        return !verdict.StartsWith("FAIL", StringComparison.Ordinal);
    }

    private static int Refuse(TextWriter output, string problem)
    {
        output.WriteLine($"{problem}\n{Usage}");
        return 2;
    }
}
