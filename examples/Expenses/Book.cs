using System.Globalization;
using System.Text;

namespace Cano.Examples.Expenses;

/// <summary>A line of the book.</summary>
/// <param name="Key">The effect key under which it was written; no second line has it.</param>
/// <param name="Kind">What was done: "reserved" or "paid", and undone: "given back" or "called back".</param>
/// <param name="ExpenseId">For which expense.</param>
/// <param name="Amount">How much.</param>
public sealed record Entry(string Key, string Kind, string ExpenseId, decimal Amount);

/// <summary>The money: a text file that is only ever added to. What is written there has happened, whatever
/// becomes of this process.</summary>
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

    /// <summary>Whether this was done for an expense.</summary>
    public bool Has(string kind, string expenseId)
    {
        lock (_gate)
            return _entries.Exists(entry => entry.Kind == kind && entry.ExpenseId == expenseId);
    }

    /// <summary>Writes a line, unless there is one of its key: a step that runs again after a crash has the
    /// same key as before. The line is on the disk when this returns.</summary>
    public void Write(Entry entry)
    {
        lock (_gate)
        {
            if (_entries.Exists(before => before.Key == entry.Key))
                return;
            _file.Write(Encoding.UTF8.GetBytes(Line(entry)));
            _entries.Add(entry);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Line(Entry entry) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Key}\t{entry.Kind}\t{entry.ExpenseId}\t{entry.Amount}\n"
        );

    private static Entry Read(string line) =>
        line.Split('\t') is [var key, var kind, var expense, var amount]
        && decimal.TryParse(amount, NumberStyles.Number, CultureInfo.InvariantCulture, out var parsed)
            ? new Entry(key, kind, expense, parsed)
            : throw new IOException($"this is no line of the book: '{line}'");
}
