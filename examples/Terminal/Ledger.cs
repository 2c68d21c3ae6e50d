using System.Text;

namespace Cano.Examples.Terminal;

/// <summary>A text file that is only ever added to, with a key in each line. What is written there has
/// happened, whatever becomes of this process.</summary>
public sealed class Ledger : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly List<(string Key, string Text)> _lines = [];

    /// <summary>Where the last whole line ends.</summary>
    private long _end;

    /// <param name="path">Its file.</param>
    /// <param name="isText">Whether this can be what stands behind a key; anything unless given.</param>
    public Ledger(string path, Func<string, bool>? isText = null)
    {
        // Without a buffer each line is one write, which returns when the line is on the disk.
        try
        {
            _file = new FileStream(
                path,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                bufferSize: 0,
                FileOptions.WriteThrough
            );
        }
        catch (IOException failure) when (IsInUse(failure))
        {
            throw new IOException(
                $"another process has '{path}' open; end it first, or name another folder with --journal",
                failure
            );
        }

        try
        {
            Read(isText ?? (_ => true));
        }
        catch
        {
            _file.Dispose();
            throw;
        }
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
            CutOff();
            var oneLine = text.ReplaceLineEndings(" ");
            _file.Write(Encoding.UTF8.GetBytes($"{key}\t{oneLine}\n"));
            _end = _file.Position;
            _lines.Add((key, oneLine));
            return true;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>As Linux, macOS and, twice, Windows number it.</summary>
    private static bool IsInUse(IOException failure) => (failure.HResult & 0xFFFF) is 11 or 35 or 32 or 33;

    private void Read(Func<string, bool> isText)
    {
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        _end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        CutOff();
        using var reader = new StreamReader(new MemoryStream(bytes, 0, (int)_end), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
            _lines.Add(
                line.Split('\t', 2) is [var key, var text] && isText(text)
                    ? (key, text)
                    : throw new IOException(
                        $"line {_lines.Count + 1} of '{_file.Name}' is not what was written there: '{line}'; "
                            + "mend it, or begin in another folder with --journal"
                    )
            );
    }

    /// <summary>A full disk, or a process that died, may leave a line without its end. Who wrote it was never
    /// told that it is there: it has not happened.</summary>
    private void CutOff()
    {
        // Durable with the next line; until then it would be cut off again.
        if (_file.Length != _end)
            _file.SetLength(_end);
        _file.Position = _end;
    }
}
