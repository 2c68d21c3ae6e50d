namespace Cano.Reliability.Planted;

/// <summary>A bug that can be switched on in a build made for it.</summary>
/// <param name="Name">The name of its switch.</param>
/// <param name="File">The source it lives in.</param>
/// <param name="Original">A piece of that source; it must be there exactly once.</param>
/// <param name="Mutated">What stands in its place; `ON` is the condition that the switch is on.</param>
/// <param name="Checks">What is to catch it.</param>
internal sealed record PlantedBug(
    string Name,
    string File,
    string Original,
    string Mutated,
    params Check[] Checks
);

/// <summary>A row of the scoreboard, or a class of laws.</summary>
internal abstract record Check
{
    private Check() { }

    /// <summary>A row, run this often.</summary>
    public sealed record OfRow(string Name, int Count) : Check
    {
        public override string ToString() => $"row {Name}";
    }

    /// <summary>All laws of a class in tests/Properties.</summary>
    public sealed record OfLaws(string Class) : Check
    {
        public override string ToString() => $"laws {Class}";
    }

    public static Check Row(string name, int count) => new OfRow(name, count);

    public static Check Laws(string name) => new OfLaws(name);
}
