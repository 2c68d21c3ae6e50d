using System.Globalization;

namespace Cano.Benchmarks.Peers;

/// <summary>The medians as docs/performance.md shows them.</summary>
internal sealed class PeerTable
{
    private readonly List<(Entry Entry, string Unit, double Median)> _medians = [];

    public void Add(Entry entry, string unit, double median) => _medians.Add((entry, unit, median));

    public string ToMarkdown() =>
        string.Join(
            '\n',
            [
                "",
                "| workload (unit) | Cano | by hand | others |",
                "|---|---|---|---|",
                .. _medians.GroupBy(it => it.Entry.Workload).Select(Row),
                "",
                $"Versions: {string.Join(", ", Versions())}.",
            ]
        );

    private static string Row(IGrouping<string, (Entry Entry, string Unit, double Median)> workload)
    {
        var others = workload
            .Where(it => it.Entry.Peer is not (Entry.Cano or Entry.ByHand))
            .OrderBy(it => it.Median)
            .Select(it => $"{it.Entry.Peer} {Time(it.Median)}");
        return $"| `{workload.Key}` ({workload.First().Unit}) | {Of(Entry.Cano)} | {Of(Entry.ByHand)} "
            + $"| {string.Join(", ", others)} |";

        string Of(string peer) =>
            workload.Where(it => it.Entry.Peer == peer).Select(it => Time(it.Median)).SingleOrDefault("–");
    }

    private IEnumerable<string> Versions() =>
        _medians
            .Where(it => it.Entry.Version is not null)
            .Select(it => $"{it.Entry.Peer} {it.Entry.Version}")
            .Distinct()
            .Order(StringComparer.Ordinal);

    /// <summary>Three digits that count.</summary>
    private static string Time(double ns) =>
        ns switch
        {
            < 1_000 => $"{Digits(ns)} ns",
            < 1_000_000 => $"{Digits(ns / 1_000)} µs",
            _ => $"{Digits(ns / 1_000_000)} ms",
        };

    private static string Digits(double number) =>
        number.ToString(
            number switch
            {
                < 10 => "0.00",
                < 100 => "0.0",
                _ => "0",
            },
            CultureInfo.InvariantCulture
        );
}
