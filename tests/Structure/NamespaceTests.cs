using Microsoft.CodeAnalysis;

namespace Cano.Structure;

/// <summary>A namespace says who is meant to meet a type.</summary>
public sealed class NamespaceTests
{
    [Fact]
    public void What_users_meet_has_no_other_namespace_than_the_product()
    {
        var wrong =
            from project in Pictures.Projects
            from type in project.Types()
            where type.Type.DeclaredAccessibility == Accessibility.Public
            where NamespaceOf(type.Type) != (project.Name == "Cano.Testing" ? "Cano.Testing" : "Cano")
            select $"{type.File.Path}: {type.Type}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Everything_else_has_the_namespace_of_its_folder_but_for_what_shares_a_file_with_what_users_meet()
    {
        var wrong =
            from project in Pictures.Projects
            from file in project.Types().GroupBy(type => type.File)
            where file.All(type => type.Type.DeclaredAccessibility != Accessibility.Public)
            let folder = file.Key.Folder == "." ? "" : "." + file.Key.Folder.Replace('/', '.')
            from type in file
            where NamespaceOf(type.Type) != project.Name + folder
            select $"{file.Key.Path}: {type.Type}";
        Assert.Empty(wrong);
    }

    private static string NamespaceOf(INamedTypeSymbol type) => type.ContainingNamespace.ToDisplayString();
}
