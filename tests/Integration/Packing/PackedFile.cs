using System.IO.Compression;
using System.Xml.Linq;

namespace Cano.Integration.Packing;

/// <summary>A package as it lies in a folder.</summary>
/// <param name="path">Its file.</param>
internal sealed class PackedFile(string path)
{
    private static readonly string[] s_wrapping = ["[Content_Types].xml", "_rels/", "package/"];

    public string Name => Path.GetFileName(path);

    /// <summary>What it says of itself.</summary>
    public XElement Metadata
    {
        get
        {
            var (_, bytes) = Files().Single(file => file.Path.EndsWith(".nuspec", StringComparison.Ordinal));
            using var text = new MemoryStream(bytes);
            var root = XDocument.Load(text).Root!;
            return root.Element(root.Name.Namespace + "metadata")!;
        }
    }

    public string Id => Said("id")!;

    public string? Said(string name) => Metadata.Element(Metadata.Name.Namespace + name)?.Value;

    /// <summary>Everything in it but what only wraps it.</summary>
    public IReadOnlyList<(string Path, byte[] Bytes)> Files()
    {
        using var archive = ZipFile.OpenRead(path);
        return
        [
            .. archive
                .Entries.Where(entry =>
                    !s_wrapping.Any(wrapping => entry.FullName.StartsWith(wrapping, StringComparison.Ordinal))
                )
                .OrderBy(entry => entry.FullName, StringComparer.Ordinal)
                .Select(entry => (entry.FullName, Read(entry))),
        ];
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var copy = new MemoryStream();
        using var bytes = entry.Open();
        bytes.CopyTo(copy);
        return copy.ToArray();
    }
}
