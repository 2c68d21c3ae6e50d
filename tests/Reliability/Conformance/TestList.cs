using System.Text.RegularExpressions;

namespace Cano.Reliability.Conformance;

/// <summary>A test as its source tells of it.</summary>
/// <param name="Name">Its name, with spaces between the words.</param>
/// <param name="Ids">The behaviours that it covers, as its traits say.</param>
internal sealed record CountedTest(string Name, IReadOnlyList<string> Ids);

/// <summary>The tests of the repository, read from their sources, in either language.</summary>
internal static partial class TestList
{
    public static IReadOnlyList<CountedTest> Read() =>
        [
            .. Repository
                .Files("tests", "*.?s")
                .SelectMany(Of)
                .OrderBy(test => test.Name, StringComparer.Ordinal),
        ];

    private static List<CountedTest> Of(string file)
    {
        var text = File.ReadAllText(file);
        var name = Path.GetFileName(file);
        Broken.Unless(!Skipped().IsMatch(text), $"{name} skips a test");
        var tests = Test().Matches(text).Select(Counted).ToList();
        Broken.Unless(
            Attribute().Count(text) == tests.Count,
            $"{name} has a test in a form that is not counted"
        );
        var counted = Test().Matches(text).Sum(test => Trait().Count(test.Groups["attributes"].Value));
        Broken.Unless(
            Trait().Count(text) == counted,
            $"{name} has an ID that is not among a test's attributes"
        );
        return tests;
    }

    private static CountedTest Counted(Match test)
    {
        var name = test.Groups["name"].Value.Replace('_', ' ');
        var traits = Trait()
            .Matches(test.Groups["attributes"].Value)
            .Select(trait => trait.Groups["id"].Value);
        Broken.Unless(!Id().IsMatch(name), $"{name} begins with an ID, which is to be a trait");
        return new(name, [.. traits]);
    }

    [GeneratedRegex(@"^[A-Z]\d{1,2} ")]
    private static partial Regex Id();

    [GeneratedRegex(
        @"^ *\[<?(Fact|BrowserFact|PostgresFact|Theory|PostgresTheory|Law)\b",
        RegexOptions.Multiline
    )]
    private static partial Regex Attribute();

    // The name ends the first line after the attributes that declares a member; in C# its type stands before
    // it.
    [GeneratedRegex(
        """^ *\[<?(Fact|BrowserFact|PostgresFact|Theory|PostgresTheory|Law)\b(?<attributes>(?:.*\n)+?) *(public (async )?(Task|void) (?<name>\w+)\(|member \w+\.``(?<name>[^`]+)``)""",
        RegexOptions.Multiline
    )]
    private static partial Regex Test();

    [GeneratedRegex("""\bTrait\("ID", "(?<id>[^"]*)"\)""")]
    private static partial Regex Trait();

    [GeneratedRegex(@"^ *\[<?(Fact|Theory)\([^)]*Skip", RegexOptions.Multiline)]
    private static partial Regex Skipped();
}
