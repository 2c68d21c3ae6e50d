namespace Cano.Support;

/// <summary>The checkout that a program was built from.</summary>
internal static class SolutionFolder
{
    /// <summary>The folder of the solution.</summary>
    public static string Path { get; } = Above(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Above(DirectoryInfo? folder) =>
        folder is null
            ? throw new InvalidOperationException(
                "the solution was not found above the program: run it from a checkout"
            )
        : File.Exists(System.IO.Path.Combine(folder.FullName, "Cano.Functional.sln")) ? folder.FullName
        : Above(folder.Parent);
}
