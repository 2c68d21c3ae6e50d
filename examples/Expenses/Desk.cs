using System.Globalization;

namespace Cano.Examples.Expenses;

/// <summary>Reads what is typed and has it done. A mistake is told in one line, and the next line is
/// read.</summary>
public sealed class Desk(Office office, Book book, TextWriter output)
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
        "help                          this",
        "quit                          stops; the next start goes on",
    ];

    /// <summary>Obeys line by line until `quit`, the last line, or the token.</summary>
    public async Task ServeAsync(Func<CancellationToken, Task<string?>> readLine, CancellationToken stop)
    {
        while (await readLine(stop) is { } line && line.Trim() != "quit")
            await TryAsync(line, stop);
    }

    private async Task TryAsync(string line, CancellationToken stop)
    {
        try
        {
            await ObeyAsync(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), stop);
        }
        catch (MistakeException mistake)
        {
            output.WriteLine(mistake.Message);
        }
        catch (CanoException refused)
        {
            output.WriteLine(refused.Error.Message.ReplaceLineEndings(" "));
        }
    }

    private Task ObeyAsync(string[] words, CancellationToken stop) =>
        words switch
        {
            [] => Task.CompletedTask,
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
            ["help"] => HelpAsync(),
            [var command, ..] => throw new MistakeException(
                s_help.FirstOrDefault(line => line.StartsWith($"{command} ", StringComparison.Ordinal))
                    ?? $"what is '{command}'? See help"
            ),
        };

    private async Task HelpAsync()
    {
        foreach (var line in s_help)
            await output.WriteLineAsync(line);
    }

    private async Task BookAsync()
    {
        foreach (var entry in book.Entries)
            await output.WriteLineAsync($"{entry.Kind, -10} {Words.Money(entry.Amount), 10}  {entry.Key}");
    }

    private static decimal AmountOf(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && amount > 0
        && amount == Math.Round(amount, 2)
            ? amount
            : throw new MistakeException($"'{text}' is no amount; give one such as 120 or 99.50");
}
