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

/// <summary>A test that needs PostgreSQL; skipped, with this reason, where there is none.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (PostgresPrograms.Folder is null)
            Skip = Missing;
    }

    public const string Missing =
        "There is no PostgreSQL on this machine: install Debian's package `postgresql`.";
}

/// <summary>Cases of a test that needs PostgreSQL.</summary>
internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute()
    {
        if (PostgresPrograms.Folder is null)
            Skip = PostgresFactAttribute.Missing;
    }
}
