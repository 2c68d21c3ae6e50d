namespace Cano.Examples.Orders;

/// <summary>Somebody else's system: it takes its time, does a thing once for a key, and writes down what it
/// did.</summary>
/// <param name="book">What it wrote down.</param>
/// <param name="pace">How long a request is on its way, and again its answer.</param>
public abstract class Partner(Book book, TimeSpan pace)
{
    /// <summary>Takes back whatever still stands for an order.</summary>
    public async Task SettleAsync(string orderId, string key, CancellationToken cancellationToken)
    {
        foreach (var entry in book.Standing(orderId))
            await UndoAsync(UndoOf(entry.Kind), entry.Key, $"{key}/{entry.Key}", cancellationToken);
    }

    /// <summary>What takes back what.</summary>
    protected abstract string UndoOf(string kind);

    protected async Task<string> DoAsync(
        string kind,
        Order order,
        int amount,
        string key,
        CancellationToken cancellationToken
    )
    {
        await Task.Delay(pace, TimeProvider.System, cancellationToken);
        var done = book.Write(new Entry(key, kind, order.Id, amount, Undoes: ""));
        // Done it is, whether or not the answer arrives.
        await Task.Delay(pace, TimeProvider.System, cancellationToken);
        return done.Key;
    }

    protected async Task UndoAsync(
        string kind,
        string undone,
        string key,
        CancellationToken cancellationToken
    )
    {
        await Task.Delay(pace, TimeProvider.System, cancellationToken);
        var entry =
            book.Find(undone) ?? throw new InvalidOperationException($"nothing was done under {undone}");
        book.Write(new Entry(key, kind, entry.OrderId, entry.Amount, undone));
        await Task.Delay(pace, TimeProvider.System, cancellationToken);
    }
}

public sealed class Bank(Book book, TimeSpan pace) : Partner(book, pace)
{
    /// <returns>The payment's number.</returns>
    public Task<string> ChargeAsync(Order order, string key, CancellationToken cancellationToken) =>
        order.Customer == "nobody"
            ? throw new InvalidOperationException("the card was declined")
            : DoAsync("charged", order, order.Cents, key, cancellationToken);

    public Task RefundAsync(string payment, string key, CancellationToken cancellationToken) =>
        UndoAsync("refunded", payment, key, cancellationToken);

    protected override string UndoOf(string kind) => "refunded";
}

public sealed class Warehouse(Book book, TimeSpan pace) : Partner(book, pace)
{
    /// <returns>The reservation's number.</returns>
    public Task<string> ReserveAsync(Order order, string key, CancellationToken cancellationToken) =>
        DoAsync("reserved", order, order.Quantity, key, cancellationToken);

    public Task ReleaseAsync(string reservation, string key, CancellationToken cancellationToken) =>
        UndoAsync("released", reservation, key, cancellationToken);

    /// <returns>The parcel's number.</returns>
    public Task<string> ShipAsync(Order order, string key, CancellationToken cancellationToken) =>
        DoAsync("shipped", order, order.Quantity, key, cancellationToken);

    public Task RecallAsync(string parcel, string key, CancellationToken cancellationToken) =>
        UndoAsync("recalled", parcel, key, cancellationToken);

    protected override string UndoOf(string kind) => kind == "shipped" ? "recalled" : "released";
}
