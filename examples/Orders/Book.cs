using System.Globalization;
using System.Text;

namespace Cano.Examples.Orders;

/// <summary>A line of a partner's book.</summary>
/// <param name="Key">The idempotency key; no second line has it.</param>
/// <param name="Kind">What was done: "charged", "refunded" …</param>
/// <param name="OrderId">For which order.</param>
/// <param name="Amount">How much, or how many.</param>
/// <param name="Undoes">The key of the line that it takes back; empty when it takes none back.</param>
public sealed record Entry(string Key, string Kind, string OrderId, int Amount, string Undoes);

/// <summary>A book on disk that is only ever added to: whatever becomes of this process, what is written
/// there has happened.</summary>
public sealed class Book : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly Dictionary<string, Entry> _byKey = [];
    private readonly Dictionary<string, List<Entry>> _byOrder = [];

    public Book(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // Without a buffer each line is one write: a process that dies leaves all of it or nothing.
        _file = new FileStream(
            path,
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.Read,
            bufferSize: 0
        );
        using var reader = new StreamReader(_file, Encoding.UTF8, leaveOpen: true);
        while (reader.ReadLine() is { } line)
            Add(Read(line));
    }

    /// <summary>Writes a line, unless there is one of its key.</summary>
    /// <returns>The line of that key.</returns>
    public Entry Write(Entry entry)
    {
        lock (_gate)
        {
            if (_byKey.TryGetValue(entry.Key, out var before))
                return before;
            _file.Write(Encoding.UTF8.GetBytes(Line(entry)));
            Add(entry);
            return entry;
        }
    }

    /// <summary>The line of a key; null when there is none.</summary>
    public Entry? Find(string key)
    {
        lock (_gate)
            return _byKey.GetValueOrDefault(key);
    }

    /// <summary>What was done for an order and not taken back.</summary>
    public IReadOnlyList<Entry> Standing(string orderId)
    {
        lock (_gate)
        {
            var all = _byOrder.GetValueOrDefault(orderId) ?? [];
            var undone = all.Select(entry => entry.Undoes).ToHashSet();
            return [.. all.Where(entry => entry.Undoes.Length == 0 && !undone.Contains(entry.Key))];
        }
    }

    public void Dispose() => _file.Dispose();

    private void Add(Entry entry)
    {
        _byKey.Add(entry.Key, entry);
        if (!_byOrder.TryGetValue(entry.OrderId, out var all))
            _byOrder[entry.OrderId] = all = [];
        all.Add(entry);
    }

    private static string Line(Entry entry) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Key}\t{entry.Kind}\t{entry.OrderId}\t{entry.Amount}\t{entry.Undoes}\n"
        );

    private static Entry Read(string line) =>
        line.Split('\t') is [var key, var kind, var order, var amount, var undoes]
            ? new Entry(key, kind, order, int.Parse(amount, CultureInfo.InvariantCulture), undoes)
            : throw new InvalidDataException($"this is no line of a book: {line}");
}
