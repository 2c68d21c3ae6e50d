using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cano.Structure.Tidy;

/// <summary>What refuses an argument for its range says the range where the argument is documented.</summary>
internal static partial class Ranges
{
    private const string Refusal = nameof(ArgumentOutOfRangeException);

    /// <summary>Public members that refuse and do not say what.</summary>
    public static IEnumerable<Breach> Untold(SourceText source) =>
        from member in source.Tree.DescendantNodes().OfType<MemberDeclarationSyntax>()
        where member is BaseMethodDeclarationSyntax or PropertyDeclarationSyntax && IsMet(member)
        where member.DescendantTokens().Any(token => token.ValueText == Refusal)
        where !Range().IsMatch(member.GetLeadingTrivia().ToFullString())
        select new Breach("range", $"{source.Path}:{NameOf(member)}", "its documentation says no range");

    /// <summary>Whether users meet it: it is public, and so is what it stands in.</summary>
    private static bool IsMet(SyntaxNode member) =>
        member
            .AncestorsAndSelf()
            .OfType<MemberDeclarationSyntax>()
            .Where(it => it is not BaseNamespaceDeclarationSyntax)
            .All(it => it.Modifiers.Any(SyntaxKind.PublicKeyword));

    private static string NameOf(MemberDeclarationSyntax member) =>
        member switch
        {
            MethodDeclarationSyntax method => method.Identifier.Text,
            PropertyDeclarationSyntax property => property.Identifier.Text,
            ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
            _ => "?",
        };

    [GeneratedRegex(@"negative|at least|above|positive|from \d|\d to \d|<inheritdoc")]
    private static partial Regex Range();
}
