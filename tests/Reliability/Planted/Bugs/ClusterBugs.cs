namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes of the store in PostgreSQL in who may write, and who is dead.</summary>
internal static class ClusterBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "fence-not-compared-in-postgres",
            "src/Cano.Postgres/Commits/RowStatements.cs",
            "    public const string Next = $\"\"\"",
            "    public static string Next => ON ? Judged.Replace(\" and r.fence <= a.fence\", \"\") : Judged;\n\n"
                + "    private const string Judged = $\"\"\"",
            Check.Row("node-pause", 12)
        ),
        new(
            "cut-off-node-buries-in-postgres",
            "src/Cano.Postgres/Nodes/NodeStatements.cs",
            "    public const string Bury = \"\"\"",
            "    public static string Bury => ON ? Watching.Replace(\" and t.now - w.beats_since >= n.span\", \"\") : Watching;\n\n"
                + "    private const string Watching = \"\"\"",
            Check.Row("db-restart", 8)
        ),
    ];
}
