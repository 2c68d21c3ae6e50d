using System.Text.RegularExpressions;

namespace Cano.Integration.Telemetry;

/// <summary>The guide's tables and what is measured are the same, both ways.</summary>
[Collection(Listens.Name)]
public sealed partial class TelemetryTableTests
{
    private static readonly string s_guide = File.ReadAllText(
        Path.Combine(SolutionFolder.Path, "docs", "telemetry.md")
    );

    [Fact]
    [Trait("ID", "R6"), Trait("ID", "R7")]
    public void Each_instrument_is_described_as_the_guide_has_it()
    {
        Assert.Equal(
            Rows().Select(row => new TelemetryInstrument(row.Name, row.Kind, row.Unit, row.Help)),
            CanoTelemetry.Describe()
        );
    }

    [Fact]
    [Trait("ID", "R6"), Trait("ID", "R7"), Trait("ID", "R10")]
    public async Task What_is_measured_has_the_tags_of_the_guide_and_no_others()
    {
        using var heard = new Heard();
        await Scenes.PlayAsync(heard.Look);
        foreach (var row in Rows())
        {
            var seen = heard.Of(row.Name).SelectMany(measured => measured.Tags.Keys).Distinct();
            Assert.Equal(
                (row.Name, string.Join(", ", row.Tags.Order(StringComparer.Ordinal))),
                (row.Name, string.Join(", ", seen.Order(StringComparer.Ordinal)))
            );
        }
    }

    [Fact]
    [Trait("ID", "R11")]
    public async Task Spans_have_the_tags_and_the_parents_of_the_guide_and_no_others()
    {
        using var traced = new Traced();
        await Scenes.PlayAsync();
        var rows = SpanRow().Matches(s_guide);
        Assert.Equal(
            rows.Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal),
            traced.Begun.Select(Traced.KindOf).Distinct().Order(StringComparer.Ordinal)
        );
        foreach (var row in rows.AsEnumerable())
        {
            var (kind, parent) = (row.Groups[1].Value, row.Groups[2].Value);
            var spans = traced.Of(kind);
            var told = Code().Matches(row.Groups[3].Value).Select(tag => tag.Groups[1].Value);
            Assert.Equal(
                (kind, string.Join(", ", told.Order(StringComparer.Ordinal))),
                (
                    kind,
                    string.Join(
                        ", ",
                        spans
                            .SelectMany(span => span.TagObjects.Select(tag => tag.Key))
                            .Distinct()
                            .Order(StringComparer.Ordinal)
                    )
                )
            );
            if (kind != "run")
                Assert.All(
                    spans,
                    span =>
                        Assert.Equal(
                            parent,
                            Traced.KindOf(traced.Begun.Single(whole => whole.SpanId == span.ParentSpanId))
                        )
                );
        }
    }

    [Fact]
    [Trait("ID", "R13")]
    public void No_span_is_called_what_an_instrument_or_a_tag_is()
    {
        var spans = SpanRow().Matches(s_guide).Select(row => row.Groups[1].Value).ToList();
        Assert.Equal(6, spans.Count);
        var others = Rows().SelectMany(row => row.Tags.Append(row.Name)).ToHashSet();
        Assert.DoesNotContain(spans, others.Contains);
        Assert.DoesNotContain(
            others,
            name => spans.Exists(span => name.StartsWith($"{span} ", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("cano.kind")]
    [InlineData("cano.outcome")]
    [InlineData("cano.doing")]
    [InlineData("cano.circuit")]
    [InlineData("cano.status")]
    [Trait("ID", "R10")]
    public async Task A_tag_has_the_values_of_the_guide_and_no_others(string tag)
    {
        using var heard = new Heard();
        await Scenes.PlayAsync(heard.Look);
        var told = Listed(tag);
        var seen = heard.All.Select(measured => measured.Of(tag)).OfType<string>().ToHashSet();
        // No scene rests while it goes back.
        if (tag == "cano.status")
            told.Remove("rolling_back");
        Assert.Equal(told.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    private static HashSet<string> Listed(string tag)
    {
        var line = s_guide
            .Split('\n')
            .Single(text => text.StartsWith($"| `{tag}` | ", StringComparison.Ordinal));
        return [.. Code().Matches(line).Select(match => match.Groups[1].Value).Skip(1)];
    }

    internal static IReadOnlyList<(
        string Name,
        InstrumentKind Kind,
        string Unit,
        IReadOnlyList<string> Tags,
        string Help
    )> Rows() =>
        [
            .. InstrumentRow()
                .Matches(s_guide)
                .Select(row =>
                    (
                        row.Groups[1].Value,
                        Enum.Parse<InstrumentKind>(row.Groups[2].Value),
                        row.Groups[3].Value,
                        (IReadOnlyList<string>)
                            [.. Code().Matches(row.Groups[4].Value).Select(tag => tag.Groups[1].Value)],
                        row.Groups[5].Value
                    )
                ),
        ];

    [GeneratedRegex(
        @"^\| `(cano\.[a-z.]+)` \| (\w+) \| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$",
        RegexOptions.Multiline
    )]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"^\| `([a-z]+)` \| `?([a-z ]+)`? \| (`cano[^|]+) \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex SpanRow();

    [GeneratedRegex("`([a-z_.]+)`")]
    private static partial Regex Code();
}
