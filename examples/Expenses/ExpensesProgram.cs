using Cano.Examples.Terminal;

namespace Cano.Examples.Expenses;

/// <summary>From the arguments to the desk: what is opened, and what works with what.</summary>
public sealed class ExpensesProgram(TextWriter output, TextWriter errors)
    : TerminalProgram("Expenses", Settings.Usage, output, errors)
{
    protected override async Task ServeAsync(IReadOnlyList<string> arguments, CancellationToken stop)
    {
        var settings = Settings.Parse(arguments);
        Directory.CreateDirectory(settings.Folder);
        using var book = new Book(settings.BookPath);
        await using var engine = await CanoEngine.OpenAsync(
            settings.JournalPath,
            new CanoEngineOptions
            {
                Observers = [new Notices(Output, Time)],
                TimeProvider = Time,
                // The book tells expenses apart by their ids, so none is ever used twice.
                Retention = Retention.Keep,
            },
            stop
        );
        var bank = new Bank(book, settings.Pace);
        var expenses = new ExpenseWorkflow(bank, settings, Output.WriteLine).Workflow();
        engine.Add(expenses);
        var runs = new Runs(engine, "expense", Output);
        var office = new Office(engine, expenses, runs, Output, Time);
        Output.WriteLine($"Expenses, kept in {settings.Folder}; `help` tells what to type.");
        await office.ListAsync(RunQuery.Unfinished, stop);
        var desk = new ExpensesDesk(office, runs, book, Output) { ReadLineAsync = ReadLineAsync };
        await ServeAsync(engine, desk, stop);
    }
}
