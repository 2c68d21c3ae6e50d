using Cano.Examples.Terminal;

namespace Cano.Examples.Shop;

/// <summary>What may be typed.</summary>
public sealed class ShopDesk(Counter counter, Partners partners, TextWriter output) : Desk(output, s_help)
{
    private static readonly string[] s_help =
    [
        "order <id>    asks what, by which card and where to; an order that is there is shown",
        "show <id>     an order, and where its payment, its stock and its shipping are",
        "list          all orders, the newest first",
        "wares         what there is, and how many",
        "books         what bank, warehouse and carriers did",
        "cancel <id>   for good: all that was done goes back",
        "retry <id>    goes on with what was set aside",
        "wait <id>     until an order has ended; for scripts",
        "help          this",
        "quit          stops; the next start goes on",
    ];

    protected override Task ObeyAsync(string[] words, CancellationToken stop) =>
        words switch
        {
            ["order", var id] => OrderAsync(id, stop),
            ["show", var id] => counter.ShowAsync(id, stop),
            ["list"] => counter.ListAsync(RunQuery.All, stop),
            ["wares"] => WaresAsync(),
            ["books"] => BooksAsync(),
            ["cancel", var id] => counter.CancelAsync(id, stop),
            ["retry", var id] => counter.RetryAsync(id, stop),
            ["wait", var id] => counter.AwaitAsync(id, stop),
            _ => throw NotUnderstood(words),
        };

    private async Task OrderAsync(string id, CancellationToken stop)
    {
        if (await counter.KnowsAsync(id, stop))
        {
            await counter.ShowAsync(id, stop);
            return;
        }

        var order = new Order(
            await AskAsync("what? Such as: 2 lamp, 1 vase; nothing gives up", OrderForm.ItemsOf, stop),
            await AskAsync("by which card?", OrderForm.CardOf, stop),
            await AskAsync("where to? Such as: Storgata 1, Oslo", OrderForm.AddressOf, stop)
        );
        await counter.OrderAsync(id, order, stop);
    }

    /// <summary>Asks until the answer means something, or is empty.</summary>
    private async Task<T> AskAsync<T>(string question, Func<string, T> read, CancellationToken stop)
    {
        while (true)
        {
            await Output.WriteLineAsync(question);
            var line = await ReadLineAsync(stop);
            if (string.IsNullOrWhiteSpace(line))
                throw new MistakeException("nothing was ordered");
            try
            {
                return read(line);
            }
            catch (MistakeException mistake)
            {
                await Output.WriteLineAsync(mistake.Message);
            }
        }
    }

    private async Task WaresAsync()
    {
        foreach (var ware in Catalogue.Wares)
            await Output.WriteLineAsync(
                $"{ware.Name, -6} {Words.Money(ware.Price), 7}  {partners.Warehouse.LeftOf(ware)} left"
            );
    }

    private async Task BooksAsync()
    {
        foreach (var partner in partners.All)
        foreach (var line in partner.Lines())
            await Output.WriteLineAsync(line);
    }
}
