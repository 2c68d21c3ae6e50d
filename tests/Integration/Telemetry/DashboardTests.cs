using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cano.Integration.Telemetry;

/// <summary>The dashboard asks for what is measured, as Prometheus calls it, and leaves nothing
/// out.</summary>
public sealed partial class DashboardTests
{
    private static readonly IReadOnlyList<string> s_queries = Queries();

    [Fact]
    [Trait("ID", "R17")]
    public void It_shows_every_instrument_and_no_others()
    {
        var asked = s_queries.Select(Asked);
        Assert.Equal(
            CanoTelemetry.Describe().Select(NameOf).Order(StringComparer.Ordinal),
            asked.Select(Series).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    [Trait("ID", "R17")]
    public void It_groups_by_tags_that_the_instrument_has_alone()
    {
        var tags = TelemetryTableTests
            .Rows()
            .ToDictionary(
                row => NameOf(new(row.Name, row.Kind, row.Unit, row.Help)),
                row => row.Tags.Select(InProm).Append("le").ToHashSet()
            );
        foreach (var query in s_queries)
        {
            var known = tags[Series(Asked(query))];
            var asked = By().Matches(query).SelectMany(by => by.Groups[1].Value.Split(", "));
            Assert.Equal((query, ""), (query, string.Join(", ", asked.Except(known))));
        }
    }

    [Fact]
    [Trait("ID", "R17")]
    public void Histograms_are_asked_for_their_buckets_and_counters_for_their_rates()
    {
        var kinds = CanoTelemetry.Describe().ToDictionary(NameOf, instrument => instrument.Kind);
        foreach (var query in s_queries)
        {
            var name = Asked(query);
            var kind = kinds[Series(name)];
            Assert.Equal(
                (
                    query,
                    kind == InstrumentKind.Histogram,
                    kind <= InstrumentKind.Counter || kind == InstrumentKind.Histogram
                ),
                (
                    query,
                    name.EndsWith("_bucket", StringComparison.Ordinal),
                    query.Contains("rate(", StringComparison.Ordinal)
                )
            );
        }
    }

    /// <summary>What Prometheus calls an instrument: a name of words, its unit, and of counters that they are
    /// totals.</summary>
    private static string NameOf(TelemetryInstrument instrument)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" when !instrument.Name.EndsWith(".bytes", StringComparison.Ordinal) => "_bytes",
            _ => "",
        };
        return InProm(instrument.Name) + unit + (instrument.Kind == InstrumentKind.Counter ? "_total" : "");
    }

    /// <summary>The series of a query, which has one.</summary>
    private static string Asked(string query) => Metric().Matches(By().Replace(query, "")).Single().Value;

    private static string InProm(string name) => name.Replace('.', '_');

    private static string Series(string name) =>
        name.EndsWith("_bucket", StringComparison.Ordinal) ? name[..^"_bucket".Length] : name;

    private static List<string> Queries()
    {
        var file = Path.Combine(SolutionFolder.Path, "docs", "dashboard.json");
        using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
        return
        [
            .. dashboard
                .RootElement.GetProperty("panels")
                .EnumerateArray()
                .Where(panel => panel.TryGetProperty("targets", out _))
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];
    }

    [GeneratedRegex("cano_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"by \(([a-z_, ]*)\)")]
    private static partial Regex By();
}
