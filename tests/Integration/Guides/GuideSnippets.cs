using System.Runtime.CompilerServices;

namespace Cano.Integration.Guides;

/// <summary>Holds the snippets of a guide against the source of the test that runs them.</summary>
internal static class GuideSnippets
{
    /// <summary>Each C# snippet of the guide stands in the test's own source, line by line; indentation aside.</summary>
    public static void AssertStand(string guide, int min, [CallerFilePath] string test = "")
    {
        var source = Trimmed(File.ReadAllLines(SourceOf(test)));
        string[] snippets = [.. Of(guide)];
        Assert.True(snippets.Length >= min, $"{snippets.Length} snippets in {guide}");
        foreach (var snippet in snippets) Assert.Contains(snippet, source, StringComparison.Ordinal);
    }

    /// <summary>As <see cref="AssertStand"/>, of a whole program: its lines stand in the test in another order or with
    /// others between, for usings and types are not in a test's body. An access modifier may precede them.</summary>
    public static void AssertLinesStand(string guide, [CallerFilePath] string test = "")
    {
        string[] source = [.. File.ReadAllLines(SourceOf(test)).Select(line => line.Trim())];
        var lines = Of(guide).SelectMany(snippet => snippet.Split('\n')).Where(line => line is not ("" or "using Cano;"));
        foreach (var line in lines) Assert.Contains(source, stands => stands == line || stands == $"private {line}");
    }

    private static IEnumerable<string> Of(string guide)
    {
        List<string>? snippet = null;
        foreach (var line in File.ReadAllLines(Path.Combine(Root(), guide)))
        {
            if (line == "```csharp") snippet = [];
            else if (line == "```" && snippet is not null)
            {
                yield return Trimmed(snippet);
                snippet = null;
            }
            else snippet?.Add(line);
        }
    }

    private static string Trimmed(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => line.Trim()));

    /// <summary>A deterministic build knows no machine's folders: only the name is believed.</summary>
    private static string SourceOf(string test) => Path.Combine(Root(), "tests", "Integration", "Guides", Path.GetFileName(test));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Cano.Functional.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
