using System.Globalization;
using Cano.Examples.Terminal;

namespace Cano.Examples.Expenses;

/// <summary>What may be typed.</summary>
public sealed class ExpensesDesk(Office office, Runs runs, Book book, TextWriter output)
    : Desk(output, s_help)
{
    private static readonly string[] s_help =
    [
        "submit <id> <amount> <what>   asks for money; twice is once",
        "approve <id> <who>            two people must",
        "refuse <id> <who>             one is enough",
        "list                          all expenses, the newest first",
        "show <id>                     all that is known of one",
        "book                          the money",
        "cancel <id>                   for good: the money goes back",
        "retry <id>                    goes on with what was set aside, or could not go back",
        "help                          this",
        "quit                          stops; the next start goes on",
    ];

    protected override Task ObeyAsync(string[] words, CancellationToken stop) =>
        words switch
        {
            ["submit", var id, var amount, _, ..] => office.SubmitAsync(
                id,
                new Expense(AmountOf(amount), string.Join(' ', words[3..])),
                stop
            ),
            ["approve", var id, var who] => office.ApproveAsync(id, who, stop),
            ["refuse", var id, var who] => office.RefuseAsync(id, who, stop),
            ["list"] => office.ListAsync(RunQuery.All, stop),
            ["show", var id] => office.ShowAsync(id, stop),
            ["book"] => BookAsync(),
            ["cancel", var id] => office.CancelAsync(id, stop),
            ["retry", var id] => runs.RetryAsync(id, stop),
            _ => throw NotUnderstood(words),
        };

    private async Task BookAsync()
    {
        foreach (var entry in book.Entries)
            await Output.WriteLineAsync($"{entry.Kind, -11} {Words.Money(entry.Amount), 10}  {entry.Key}");
    }

    private static decimal AmountOf(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && amount > 0
        && amount == Math.Round(amount, 2)
            ? amount
            : throw new MistakeException($"'{text}' is no amount; give one such as 120 or 99.50");
}
