using System.Globalization;
using Cano.Examples.Terminal;

namespace Cano.Examples.Expenses;

/// <summary>A line of the book.</summary>
/// <param name="Key">The effect key under which it was written; no second line has it.</param>
/// <param name="Kind">What was done: "reserved" or "paid", and undone: "given back" or "called back".</param>
/// <param name="ExpenseId">For which expense.</param>
/// <param name="Amount">How much.</param>
public sealed record Entry(string Key, string Kind, string ExpenseId, decimal Amount);

/// <summary>The money. What is written there has happened, whatever becomes of this process.</summary>
public sealed class Book : IDisposable
{
    private readonly Ledger _lines;

    public Book(string path) => _lines = new Ledger(path, text => TryRead("", text) is not null);

    /// <summary>All lines, oldest first.</summary>
    public IReadOnlyList<Entry> Entries => [.. _lines.Lines.Select(line => TryRead(line.Key, line.Text)!)];

    /// <summary>Whether this was done for an expense.</summary>
    public bool Has(string kind, string expenseId) =>
        Entries.Any(entry => entry.Kind == kind && entry.ExpenseId == expenseId);

    /// <summary>Writes a line, unless there is one of its key.</summary>
    public void Write(Entry entry) =>
        _lines.Write(
            entry.Key,
            string.Create(CultureInfo.InvariantCulture, $"{entry.Kind}\t{entry.ExpenseId}\t{entry.Amount}")
        );

    public void Dispose() => _lines.Dispose();

    private static Entry? TryRead(string key, string text) =>
        text.Split('\t') is [var kind, var expense, var amount]
        && decimal.TryParse(amount, NumberStyles.Number, CultureInfo.InvariantCulture, out var parsed)
            ? new Entry(key, kind, expense, parsed)
            : null;
}
