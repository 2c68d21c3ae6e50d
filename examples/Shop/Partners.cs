namespace Cano.Examples.Shop;

/// <summary>All that are outside.</summary>
public sealed record Partners(Bank Bank, Warehouse Warehouse, Carriers Carriers)
{
    public IReadOnlyList<Partner> All => [Bank, Warehouse, Carriers];

    /// <summary>Takes back whatever still stands for an order, wherever.</summary>
    public async Task TakeBackAsync(string orderId, string key, CancellationToken cancellationToken)
    {
        foreach (var partner in All)
            await partner.TakeBackAsync(orderId, $"{key}/{partner.Name}", cancellationToken);
    }
}

/// <summary>A card has 500.00 to spend.</summary>
public sealed class Bank(PartnerOffice office) : Partner("bank", "refunded", office)
{
    private const decimal Limit = 500;

    /// <returns>The payment's number.</returns>
    public async Task<string> ChargeAsync(Bill bill, string key, CancellationToken cancellationToken)
    {
        var charge = new Entry(key, "charged", bill.OrderId, bill.Card, bill.Amount);
        await DoAsync([charge], Check, cancellationToken);
        return key;
    }

    protected override string Tell(Entry entry) =>
        $"{entry.Kind} {Words.Money(entry.Amount)}, card {Words.Card(entry.What)}";

    private void Check(Entry charge)
    {
        var left = Limit - TakenOf(charge.What);
        if (charge.Amount > left)
            throw new RefusedException(
                $"card {Words.Card(charge.What)} was declined: it has {Words.Money(left)} left"
            );
    }
}

/// <summary>A shelf for each ware.</summary>
public sealed class Warehouse(PartnerOffice office) : Partner("warehouse", "put back", office)
{
    /// <returns>The reservation's number.</returns>
    public async Task<string> ReserveAsync(PickList list, string key, CancellationToken cancellationToken)
    {
        var lines = list.Items.Select(item => new Entry(
            $"{key}/{item.Name}",
            "reserved",
            list.OrderId,
            item.Name,
            item.Count
        ));
        await DoAsync([.. lines], Check, cancellationToken);
        return key;
    }

    /// <summary>How many there are to be had.</summary>
    public int LeftOf(Ware ware) => ware.Stock - (int)TakenOf(ware.Name);

    protected override string Tell(Entry entry) => $"{entry.Kind} {entry.Amount} {entry.What}";

    private void Check(Entry reservation)
    {
        var left = LeftOf(Catalogue.Find(reservation.What)!);
        if (reservation.Amount > left)
            throw new RefusedException($"out of stock: {reservation.What}, of which there are {left}");
    }
}

/// <summary>They go to some towns.</summary>
public sealed class Carriers(PartnerOffice office) : Partner("carrier", "called off", office)
{
    private static readonly string[] s_towns = ["Oslo", "Lisbon", "Vienna", "Tartu"];

    /// <returns>The parcel's number.</returns>
    public async Task<string> BookAsync(Parcel parcel, string key, CancellationToken cancellationToken)
    {
        var booking = new Entry(key, "booked", parcel.OrderId, parcel.Address, 1);
        await DoAsync([booking], Check, cancellationToken);
        return key;
    }

    protected override string Tell(Entry entry) => $"{entry.Kind}, to {entry.What}";

    private static void Check(Entry booking)
    {
        var town = booking.What[(booking.What.LastIndexOf(',') + 1)..].Trim();
        if (!s_towns.Contains(town, StringComparer.OrdinalIgnoreCase))
            throw new RefusedException($"no carrier goes to {town}, only to {string.Join(", ", s_towns)}");
    }
}
