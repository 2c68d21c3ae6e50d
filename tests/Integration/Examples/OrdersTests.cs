using Cano.Examples.Orders;

namespace Cano.Integration.Examples;

public sealed class OrdersTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly Book _payments;
    private readonly Book _stock;
    private readonly Workflow<Step> _first;
    private readonly Workflow<Step> _second;

    public OrdersTests()
    {
        _payments = new Book(Path.Combine(_folder.Path, "bank.tsv"));
        _stock = new Book(Path.Combine(_folder.Path, "warehouse.tsv"));
        var bank = new Bank(_payments, TimeSpan.Zero);
        var warehouse = new Warehouse(_stock, TimeSpan.Zero);
        (_first, _second) = (OrderWorkflow.First(bank, warehouse), OrderWorkflow.Second(bank, warehouse));
    }

    public void Dispose()
    {
        _payments.Dispose();
        _stock.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [Trait("ID", "T6")]
    [InlineData(1, null)]
    [InlineData(2, 42)]
    public async Task An_order_is_reserved_paid_and_shipped_and_its_receipt_tells_the_numbers(
        int version,
        int? points
    )
    {
        await using var engine = CanoEngine.InMemory().Add(_first).Add(_second);
        var run = await StartAsync(engine, version == 2 ? _second : _first, "ada");
        var receipt = await run.OutputAsync<Receipt>().Soon();
        Assert.Equal(points, receipt.Points);
        Assert.Equal([receipt.Payment], Keys(_payments));
        Assert.Equal([receipt.Reservation, receipt.Parcel], Keys(_stock));
    }

    [Fact]
    [Trait("ID", "T8")]
    public async Task A_run_of_the_first_version_is_given_to_who_asks_for_the_second_and_goes_on_as_it_began()
    {
        await using var engine = CanoEngine.InMemory().Add(_first).Add(_second);
        await StartAsync(engine, _first, "ada");
        var again = await engine.GetOrStartAsync(_second, Step.Accept, "order-1", OrderOf("ada"));
        Assert.Null((await again.OutputAsync<Receipt>().Soon()).Points);
        Assert.Single(Keys(_payments));
    }

    [Fact]
    public async Task A_card_that_is_declined_leaves_nothing_reserved()
    {
        await using var engine = CanoEngine.InMemory().Add(_first);
        var run = await StartAsync(engine, _first, "nobody");
        var error = await Failures.OfAsync(run.Completion().Soon());
        Assert.Contains("declined", error.Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.RolledBack, (await run.DescribeAsync()).Status);
        Assert.Empty(Keys(_payments));
        Assert.Empty(Keys(_stock));
    }

    [Fact]
    [Trait("ID", "S5")]
    public async Task Cut_off_before_any_of_its_rows_and_cancelled_then_nothing_of_it_stands()
    {
        var cut = 0;
        for (var append = 1; await IsCutAsync(append); append++)
            cut++;
        Assert.True(cut >= 8, $"{cut} rows");
    }

    /// <summary>Whether the process died before a row was written, and the order was cancelled by the
    /// next.</summary>
    private async Task<bool> IsCutAsync(int append)
    {
        var disk = new MemoryCheckpointStore();
        var dying = new DyingStore(disk, append);
        var id = $"order-{append}";
        var before = await CanoEngine.OpenAsync(dying);
        before.Add(_first);
        var run = await before.StartAsync(_first, Step.Accept, id, OrderOf("ada") with { Id = id });
        var first = await Task.WhenAny(run.Completion(), dying.HasDied).Soon();
        await before.DisposeAsync();
        if (first != dying.HasDied)
            return false;
        await using var next = await CanoEngine.OpenAsync(disk);
        next.Add(_first);
        await next.CancelAsync(id);
        await Failures.OfAsync(next.Run(_first, id).Completion().Soon());
        Assert.Equal(RunStatus.Cancelled, (await next.FindAsync(id))!.Status);
        Assert.Empty(_payments.Standing(id));
        Assert.Empty(_stock.Standing(id));
        return true;
    }

    private static Task<WorkflowRun<Step>> StartAsync(
        CanoEngine engine,
        Workflow<Step> workflow,
        string customer
    ) => engine.StartAsync(workflow, Step.Accept, "order-1", OrderOf(customer));

    private static Order OrderOf(string customer) => new("order-1", customer, "lamp", 2, 4200);

    private static IEnumerable<string> Keys(Book book) => book.Standing("order-1").Select(entry => entry.Key);
}
