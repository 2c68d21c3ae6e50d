using System.Text.RegularExpressions;

namespace Cano.Reliability.Conformance;

/// <summary>The names of the tests, read from their sources: a name begins with the IDs that the test covers.</summary>
internal static partial class TestNames
{
    /// <summary>Every test of the repository.</summary>
    public static IReadOnlyList<string> Read() =>
        [.. Directory.GetFiles(Path.Combine(Root(), "tests"), "*.?s", SearchOption.AllDirectories).SelectMany(Of).Order()];

    /// <summary>The IDs that a test's name begins with.</summary>
    public static IEnumerable<string> Ids(string test) => test.Split('_', ' ').TakeWhile(word => Id().IsMatch(word));

    private static IEnumerable<string> Of(string file)
    {
        var text = File.ReadAllText(file);
        Broken.Unless(!Skipped().IsMatch(text), $"{Path.GetFileName(file)} skips a test");
        return Test().Matches(text).Select(test => test.Groups["name"].Value);
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Cano.Functional.sln")))
                return folder.FullName;
        throw new Broken("the sources of the tests were not found above the program");
    }

    [GeneratedRegex(@"^[A-Z]\d{1,2}$")]
    private static partial Regex Id();

    // What stands between the attribute and the name: other attributes, in C# the result's type.
    [GeneratedRegex(
        """^ +\[<?(Fact|Theory)>?\]\s+(\[[^\n]*\n\s*)*(public (async )?(Task|void) (?<name>\w+)\(|member _\.``(?<name>[^`]+)``)""",
        RegexOptions.Multiline
    )]
    private static partial Regex Test();

    [GeneratedRegex(@"^ +\[<?(Fact|Theory)\([^)]*Skip", RegexOptions.Multiline)]
    private static partial Regex Skipped();
}
