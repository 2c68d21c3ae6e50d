namespace Cano.Reliability.Serving;

/// <summary>Holds what the service says of each order against the books.</summary>
/// <param name="requests">Ask the service.</param>
/// <param name="books">Of bank and warehouse.</param>
/// <param name="upgrade">When the second version of the workflow came.</param>
internal sealed class Audit(Requests requests, Books books, DateTimeOffset upgrade)
{
    private static readonly (string Done, string Undone) s_stock = ("reserved", "released");
    private static readonly (string Done, string Undone) s_money = ("charged", "refunded");
    private static readonly (string Done, string Undone) s_parcel = ("shipped", "recalled");

    private int _completed;
    private int _cancelled;
    private int _declined;
    private int _firstVersion;
    private int _upgraded;

    public async Task CheckAsync(IEnumerable<Purchase> purchases)
    {
        var limit = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        await Parallel.ForEachAsync(purchases, limit, async (purchase, _) => await CheckAsync(purchase));
        Broken.Unless(_upgraded > 0, "no order was under way when the workflow was upgraded");
    }

    public override string ToString() =>
        $"{_completed:N0} delivered ({_firstVersion:N0} by version 1), {_upgraded:N0} went on across the upgrade, {_cancelled:N0} cancelled, "
        + $"{_declined:N0} declined; {books.Count("charged"):N0} charged, {books.Count("refunded"):N0} refunded; "
        + "0 lost, 0 charged twice, 0 refunded by a stop";

    private async Task CheckAsync(Purchase purchase)
    {
        var order = await requests.GetAsync<OrderView>($"orders/{purchase.Id}");
        Broken.Unless(
            purchase.WhenCancelled is null or not ("RollingBack" or "Cancelled")
                || order.Status != "Completed",
            $"{purchase.Id} was {purchase.WhenCancelled}, and then completed"
        );
        if (order.Version == 1 && order.EndedAt > upgrade)
            Interlocked.Increment(ref _upgraded);
        switch (order.Status)
        {
            case "Completed":
                await DeliveredAsync(purchase, order);
                break;
            case "Cancelled" when purchase.CancelsAfter is not null:
                WentBack(purchase);
                Interlocked.Increment(ref _cancelled);
                break;
            case "RolledBack" when purchase.IsDeclined:
                WentBack(purchase);
                books.IsNever(purchase, "charged");
                Interlocked.Increment(ref _declined);
                break;
            default:
                throw new Broken($"{order} is no end for an order that nobody cancelled or declined");
        }
    }

    private async Task DeliveredAsync(Purchase purchase, OrderView order)
    {
        Broken.Unless(!purchase.IsDeclined, $"{purchase.Id} was declined, and delivered");
        var receipt = await requests.GetAsync<Receipt>($"orders/{purchase.Id}/receipt");
        Broken.Unless(
            receipt.OrderId == purchase.Id && receipt.Cents == purchase.Cents,
            $"{purchase.Id} got the receipt {receipt}"
        );
        Broken.Unless(
            receipt.Points == (order.Version == 2 ? purchase.Cents / 100 : null),
            $"{purchase.Id} of version {order.Version} got the receipt {receipt}"
        );
        books.Stands(purchase, s_stock, purchase.Quantity, receipt.Reservation);
        books.Stands(purchase, s_money, purchase.Cents, receipt.Payment);
        books.Stands(purchase, s_parcel, purchase.Quantity, receipt.Parcel);
        Interlocked.Increment(ref _completed);
        if (order.Version == 1)
            Interlocked.Increment(ref _firstVersion);
    }

    private void WentBack(Purchase purchase)
    {
        books.IsGone(purchase, s_stock);
        books.IsGone(purchase, s_money);
        books.IsGone(purchase, s_parcel);
    }
}
