using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cano.Structure;

/// <summary>A C# project as the compiler understands it.</summary>
internal sealed class CSharpProject
{
    // What ImplicitUsings gives to each of them.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // Source generators do not run here: partial methods of theirs have no body.
    private static readonly string[] s_generated = ["CS8795"];

    private static readonly CSharpParseOptions s_parsing = CSharpParseOptions.Default.WithLanguageVersion(
        LanguageVersion.Latest
    );

    private readonly CSharpCompilation _compilation;
    private readonly IReadOnlyList<SyntaxTree> _trees;

    /// <param name="name">The project's name, which is its assembly's.</param>
    /// <param name="files">Its sources.</param>
    /// <param name="references">The projects that it refers to, those that they refer to included.</param>
    /// <param name="friends">The assemblies that see its internals.</param>
    public CSharpProject(
        string name,
        IReadOnlyList<SourceFile> files,
        IEnumerable<CSharpProject> references,
        IEnumerable<string> friends
    )
    {
        CSharpProject[] beneath = [.. references];
        Name = name;
        Files = files;
        _trees = [.. files.Select(file => CSharpSyntaxTree.ParseText(file.Text, s_parsing, file.Path))];
        var settings =
            ImplicitUsings
            + string.Concat(friends.Select(Friend))
            + string.Concat(_trees.SelectMany(Generated));
        _compilation = CSharpCompilation.Create(
            name,
            [.. _trees, CSharpSyntaxTree.ParseText(settings, s_parsing)],
            [
                .. Binaries(beneath.Select(project => project.Name).Append(name)),
                .. beneath.Select(project => project._compilation.ToMetadataReference()),
            ],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
    }

    public string Name { get; }

    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>What keeps the compiler from understanding it. Where there is something, arrows are
    /// missing.</summary>
    public IEnumerable<string> Problems() =>
        from problem in _compilation.GetDiagnostics()
        where problem.Severity == DiagnosticSeverity.Error && !s_generated.Contains(problem.Id)
        select problem.ToString();

    /// <summary>The types that it declares outside of others.</summary>
    public IEnumerable<(SourceFile File, INamedTypeSymbol Type)> Types()
    {
        foreach (var (file, tree) in Files.Zip(_trees))
        {
            var model = _compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot().DescendantNodes(node => node is not TypeDeclarationSyntax))
            {
                if (
                    node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
                    && model.GetDeclaredSymbol(node) is INamedTypeSymbol type
                )
                    yield return (file, type);
            }
        }
    }

    /// <summary>The arrows between its own files, or those to the files of another project.</summary>
    public IReadOnlyList<Arrow> ArrowsTo(CSharpProject target)
    {
        var targets = target._trees.ToHashSet();
        var arrows = new HashSet<Arrow>();
        foreach (var tree in _trees)
        {
            var model = _compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot().DescendantNodes())
            {
                if (node is not ExpressionSyntax expression)
                    continue;
                Add(model.GetSymbolInfo(expression).Symbol);
                Add(model.GetConversion(expression).MethodSymbol);
            }

            void Add(ISymbol? symbol)
            {
                if (
                    symbol
                    is null
                        or INamespaceSymbol
                        or ILocalSymbol
                        or IParameterSymbol
                        or ITypeParameterSymbol
                )
                    return;
                for (var part = symbol.OriginalDefinition; part is not null; part = part.ContainingType)
                {
                    var files = part
                        .DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree)
                        .ToArray();
                    // Of a type in several files, none more than another: this one is as good, if it is among
                    // them.
                    if (files.Contains(tree) || files.FirstOrDefault(targets.Contains) is not { } file)
                        continue;
                    arrows.Add(new(tree.FilePath, file.FilePath, symbol.Name));
                }
            }
        }

        return [.. arrows];
    }

    /// <summary>The platform, and what lies beside this program, but for what is compiled from its sources
    /// here.</summary>
    private static IEnumerable<MetadataReference> Binaries(IEnumerable<string> sources)
    {
        var platform = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return Directory
            .GetFiles(platform, "*.dll")
            .Concat(Directory.GetFiles(AppContext.BaseDirectory, "*.dll"))
            .DistinctBy(Path.GetFileName)
            .ExceptBy(sources, Path.GetFileNameWithoutExtension)
            .Where(IsManaged)
            .Select(file => MetadataReference.CreateFromFile(file));
    }

    /// <summary>What the generator of JSON adds to a context, as far as others see it.</summary>
    private static IEnumerable<string> Generated(SyntaxTree tree) =>
        from type in tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
        where type.BaseList?.Types.Any(of => $"{of.Type}" == "JsonSerializerContext") == true
        let space = type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().First().Name
        select $$"""

            namespace {{space}}
            {
                partial class {{type.Identifier}}()
                    : System.Text.Json.Serialization.JsonSerializerContext(null)
                {
                    public static {{type.Identifier}} Default => null!;
                    protected override System.Text.Json.JsonSerializerOptions? GeneratedSerializerOptions => null;
                    public override System.Text.Json.Serialization.Metadata.JsonTypeInfo? GetTypeInfo(Type type) =>
                        null;
                }
            }
            """;

    private static string Friend(string name) =>
        $"\n[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{name}\")]";

    private static bool IsManaged(string file)
    {
        using var stream = File.OpenRead(file);
        using var reader = new System.Reflection.PortableExecutable.PEReader(stream);
        return reader.HasMetadata;
    }
}
