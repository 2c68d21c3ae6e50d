namespace Cano.Structure;

/// <summary>The pictures of all projects of the repository.</summary>
internal static class Pictures
{
    /// <summary>The C# projects, those that others refer to first.</summary>
    public static IReadOnlyList<CSharpProject> Projects { get; } = Read();

    public static IEnumerable<Picture> All() =>
        Repository
            .FSharpProjects.Select(project =>
                OfFSharp(Repository.NameOf(project), Repository.FSharpSources(project))
            )
            .Concat(Projects.Select(Of));

    public static Picture Of(CSharpProject project) =>
        new(project.Name, project.Files, project.ArrowsTo(project));

    public static Picture OfFSharp(string name, IReadOnlyList<SourceFile> files) =>
        new(name, files, FSharpArrows.Of(files));

    /// <summary>The projects that one refers to, and those that they refer to.</summary>
    public static IEnumerable<CSharpProject> Beneath(string project, IEnumerable<CSharpProject> all)
    {
        var names = new HashSet<string>();
        Collect(project);
        return all.Where(other => names.Contains(other.Name));

        void Collect(string from)
        {
            foreach (var reference in Repository.ReferencesOf(from))
                if (names.Add(Repository.NameOf(reference)))
                    Collect(reference);
        }
    }

    private static List<CSharpProject> Read()
    {
        var projects = new List<CSharpProject>();
        foreach (var project in Repository.CSharpProjects)
        {
            var sources = Repository.CSharpSources(project);
            projects.Add(
                new(
                    Repository.NameOf(project),
                    sources,
                    Beneath(project, projects),
                    Repository.FriendsOf(project)
                )
            );
        }

        return projects;
    }
}
