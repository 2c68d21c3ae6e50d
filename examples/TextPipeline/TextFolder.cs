namespace Cano.Examples.TextPipeline;

/// <summary>Which files of a folder are read.</summary>
public static class TextFolder
{
    /// <summary>What tools keep for themselves.</summary>
    private static readonly HashSet<string> Skipped = ["artifacts", "bin", "obj", ".git"];

    private static readonly EnumerationOptions Everything = new()
    {
        // Hidden files count; links do not, for they may lead round in circles.
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = true,
    };

    /// <summary>The paths of the files, relative to the folder, with '/' and in ordinal order.</summary>
    /// <param name="folder">The folder, with everything below it.</param>
    /// <param name="own">The pipeline's own report and journal, which may lie inside the folder.</param>
    public static IReadOnlyList<string> List(string folder, params IEnumerable<string> own)
    {
        var left = own.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var paths = Walk(new DirectoryInfo(Path.GetFullPath(folder)), left)
            .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'));
        return [.. paths.Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Walk(DirectoryInfo folder, HashSet<string> left)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", Everything))
        {
            if (Skipped.Contains(entry.Name) || left.Contains(entry.FullName))
                continue;
            if (entry is not DirectoryInfo below)
                yield return entry.FullName;
            else
                foreach (var file in Walk(below, left))
                    yield return file;
        }
    }
}
