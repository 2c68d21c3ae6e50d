using System.Xml.Linq;

namespace Cano.Structure;

/// <summary>The projects of `src`, as they lie on disk.</summary>
internal static class Repository
{
    public static string Root => SolutionFolder.Path;

    /// <summary>The C# projects, those that others refer to first.</summary>
    public static IReadOnlyList<string> CSharpProjects { get; } =
        Ordered(Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories));

    public static IReadOnlyList<string> FSharpProjects { get; } =
    [
        .. Directory
            .GetFiles(Path.Combine(Root, "src"), "*.fsproj", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The sources of a C# project.</summary>
    public static IReadOnlyList<SourceFile> CSharpSources(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        return
        [
            .. Directory
                .GetFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
                .Where(path =>
                    !path.StartsWith("obj/", StringComparison.Ordinal)
                    && !path.StartsWith("bin/", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal)
                .Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(folder, path)))),
        ];
    }

    /// <summary>The sources of an F# project in the order in which they are compiled. They lie in a folder of
    /// its name.</summary>
    public static IReadOnlyList<SourceFile> FSharpSources(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        var prefix = Path.GetFileNameWithoutExtension(project) + "/";
        return
        [
            .. XDocument
                .Load(project)
                .Descendants("Compile")
                .Select(item => item.Attribute("Include")!.Value.Replace('\\', '/'))
                .Select(path => new SourceFile(
                    path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : path,
                    File.ReadAllText(Path.Combine(folder, path))
                )),
        ];
    }

    public static IEnumerable<string> ReferencesOf(string project) =>
        XDocument
            .Load(project)
            .Descendants("ProjectReference")
            .Select(item =>
                Path.GetFullPath(
                    Path.Combine(Path.GetDirectoryName(project)!, item.Attribute("Include")!.Value)
                )
            );

    /// <summary>The assemblies that see the internals of a project.</summary>
    public static IEnumerable<string> FriendsOf(string project) =>
        XDocument
            .Load(project)
            .Descendants("InternalsVisibleTo")
            .Select(item => item.Attribute("Include")!.Value);

    public static string NameOf(string project) => Path.GetFileNameWithoutExtension(project);

    private static List<string> Ordered(string[] projects)
    {
        var ordered = new List<string>();
        foreach (var project in projects.Order(StringComparer.Ordinal))
            Add(project);
        return ordered;

        void Add(string project)
        {
            if (ordered.Contains(project) || !projects.Contains(project))
                return;
            foreach (var reference in ReferencesOf(project))
                Add(reference);
            ordered.Add(project);
        }
    }
}

/// <summary>A source file of a project.</summary>
/// <param name="Path">Where it lies in the project, with forward slashes.</param>
/// <param name="Text">What it says.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The folder it lies in; "." for the project's own.</summary>
    public string Folder => FolderOf(Path);

    public static string FolderOf(string path) => path.LastIndexOf('/') is var at and >= 0 ? path[..at] : ".";
}
