using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cano.Structure.Tidy;

/// <summary>What the code promises of its own form, where a reader cannot hold it in mind.</summary>
internal static partial class Rules
{
    private const int FileMax = 300;
    private const int MethodMax = 40;
    private const int ParametersMax = 5;

    private static readonly Lazy<string> s_sentences = new(() =>
        System.IO.File.ReadAllText(Path.Combine(Repository.Root, "docs", "behaviours.md"))
    );

    public static IEnumerable<Breach> Breaches(IReadOnlyList<SourceText> sources) =>
        [
            .. sources.SelectMany(Widths),
            .. sources.Where(source => source.IsProduct).SelectMany(Lengths),
            .. sources.Where(source => source is { IsProduct: true, IsCSharp: true }).SelectMany(Methods),
            .. sources.Where(source => source is { IsProduct: true, IsCSharp: true }).SelectMany(Parameters),
            .. sources
                .Where(source => source is { IsProduct: true, IsCSharp: true })
                .SelectMany(Ranges.Untold),
            .. NamedFiles(sources),
            .. sources.SelectMany(Ids),
        ];

    /// <summary>Lines are as wide as `.editorconfig` says; what cannot be broken may be wider: a literal, a
    /// test's name, a reference.</summary>
    private static IEnumerable<Breach> Widths(SourceText source)
    {
        var max = Width.Of(source.Path);
        var literals = source.LiteralLines();
        foreach (var (index, line) in source.Lines.Index())
            if (line.Length > max && !literals.Contains(index + 1) && !Unbreakable().IsMatch(line))
                yield return new("width", $"{source.Path}:{index + 1}", $"{line.Length} columns");
    }

    private static IEnumerable<Breach> Lengths(SourceText source)
    {
        if (source.Lines.Count > FileMax + 1)
            yield return new("file", source.Path, $"{source.Lines.Count - 1} lines");
    }

    private static IEnumerable<Breach> Methods(SourceText source) =>
        from method in source.Tree.DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
        let span = method.GetLocation().GetLineSpan()
        let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
        where lines > MethodMax
        select new Breach("method", $"{source.Path}:{NameOf(method)}", $"{lines} lines");

    /// <summary>A record's parts are its data: they are not counted.</summary>
    private static IEnumerable<Breach> Parameters(SourceText source) =>
        from list in source.Tree.DescendantNodes().OfType<ParameterListSyntax>()
        where list.Parameters.Count > ParametersMax && list.Parent is not RecordDeclarationSyntax
        select new Breach("parameters", $"{source.Path}:{NameOf(list.Parent)}", $"{list.Parameters.Count}");

    /// <summary>Files that comments name are there.</summary>
    private static IEnumerable<Breach> NamedFiles(IReadOnlyList<SourceText> sources)
    {
        var there = sources.Select(source => source.Path).Concat(Pages()).ToList();
        return from source in sources
            from comment in source.Comments()
            from name in File().Matches(comment.Text)
            where
                !there.Exists(path =>
                    path == name.Value || path.EndsWith("/" + name.Value, StringComparison.Ordinal)
                )
            select new Breach("named file", $"{source.Path}:{comment.Line}", name.Value);
    }

    /// <summary>IDs that tests carry have a sentence.</summary>
    private static IEnumerable<Breach> Ids(SourceText source) =>
        from trait in Trait().Matches(source.Text)
        let id = trait.Groups["id"].Value
        where !s_sentences.Value.Contains($"- **{id}** ", StringComparison.Ordinal)
        select new Breach("id", source.Path, id);

    private static IEnumerable<string> Pages() =>
        from folder in new[] { ".", "docs", "docs/decisions", "examples" }
        from file in Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.md")
        select Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');

    private static string NameOf(Microsoft.CodeAnalysis.SyntaxNode? of) =>
        of switch
        {
            MethodDeclarationSyntax method => method.Identifier.Text,
            ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
            TypeDeclarationSyntax type => type.Identifier.Text,
            LocalFunctionStatementSyntax function => function.Identifier.Text,
            DelegateDeclarationSyntax it => it.Identifier.Text,
            OperatorDeclarationSyntax it => it.OperatorToken.Text,
            _ => "?",
        };

    [GeneratedRegex(@"(?<![\w*./-])(?:[\w-]+/)*[\w-][\w.-]*\.(?:cs|fs|md)\b(?![\w(])")]
    private static partial Regex File();

    [GeneratedRegex(@"^ *(public (async )?(Task|void) \w+\(\)|/// <inheritdoc cref=.*)$")]
    private static partial Regex Unbreakable();

    [GeneratedRegex("""\bTrait\("ID", "(?<id>[^"]*)"\)""")]
    private static partial Regex Trait();
}
