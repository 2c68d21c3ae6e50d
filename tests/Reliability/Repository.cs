namespace Cano.Reliability;

/// <summary>The sources that this program was built from.</summary>
internal static class Repository
{
    /// <summary>The files of a folder and of those within; not what a build left there.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        var root = Path.Combine(SolutionFolder.Path, folder);
        return Directory
            .EnumerateFiles(root, pattern, SearchOption.AllDirectories)
            .Where(file => !IsBuilt(root, file));
    }

    private static bool IsBuilt(string root, string file) =>
        Path.GetRelativePath(root, file)
            .Split(Path.DirectorySeparatorChar)
            .Any(part => part is "bin" or "obj");
}
