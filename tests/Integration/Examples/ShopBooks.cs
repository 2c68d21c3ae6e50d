using Cano.Examples.Shop;

namespace Cano.Integration.Examples;

/// <summary>The books of the shop's partners, in a folder of the shop.</summary>
internal sealed class ShopBooks(string folder) : IDisposable
{
    private readonly Settings _settings = new() { Folder = folder };
    private Book? _bank;
    private Book? _warehouse;
    private Book? _carriers;

    public Book Bank => _bank ??= new(_settings.BookPath("bank"));

    public Book Warehouse => _warehouse ??= new(_settings.BookPath("warehouse"));

    public Book Carriers => _carriers ??= new(_settings.BookPath("carriers"));

    public IEnumerable<Entry> Entries => [.. Bank.Entries, .. Warehouse.Entries, .. Carriers.Entries];

    public Workflow<OrderStep> Orders()
    {
        var partners = new Partners(new(Of(Bank)), new(Of(Warehouse)), new(Of(Carriers)));
        return new OrderWorkflow(partners, TimeSpan.Zero).Workflow();

        static PartnerOffice Of(Book book) => new(book, TimeSpan.Zero, _ => { });
    }

    /// <summary>What stands for an order, in the order of the partners.</summary>
    public IEnumerable<string> StandingOf(string orderId) =>
        from book in new[] { Bank, Warehouse, Carriers }
        from entry in book.Standing
        where entry.OrderId == orderId
        select entry.Kind;

    public void Dispose()
    {
        _bank?.Dispose();
        _warehouse?.Dispose();
        _carriers?.Dispose();
    }
}
