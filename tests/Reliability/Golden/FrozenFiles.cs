using System.Security.Cryptography;

namespace Cano.Reliability.Golden;

/// <summary>The files of golden journals are never written again: beside them stands what they
/// were.</summary>
internal static class FrozenFiles
{
    /// <summary>A line a file, as `sha256sum` writes and checks them.</summary>
    private const string List = "SHA256SUMS";

    /// <exception cref="Broken">One is missing, is another, or is not listed.</exception>
    public static async Task CheckAsync(string golden)
    {
        var frozen = (await File.ReadAllLinesAsync(Path.Combine(golden, List)))
            .Select(line => line.Split("  "))
            .ToDictionary(parts => parts[1], parts => parts[0]);
        foreach (var path in Directory.GetFiles(golden, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(golden, path).Replace('\\', '/');
            if (name == List)
                continue;
            var sum = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path)));
            Broken.Unless(
                frozen.Remove(name, out var was) && was == sum,
                $"{name} is not the file that is listed in golden/{List}: golden journals are never written again"
            );
        }

        Broken.Unless(frozen.Count == 0, $"golden journals are not there: {string.Join(", ", frozen.Keys)}");
    }
}
