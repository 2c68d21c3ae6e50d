namespace Cano.Cluster.Servers;

/// <summary>The programs of PostgreSQL on this machine.</summary>
internal static class PostgresPrograms
{
    private const string Debians = "/usr/lib/postgresql";

    /// <summary>The folder of the newest; null: there is none.</summary>
    public static string? Folder { get; } =
        Packaged()
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(folder =>
                File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl"))
            );

    /// <summary>Why whatever needs them is skipped.</summary>
    public const string Missing =
        "There is no PostgreSQL on this machine: install Debian's package `postgresql`.";

    private static IEnumerable<string> Packaged() =>
        Directory.Exists(Debians)
            ? Directory
                .GetDirectories(Debians)
                .OrderByDescending(version =>
                    int.TryParse(Path.GetFileName(version), out var number) ? number : 0
                )
                .Select(version => Path.Combine(version, "bin"))
            : [];
}
