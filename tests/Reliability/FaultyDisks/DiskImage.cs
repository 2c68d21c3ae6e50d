using System.Collections.Immutable;

namespace Cano.FaultyDisks;

/// <summary>The files of a disk at one moment, by path. Nobody changes the arrays it hands out.</summary>
internal sealed class DiskImage
{
    private readonly ImmutableSortedDictionary<string, byte[]> _files;

    private DiskImage(ImmutableSortedDictionary<string, byte[]> files) => _files = files;

    public static DiskImage Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, byte[]>(StringComparer.Ordinal));

    /// <summary>The paths in ordinal order.</summary>
    public IEnumerable<string> Paths => _files.Keys;

    /// <summary>The content of a file that is there.</summary>
    public byte[] this[string path] => _files[path];

    public bool Has(string path) => _files.ContainsKey(path);

    public DiskImage With(string path, byte[] content) => new(_files.SetItem(path, content));

    public DiskImage Without(string path) => new(_files.Remove(path));

    /// <summary>The image after a change to a copy of one file.</summary>
    public DiskImage Changed(string path, Action<byte[]> change)
    {
        var content = (byte[])_files[path].Clone();
        change(content);
        return With(path, content);
    }

    /// <summary>Writes the files into a directory of the machine, under their names.</summary>
    public void SaveTo(string directory)
    {
        foreach (var (path, content) in _files)
            File.WriteAllBytes(Path.Combine(directory, Path.GetFileName(path)), content);
    }
}
