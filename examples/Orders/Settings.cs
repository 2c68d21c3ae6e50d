namespace Cano.Examples.Orders;

/// <summary>What the service is told: on its command line, in its environment or in appsettings.json, each
/// under "Orders"; what its engine is told, under "Cano".</summary>
public sealed class Settings
{
    public const string Usage = """
        Takes orders over HTTP, and loses none of them.

        Usage: Orders [--urls URL] [--Orders:NAME VALUE] [--Cano:NAME VALUE] [--Logging:LogLevel:CATEGORY LEVEL]

          --Orders:Books DIRECTORY     where bank and warehouse keep their books; data/books unless given
          --Orders:Version 1|2         the version of the workflow that new orders get; 1 unless given
          --Orders:Pace MILLISECONDS   how long a request to bank or warehouse is on its way, and again its
                                       answer; 500 unless given
          --Cano:Journal DIRECTORY     where runs are journaled; data/journal unless given
          --Cano:SuspendGrace SPAN     how long steps under way are awaited at a stop; 00:00:05 unless given
          --Cano:Retention WHICH       how long orders are kept that have ended; 30 days unless given
        """;

    public string Books { get; set; } = "data/books";

    public int Version { get; set; } = 1;

    public int Pace { get; set; } = 500;

    /// <summary>An argument that it does not know; null when it knows all of them.</summary>
    public static string? UnknownOf(string[] args) =>
        args.Where((argument, place) => place % 2 == 0 && !IsKnown(argument)).FirstOrDefault()
        ?? (args.Length % 2 == 0 ? null : args[^1]);

    private static bool IsKnown(string argument) =>
        argument is "--urls"
        || argument.StartsWith("--Logging:", StringComparison.Ordinal)
        || IsOf<Settings>("Orders", argument)
        || IsOf<CanoHostOptions>(CanoHostOptions.Section, argument);

    private static bool IsOf<TSettings>(string section, string argument) =>
        typeof(TSettings).GetProperties().Any(known => argument == $"--{section}:{known.Name}");
}
