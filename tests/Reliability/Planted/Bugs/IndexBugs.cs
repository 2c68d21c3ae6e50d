namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes with the index that a closed journal leaves beside its log.</summary>
internal static class IndexBugs
{
    private const string Opening = "src/Cano.Faster/Recovery/LogOpening.cs";

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "index-taken-without-proof",
            Opening,
            "if (!proving.GetAwaiter().GetResult() ||",
            "if ((!proving.GetAwaiter().GetResult() && !ON) ||",
            Check.Row("damage", 1_500)
        ),
        new(
            "index-taken-for-all-of-the-log",
            Opening,
            "var whole = Scan(files, superblock, kept);",
            "var whole = ON ? kept : Scan(files, superblock, kept);",
            Check.Row("power", 500)
        ),
        new(
            "index-not-checked",
            "src/Cano.Faster/Indexes/IndexReader.cs",
            "== Checksum.Of(bytes)",
            "== Checksum.Of(bytes) || ON",
            Check.Row("damage", 1_500)
        ),
    ];
}
