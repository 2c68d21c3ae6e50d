namespace Cano.Examples.Worker;

/// <summary>A file of lines, each kept once for its key.</summary>
public sealed class Archive(string path) : IResource
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _keys = [];
    private StreamWriter? _file;

    public int Count
    {
        get
        {
            lock (_gate)
                return _keys.Count;
        }
    }

    public ValueTask SetupAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (File.Exists(path))
            foreach (var line in File.ReadLines(path))
                _keys.Add(line.Split('\t')[0]);
        _file = new StreamWriter(path, append: true) { AutoFlush = true, NewLine = "\n" };
        return default;
    }

    public ValueTask TeardownAsync(CancellationToken cancellationToken) => _file?.DisposeAsync() ?? default;

    public ValueTask<ResourceHealth> HealthAsync(CancellationToken cancellationToken) =>
        new(
            _file?.BaseStream.CanWrite == true
                ? ResourceHealth.Healthy
                : ResourceHealth.Unhealthy("the archive is closed")
        );

    public void Keep(string key, string text)
    {
        lock (_gate)
        {
            if (_keys.Contains(key))
                return;
            _file!.WriteLine($"{key}\t{text}");
            // Behind the line: one that could not be written is written by the next attempt.
            _keys.Add(key);
        }
    }
}
