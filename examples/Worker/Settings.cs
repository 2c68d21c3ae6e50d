using System.Globalization;

namespace Cano.Examples.Worker;

/// <summary>What the worker is told, under "Station"; what its engine is told, under "Cano".</summary>
public sealed class Settings
{
    public const string Usage = """
        Reads gauges on a schedule, and reports.

        Usage: Worker [--Station:NAME VALUE] [--Cano:NAME VALUE] [--Logging:LogLevel:CATEGORY LEVEL]

          --Station:Archive FILE     where readings and reports are kept; data/readings.tsv unless given
          --Station:Seconds NUMBER   how long from one reading to the next; 10 unless given
          --Station:Report CRON      when it reports; 0 6 * * * unless given
          --Cano:Journal DIRECTORY   where runs are journaled; data/journal unless given
        """;

    public required string Archive { get; init; }

    public required int Seconds { get; init; }

    public required string Report { get; init; }

    /// <summary>As the configuration gives it.</summary>
    public static Settings Of(Func<string, string?> configured) =>
        new()
        {
            Archive = configured("Station:Archive") ?? "data/readings.tsv",
            Seconds = int.Parse(configured("Station:Seconds") ?? "10", CultureInfo.InvariantCulture),
            Report = configured("Station:Report") ?? "0 6 * * *",
        };

    /// <summary>An argument that it does not know; null when it knows all of them.</summary>
    public static string? UnknownOf(string[] args) =>
        args.Where((argument, place) => place % 2 == 0 && !IsKnown(argument)).FirstOrDefault()
        ?? (args.Length % 2 == 0 ? null : args[^1]);

    private static bool IsKnown(string argument) =>
        argument is "--Station:Archive" or "--Station:Seconds" or "--Station:Report"
        || argument.StartsWith("--Cano:", StringComparison.Ordinal)
        || argument.StartsWith("--Logging:", StringComparison.Ordinal);
}
