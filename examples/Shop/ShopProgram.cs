using Cano.Examples.Terminal;

namespace Cano.Examples.Shop;

/// <summary>From the arguments to the desk: what is opened, and what works with what.</summary>
public sealed class ShopProgram(TextWriter output, TextWriter errors)
    : TerminalProgram("Shop", Settings.Usage, output, errors)
{
    protected override async Task ServeAsync(IReadOnlyList<string> arguments, CancellationToken stop)
    {
        var settings = Settings.Parse(arguments);
        Directory.CreateDirectory(settings.Folder);
        using var payments = new Book(settings.BookPath("bank"));
        using var stock = new Book(settings.BookPath("warehouse"));
        using var parcels = new Book(settings.BookPath("carriers"));
        var partners = new Partners(
            new Bank(OfficeOf(payments)),
            new Warehouse(OfficeOf(stock)),
            new Carriers(OfficeOf(parcels))
        );
        await using var engine = await CanoEngine.OpenAsync(
            settings.JournalPath,
            new CanoEngineOptions
            {
                Observers = [new Notices(Output, Time)],
                TimeProvider = Time,
                // The books tell orders apart by their ids, so none is ever used twice.
                Retention = Retention.Keep,
            },
            stop
        );
        var orders = new OrderWorkflow(partners, settings.Pace).Workflow();
        // And with it the workflows of its children.
        engine.Add(orders);
        var runs = new Runs(engine, "order", Output);
        var counter = new Counter(engine, orders, runs, Output, Time);
        Output.WriteLine($"Shop, kept in {settings.Folder}; `help` tells what to type.");
        await counter.ListAsync(RunQuery.Unfinished, stop);
        var desk = new ShopDesk(counter, partners, Output) { ReadLineAsync = ReadLineAsync };
        await ServeAsync(engine, desk, stop);

        PartnerOffice OfficeOf(Book book) => new(book, settings.Lag, Output.WriteLine);
    }
}
