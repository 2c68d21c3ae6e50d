namespace Cano.Structure.Tidy;

/// <summary>What may break a rule.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Place">Where, without the number of a line: a folder, a file, or a member of it.</param>
/// <param name="Reason">Why.</param>
internal sealed record TidyException(string Rule, string Place, string Reason)
{
    public bool Covers(Breach breach) =>
        breach.Rule == Rule
        && breach.Place.StartsWith(Place, StringComparison.Ordinal)
        && (breach.Place.Length == Place.Length || breach.Place[Place.Length] is ':' or '/');
}

/// <summary>The exceptions of exceptions.txt: a line each, `rule | place | reason`.</summary>
internal static class Exceptions
{
    public static IReadOnlyList<TidyException> All { get; } =
    [
        .. from line in File.ReadLines(
            Path.Combine(Repository.Root, "tests", "Structure", "Tidy", "exceptions.txt")
        )
        where line.Length > 0 && !line.StartsWith('#')
        let parts = line.Split('|', 3, StringSplitOptions.TrimEntries)
        select new TidyException(parts[0], parts[1], parts[2]),
    ];
}
