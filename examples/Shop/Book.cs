using System.Globalization;
using Cano.Examples.Terminal;

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

/// <summary>What a partner did. What is written there has happened, whatever becomes of this
/// process.</summary>
public sealed class Book : IDisposable
{
    private readonly Ledger _lines;

    public Book(string path) => _lines = new Ledger(path, text => TryRead("", text) is not null);

    /// <summary>All lines, oldest first.</summary>
    public IReadOnlyList<Entry> Entries => [.. _lines.Lines.Select(line => TryRead(line.Key, line.Text)!)];

    /// <summary>What was done and not taken back.</summary>
    public IReadOnlyList<Entry> Standing
    {
        get
        {
            var entries = Entries;
            var undone = entries.Select(entry => entry.Undoes).ToHashSet();
            return [.. entries.Where(entry => entry.Undoes.Length == 0 && !undone.Contains(entry.Key))];
        }
    }

    /// <summary>Writes a line, unless there is one of its key.</summary>
    /// <returns>Whether it was written now.</returns>
    public bool Write(Entry entry) =>
        _lines.Write(
            entry.Key,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{entry.Kind}\t{entry.OrderId}\t{entry.What}\t{entry.Amount}\t{entry.Undoes}"
            )
        );

    public void Dispose() => _lines.Dispose();

    private static Entry? TryRead(string key, string text) =>
        text.Split('\t') is [var kind, var order, var what, var amount, var undoes]
        && decimal.TryParse(amount, NumberStyles.Number, CultureInfo.InvariantCulture, out var parsed)
            ? new Entry(key, kind, order, what, parsed, undoes)
            : null;
}
