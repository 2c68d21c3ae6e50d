namespace Cano.Structure.Tidy;

/// <summary>How wide lines may be, as `.editorconfig` says.</summary>
internal static class Width
{
    private const string Key = "max_line_length = ";

    private static readonly string[] s_settings = File.ReadAllLines(
        Path.Combine(Repository.Root, ".editorconfig")
    );

    private static readonly int s_csharp = Under("[*]");
    private static readonly int s_fsharp = Under("[*.{fs,fsi,fsx}]");

    public static int Of(string path) => path.EndsWith(".cs", StringComparison.Ordinal) ? s_csharp : s_fsharp;

    private static int Under(string section) =>
        int.Parse(
            s_settings
                .SkipWhile(line => line != section)
                .First(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..],
            System.Globalization.CultureInfo.InvariantCulture
        );
}
