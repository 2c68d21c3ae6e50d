using System.Globalization;
using System.Text;

namespace Cano.Examples.Shop;

/// <summary>A line of a partner's book.</summary>
/// <param name="Key">The effect key under which it was written; no second line has it.</param>
/// <param name="Kind">What was done: "charged", "refunded" …</param>
/// <param name="OrderId">For which order.</param>
/// <param name="What">The card, the ware, the address.</param>
/// <param name="Amount">How much, or how many.</param>
/// <param name="Undoes">The key of the line that it takes back; empty when it takes none back.</param>
public sealed record Entry(
    string Key,
    string Kind,
    string OrderId,
    string What,
    decimal Amount,
    string Undoes = ""
);

/// <summary>A text file that is only ever added to. What is written there has happened, whatever becomes of
/// this process.</summary>
public sealed class Book : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly List<Entry> _entries = [];

    public Book(string path)
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
            _entries.Add(Read(line));
    }

    /// <summary>All lines, oldest first.</summary>
    public IReadOnlyList<Entry> Entries
    {
        get
        {
            lock (_gate)
                return [.. _entries];
        }
    }

    /// <summary>What was done and not taken back.</summary>
    public IReadOnlyList<Entry> Standing
    {
        get
        {
            lock (_gate)
            {
                var undone = _entries.Select(entry => entry.Undoes).ToHashSet();
                return [.. _entries.Where(entry => entry.Undoes.Length == 0 && !undone.Contains(entry.Key))];
            }
        }
    }

    /// <summary>Writes a line, unless there is one of its key: a step that runs again after a crash has the
    /// same key as before. The line is on the disk when this returns.</summary>
    /// <returns>Whether it was written now.</returns>
    public bool Write(Entry entry)
    {
        lock (_gate)
        {
            if (_entries.Exists(before => before.Key == entry.Key))
                return false;
            _file.Write(Encoding.UTF8.GetBytes(Line(entry)));
            _entries.Add(entry);
            return true;
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Line(Entry entry) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Key}\t{entry.Kind}\t{entry.OrderId}\t{entry.What}\t{entry.Amount}\t{entry.Undoes}\n"
        );

    private static Entry Read(string line) =>
        line.Split('\t') is [var key, var kind, var order, var what, var amount, var undoes]
        && decimal.TryParse(amount, NumberStyles.Number, CultureInfo.InvariantCulture, out var parsed)
            ? new Entry(key, kind, order, what, parsed, undoes)
            : throw new IOException($"this is no line of a book: '{line}'");
}
