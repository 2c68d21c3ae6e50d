namespace Cano.Integration.Guides;

/// <summary>A piece of code that a guide shows.</summary>
/// <param name="Language">What stands after its opening fence; empty when nothing does.</param>
/// <param name="Lines">Its lines without indentation.</param>
internal sealed record Snippet(string Language, IReadOnlyList<string> Lines)
{
    /// <summary>Whether it is a program of its own: its usings and types cannot stand in a test's body.</summary>
    public bool IsProgram =>
        Lines[0].StartsWith("using ", StringComparison.Ordinal) && Lines[0].EndsWith(';');

    public string Text => string.Join('\n', Lines);
}

/// <summary>The snippets of the guides, and the sources that are compiled and hold them.</summary>
internal static class GuideSnippets
{
    private const string Fence = "```";

    /// <summary>Every page of the repository that shows code.</summary>
    public static IEnumerable<string> Guides() =>
        new[] { ".", "docs", "docs/decisions", "examples" }
            .SelectMany(folder => Directory.EnumerateFiles(PathOf(folder), "*.md"))
            .Where(page => File.ReadLines(page).Any(IsFence))
            .Select(page => Path.GetRelativePath(PathOf("."), page))
            .Order(StringComparer.Ordinal);

    public static IEnumerable<Snippet> Of(string guide)
    {
        (string Language, List<string> Lines)? open = null;
        foreach (var line in File.ReadLines(PathOf(guide)))
        {
            if (!IsFence(line))
                open?.Lines.Add(line.Trim());
            else if (open is null)
                open = (line.Trim()[Fence.Length..], []);
            else
            {
                yield return new(open.Value.Language, open.Value.Lines);
                open = null;
            }
        }

        Assert.True(open is null, $"A snippet of {guide} has no end.");
    }

    /// <summary>The lines of each compiled source that may hold snippets of a language, without indentation; none of a
    /// language that nothing compiles.</summary>
    public static IEnumerable<IReadOnlyList<string>> Sources(string language) =>
        language switch
        {
            "csharp" => new[] { "tests/Integration/Guides", "tests/Cluster/Guides" }
                .SelectMany(folder => Directory.EnumerateFiles(PathOf(folder), "*.cs"))
                .Select(Trimmed),
            "fsharp" => Compiled("tests/FSharp/FSharp.fsproj", "Guide.fs")
                .Concat(Compiled("tests/FSharp/FSharp.fsproj", "GuideTests.fs"))
                .Concat(Compiled("tests/Properties/Properties.fsproj", "FSharpGuide.fs"))
                .Select(Trimmed),
            _ => [],
        };

    /// <summary>A source of an F# project: it is compiled when the project lists it.</summary>
    private static IEnumerable<string> Compiled(string project, string source)
    {
        var file = PathOf(project);
        var isListed = File.ReadAllText(file)
            .Contains($"<Compile Include=\"{source}\" />", StringComparison.Ordinal);
        return isListed ? [Path.Combine(Path.GetDirectoryName(file)!, source)] : [];
    }

    /// <summary>The lines of a file of the repository, without indentation.</summary>
    public static IReadOnlyList<string> LinesOf(string file) => Trimmed(PathOf(file));

    private static bool IsFence(string line) => line.TrimStart().StartsWith(Fence, StringComparison.Ordinal);

    private static IReadOnlyList<string> Trimmed(string file) =>
        [.. File.ReadLines(file).Select(line => line.Trim())];

    private static string PathOf(string name) => Path.Combine(SolutionFolder.Path, name);
}
