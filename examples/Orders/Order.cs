namespace Cano.Examples.Orders;

/// <summary>The input of a run: what somebody ordered.</summary>
/// <param name="Id">The customer's number for it, and the run's id: ordering it twice is ordering it
/// once.</param>
/// <param name="Customer">Who pays; the card of "nobody" is declined.</param>
/// <param name="Item">What is sent.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Cents">What all of them cost.</param>
public sealed record Order(string Id, string Customer, string Item, int Quantity, int Cents)
{
    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Problem() =>
        new[] { Id, Customer, Item }.Any(text => string.IsNullOrWhiteSpace(text) || text.Any(char.IsControl))
            ? "id, customer and item are needed, without control characters"
        : Quantity < 1 || Cents < 1 ? "quantity and cents are at least 1"
        : null;
}

/// <summary>The output of a run: what became of the order, with the partners' numbers.</summary>
public sealed record Receipt(string OrderId, int Cents, string Reservation, string Payment, string Parcel)
{
    /// <summary>Came with the second version. What the first one stored lacks it and is read as null: a
    /// member that is added to a stored type is nullable, or has a default.</summary>
    public int? Points { get; init; }
}

/// <summary>Where an order is. Names are stored, so they stay; new ones may come.</summary>
public enum Step
{
    Accept,
    Reserve,
    Pay,
    Ship,
    Thank,
    Done,
}
