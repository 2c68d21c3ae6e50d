namespace Cano.Reliability.Starts;

/// <summary>What was tried, and what came of it.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, int> _deeds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _ends = new(StringComparer.Ordinal);

    public int Races { get; set; }

    public int Steps { get; set; }

    public long Lists { get; set; }

    public int Kills { get; set; }

    public int Reopenings { get; set; }

    public void Add(DeedKind deed) => Add(_deeds, deed.ToString());

    public void End(RunStatus status) => Add(_ends, status.ToString());

    public override string ToString() =>
        $"{Told(_deeds)}; {Reopenings:N0} closed, {Kills:N0} killed; {Races:N0} races of {Steps:N0} steps; "
        + $"{Lists:N0} lists as the model's; ends: {Told(_ends)}";

    private static void Add(SortedDictionary<string, int> counts, string what) =>
        counts[what] = counts.GetValueOrDefault(what) + 1;

    private static string Told(SortedDictionary<string, int> counts) =>
        string.Join(", ", counts.Select(count => $"{count.Value:N0} {count.Key}"));
}
