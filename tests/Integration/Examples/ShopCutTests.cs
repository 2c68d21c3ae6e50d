using Cano.Examples.Shop;

namespace Cano.Integration.Examples;

/// <summary>The process of an order dies before one of the rows of the order or its children is
/// written.</summary>
public sealed class ShopCutTests
{
    private const string Id = "o-1";

    [Fact]
    [Trait("ID", "V1"), Trait("ID", "V2")]
    public Task Gone_on_with_it_is_charged_reserved_and_booked_once() =>
        CutAsync(
            "Oslo",
            ResumeAsync,
            books =>
            {
                Assert.Equal(["charged", "reserved", "booked"], books.StandingOf(Id));
                Assert.Equal(3, books.Entries.Count());
            }
        );

    [Fact]
    [Trait("ID", "V4"), Trait("ID", "S5")]
    public Task Cancelled_then_nothing_of_it_stands() =>
        CutAsync("Oslo", engine => engine.CancelAsync(Id), books => Assert.Empty(books.StandingOf(Id)));

    [Fact]
    [Trait("ID", "V4"), Trait("ID", "V6")]
    public Task One_that_no_carrier_takes_goes_back_as_a_whole_all_the_same() =>
        CutAsync("Atlantis", ResumeAsync, books => Assert.Empty(books.StandingOf(Id)));

    private static async Task ResumeAsync(CanoEngine engine) =>
        await engine.ResumeAsync().LastOrDefaultAsync();

    /// <summary>Cuts an order before its first row, another before its second one, and so on, and has the
    /// next process do something about each.</summary>
    private static async Task CutAsync(string town, Func<CanoEngine, Task> next, Action<ShopBooks> check)
    {
        var cut = 0;
        while (await IsCutAsync(cut + 1, town, next, check))
            cut++;
        Assert.True(cut >= 16, $"{cut} rows");
    }

    /// <summary>Whether the process died before it had come to its end.</summary>
    private static async Task<bool> IsCutAsync(
        int append,
        string town,
        Func<CanoEngine, Task> next,
        Action<ShopBooks> check
    )
    {
        using var folder = new TempDirectory();
        using var books = new ShopBooks(folder.Path);
        var orders = books.Orders();
        var disk = new MemoryCheckpointStore();
        if (await HasEndedAsync(orders, town, new DyingStore(disk, append)))
            return false;
        await using var engine = await CanoEngine.OpenAsync(disk);
        engine.Add(orders);
        await next(engine).Soon();
        await ((Task)engine.Run(orders, Id).Completion())
            .Soon()
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True((await engine.FindAsync(Id))!.HasEnded);
        check(books);
        return true;
    }

    private static async Task<bool> HasEndedAsync(Workflow<OrderStep> orders, string town, DyingStore store)
    {
        await using var engine = await CanoEngine.OpenAsync(store);
        engine.Add(orders);
        var order = new Order([new Item("lamp", 2)], "4242424242424242", $"Storgata 1, {town}");
        var run = await engine.StartAsync(orders, OrderStep.Accept, Id, order);
        return await Task.WhenAny(run.Completion(), store.HasDied).Soon() != store.HasDied;
    }
}
