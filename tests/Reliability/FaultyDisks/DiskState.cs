namespace Cano.FaultyDisks;

/// <summary>A disk that changes: its files, its one directory, and what of both has been flushed.</summary>
internal sealed class DiskState
{
    private readonly List<DiskFile> _files = [];
    private readonly Dictionary<string, int> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _flushed = new(StringComparer.Ordinal);
    private readonly List<DiskChange> _inFlight = [];

    /// <summary>A disk on which the image has been for long.</summary>
    public DiskState(DiskImage image)
    {
        foreach (var path in image.Paths)
        {
            _written[path] = _flushed[path] = _files.Count;
            _files.Add(new DiskFile(image[path]));
        }
    }

    /// <summary>The number that the next created file gets.</summary>
    public int FileCount => _files.Count;

    /// <summary>How many changes a power failure may undo.</summary>
    public int InFlight => _inFlight.Count + _files.Sum(file => file.InFlight);

    public IEnumerable<string> Paths => _written.Keys;

    public DiskFile this[int file] => _files[file];

    public bool TryFind(string path, out int file) => _written.TryGetValue(path, out file);

    /// <summary>Where a file is now; null when it has been deleted.</summary>
    public string? PathOf(int file) =>
        _written.Where(entry => entry.Value == file).Select(entry => entry.Key).FirstOrDefault();

    public void Apply(DiskChange change)
    {
        switch (change)
        {
            case DiskChange.Write write:
                _files[write.File].Apply(write);
                break;
            case DiskChange.Resize resize:
                _files[resize.File].Apply(resize);
                break;
            case DiskChange.Flush flush:
                _files[flush.File].Apply(flush);
                break;
            case DiskChange.Refuse refuse:
                _files[refuse.File].Apply(refuse);
                break;
            case DiskChange.FlushDirectory:
                foreach (var landed in _inFlight)
                    Land(landed, _flushed);
                _inFlight.Clear();
                break;
            default:
                if (change is DiskChange.Create)
                    _files.Add(new DiskFile([]));
                Land(change, _written);
                _inFlight.Add(change);
                break;
        }
    }

    /// <summary>Everything written: what the end of a process leaves.</summary>
    public DiskImage Written()
    {
        var image = DiskImage.Empty;
        foreach (var (path, file) in _written)
            image = image.With(path, _files[file].ToArray());
        return image;
    }

    /// <summary>What a power failure leaves: everything flushed, and any of what is in flight.</summary>
    public DiskImage AfterPowerLoss(Random chance)
    {
        double[] likely = [0, 0.1, 0.5, 0.9, 1];
        var kept = likely[chance.Next(likely.Length)];
        var entries = new Dictionary<string, int>(_flushed, StringComparer.Ordinal);
        foreach (var change in _inFlight)
            if (chance.NextDouble() < kept)
                Land(change, entries);

        var image = DiskImage.Empty;
        foreach (var (path, file) in entries)
            image = image.With(path, _files[file].AfterPowerLoss(chance, kept));
        return image;
    }

    private static void Land(DiskChange change, Dictionary<string, int> entries)
    {
        switch (change)
        {
            case DiskChange.Create create:
                entries[create.Path] = create.File;
                break;
            case DiskChange.Delete delete:
                entries.Remove(delete.Path);
                break;
            case DiskChange.Move move:
                entries.Remove(move.Path);
                entries[move.Target] = move.File;
                break;
        }
    }
}
