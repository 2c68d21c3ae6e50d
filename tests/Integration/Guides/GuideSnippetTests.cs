namespace Cano.Integration.Guides;

/// <summary>What the guides show is compiled and run, in whatever language they show it.</summary>
public sealed class GuideSnippetTests
{
    public static TheoryData<string> Guides => [.. GuideSnippets.Guides()];

    [Theory]
    [MemberData(nameof(Guides))]
    public void Every_snippet_of_a_guide_stands_in_a_test_line_by_line(string guide)
    {
        var snippets = GuideSnippets.Of(guide).ToList();
        Assert.NotEmpty(snippets);
        foreach (var snippet in snippets)
        {
            var sources = GuideSnippets.Sources(snippet.Language).ToList();
            Assert.True(
                sources.Count > 0,
                $"Nothing compiles the {snippet.Language} of {guide}:\n{snippet.Text}"
            );
            Assert.True(
                sources.Any(source => Holds(source, snippet)),
                $"{guide} shows what no test runs:\n{snippet.Text}"
            );
        }
    }

    private static bool Holds(IReadOnlyList<string> source, Snippet snippet) =>
        snippet.IsProgram
            ? snippet.Lines.Where(line => line is not ("" or "using Cano;")).All(line => Stands(source, line))
            : string.Join('\n', source).Contains(snippet.Text, StringComparison.Ordinal);

    // Members of a program have no access modifier; in a test they must have one.
    private static bool Stands(IReadOnlyList<string> source, string line) =>
        source.Contains(line) || source.Contains($"private {line}");
}
