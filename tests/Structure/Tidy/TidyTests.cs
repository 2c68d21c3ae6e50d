namespace Cano.Structure.Tidy;

/// <summary>The form of the code. What is excepted stands in exceptions.txt, each with its reason.</summary>
public sealed class TidyTests
{
    private static readonly IReadOnlyList<Breach> s_breaches = [.. Rules.Breaches(SourceText.All)];

    [Fact]
    public void Every_rule_is_kept_but_for_what_is_excepted()
    {
        var left = s_breaches.Where(breach => !Exceptions.All.Any(exception => exception.Covers(breach)));
        var told = left.Select(breach => $"{breach.Rule}: {breach.Place}: {breach.Found}").ToList();
        Assert.True(told.Count == 0, string.Join('\n', told));
    }

    [Fact]
    public void An_exception_is_needed_and_has_a_reason() =>
        Assert.All(
            Exceptions.All,
            exception =>
            {
                Assert.True(exception.Reason.Length > 10, $"{exception.Place}: say why.");
                Assert.True(
                    s_breaches.Any(exception.Covers),
                    $"{exception.Place} keeps the rule: strike it out."
                );
            }
        );

    [Theory]
    [InlineData("width", "src/A.cs", "// a word {0}")]
    [InlineData("width", "src/A.fs", "let a = {0}")]
    [InlineData("file", "src/A.cs", "{1}")]
    [InlineData("method", "src/A.cs", "class A {{ void B()\n{{{2}}} }}")]
    [InlineData(
        "parameters",
        "src/A.cs",
        "class A {{ void B(int a, int b, int c, int d, int e, int f) {{}} }}"
    )]
    [InlineData("parameters", "src/A.cs", "class A(int a, int b, int c, int d, int e, int f);")]
    [InlineData(
        "range",
        "src/A.cs",
        "public class A {{ public void B(int n) => ArgumentOutOfRangeException.ThrowIfNegative(n); }}"
    )]
    [InlineData("named file", "src/A.fs", "// as docs/nothing.md says")]
    [InlineData("named file", "src/A.cs", "/// see Nothing.cs")]
    [InlineData("id", "tests/A.cs", "[Trait(\"ID\", \"A999\")]")]
    public void A_planted_breach_is_found(string rule, string path, string text)
    {
        var filled = string.Format(
            System.Globalization.CultureInfo.InvariantCulture,
            text,
            new string('x', 110),
            new string('\n', 301),
            new string('\n', 41)
        );
        var breach = Assert.Single(Rules.Breaches([new SourceText(path, filled)]));
        Assert.Equal(rule, breach.Rule);
    }

    [Theory]
    [InlineData("src/A.cs", "var a = \"{0}\";")]
    [InlineData("src/A.fs", "let a = \"{0}\"")]
    [InlineData("tests/A.fs", "member _.``{0}``() = ()")]
    [InlineData("src/A.cs", "record A(int A, int B, int C, int D, int E, int F);")]
    [InlineData("src/A.cs", "// as docs/ARCHITECTURE.md says")]
    [InlineData(
        "src/A.cs",
        "public class A {\n/// <summary>n is not negative.</summary>\n"
            + "public void B(int n) => ArgumentOutOfRangeException.ThrowIfNegative(n); }"
    )]
    public void What_keeps_the_rules_is_let_be(string path, string text) =>
        Assert.Empty(Rules.Breaches([new SourceText(path, text.Replace("{0}", new string('x', 110)))]));
}
