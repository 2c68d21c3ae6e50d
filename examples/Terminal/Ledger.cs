using System.Text;

namespace Cano.Examples.Terminal;

/// <summary>A text file that is only ever added to, with a key in each line. What is written there has
/// happened, whatever becomes of this process.</summary>
public sealed class Ledger : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly List<(string Key, string Text)> _lines = [];

    public Ledger(string path)
    {
        // Without a buffer each line is one write, which returns when the line is on the disk: a process that
        // dies leaves all of it or nothing.
        _file = new FileStream(
            path,
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.Read,
            bufferSize: 0,
            FileOptions.WriteThrough
        );
        using var reader = new StreamReader(_file, Encoding.UTF8, leaveOpen: true);
        while (reader.ReadLine() is { } line)
            _lines.Add(
                line.Split('\t', 2) is [var key, var text]
                    ? (key, text)
                    : throw new IOException($"this is no line of a ledger: '{line}'")
            );
    }

    /// <summary>All lines, oldest first.</summary>
    public IReadOnlyList<(string Key, string Text)> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    /// <summary>What stands under a key; null when nothing does.</summary>
    public string? Find(string key)
    {
        lock (_gate)
            return _lines.Find(line => line.Key == key).Text;
    }

    /// <summary>Writes a line, unless there is one of its key: a step that runs again after a crash has the
    /// same key as before. The line is on the disk when this returns.</summary>
    /// <returns>Whether it was written now.</returns>
    public bool Write(string key, string text)
    {
        lock (_gate)
        {
            if (_lines.Exists(line => line.Key == key))
                return false;
            var oneLine = text.ReplaceLineEndings(" ");
            _file.Write(Encoding.UTF8.GetBytes($"{key}\t{oneLine}\n"));
            _lines.Add((key, oneLine));
            return true;
        }
    }

    public void Dispose() => _file.Dispose();
}
