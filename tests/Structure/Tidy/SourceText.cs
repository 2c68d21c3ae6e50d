using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cano.Structure.Tidy;

/// <summary>A source of the repository, in either language.</summary>
internal sealed partial class SourceText
{
    private readonly Lazy<SyntaxNode> _tree;

    public SourceText(string path, string text)
    {
        Path = path;
        Text = text;
        Lines = text.Split('\n');
        _tree = new(() => CSharpSyntaxTree.ParseText(text).GetRoot());
    }

    /// <summary>Every source that people wrote.</summary>
    public static IReadOnlyList<SourceText> All { get; } =
    [
        .. Tracked("*.cs", "*.fs", "*.fsx")
            .Select(path => new SourceText(
                path,
                File.ReadAllText(System.IO.Path.Combine(Repository.Root, path))
            )),
    ];

    /// <summary>Where it lies in the repository, with forward slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    public IReadOnlyList<string> Lines { get; }

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    /// <summary>Whether it is part of what users get.</summary>
    public bool IsProduct => Path.StartsWith("src/", StringComparison.Ordinal);

    /// <summary>Of C#, what the compiler reads in it.</summary>
    public SyntaxNode Tree => _tree.Value;

    /// <summary>Its comments, each with the number of its line, from 1.</summary>
    public IEnumerable<(int Line, string Text)> Comments() =>
        from line in Lines.Index()
        let comment = Comment().Match(line.Item)
        where comment.Success
        select (line.Index + 1, comment.Groups["text"].Value);

    /// <summary>The lines that a literal takes up, from 1: it is not broken, so that it can be searched
    /// for.</summary>
    public IReadOnlySet<int> LiteralLines() => (IsCSharp ? CSharpLiterals() : FSharpLiterals()).ToHashSet();

    private IEnumerable<int> CSharpLiterals()
    {
        foreach (var node in Tree.DescendantNodes())
        {
            if (
                node
                is not (LiteralExpressionSyntax { Token.Value: string } or InterpolatedStringExpressionSyntax)
            )
                continue;
            var span = node.GetLocation().GetLineSpan();
            for (var line = span.StartLinePosition.Line; line <= span.EndLinePosition.Line; line++)
                yield return line + 1;
        }
    }

    // Names between backticks are sentences: nobody breaks them either.
    private IEnumerable<int> FSharpLiterals()
    {
        var isOpen = false;
        foreach (var (index, line) in Lines.Index())
        {
            var marks = line.Split("\"\"\"").Length - 1;
            if (isOpen || marks > 0 || FSharpLiteral().IsMatch(line))
                yield return index + 1;
            isOpen ^= marks % 2 == 1;
        }
    }

    private static IEnumerable<string> Tracked(params string[] patterns)
    {
        string[] roots = ["src", "tests", "benchmarks", "examples"];
        return roots
            .SelectMany(root => patterns.SelectMany(pattern => Files(root, pattern)))
            .Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Files(string root, string pattern) =>
        from file in Directory.GetFiles(
            System.IO.Path.Combine(Repository.Root, root),
            pattern,
            SearchOption.AllDirectories
        )
        let path = System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
        where
            !path.Contains("/obj/", StringComparison.Ordinal)
            && !path.Contains("/bin/", StringComparison.Ordinal)
        select path;

    [GeneratedRegex(@"^\s*//+ ?(?<text>.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex("\"|``")]
    private static partial Regex FSharpLiteral();
}
