using System.Globalization;

namespace Cano.Benchmarks.Peers;

/// <summary>The medians, and the least in brackets, as docs/performance.md shows them.</summary>
internal sealed class PeerTable
{
    private readonly List<Line> _lines = [];

    public void Add(Line line) => _lines.Add(line);

    public string ToMarkdown() =>
        string.Join(
            '\n',
            [
                "",
                "| workload (unit) | Cano | by hand | others |",
                "|---|---|---|---|",
                .. _lines.GroupBy(it => it.Entry.Workload).Select(Row),
                "",
                $"Versions: {string.Join(", ", Versions())}.",
            ]
        );

    private static string Row(IGrouping<string, Line> workload)
    {
        var others = workload
            .Where(it => it.Entry.Peer is not (Entry.Cano or Entry.ByHand))
            .OrderBy(it => it.Median)
            .Select(it => $"{it.Entry.Peer} {it.Times}");
        return $"| `{workload.Key}` ({workload.First().Unit}) | {Of(Entry.Cano)} | {Of(Entry.ByHand)} "
            + $"| {string.Join(", ", others)} |";

        string Of(string peer) =>
            workload.Where(it => it.Entry.Peer == peer).Select(it => it.Times).SingleOrDefault("–");
    }

    private IEnumerable<string> Versions() =>
        _lines
            .Where(it => it.Entry.Version is not null)
            .Select(it => $"{it.Entry.Peer} {it.Entry.Version}")
            .Distinct()
            .Order(StringComparer.Ordinal);

    /// <summary>What one entry's rounds showed.</summary>
    public sealed record Line(Entry Entry, string Unit, double Median, double Least)
    {
        /// <summary>In the median's unit, with three digits that count.</summary>
        public string Times
        {
            get
            {
                var (of, unit) = Median switch
                {
                    < 1_000 => (1, "ns"),
                    < 1_000_000 => (1_000, "µs"),
                    _ => (1_000_000, "ms"),
                };
                return $"{Digits(Median / of)} ({Digits(Least / of)}) {unit}";
            }
        }

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
}
