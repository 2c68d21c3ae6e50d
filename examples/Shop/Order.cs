namespace Cano.Examples.Shop;

/// <summary>So many of a thing.</summary>
public sealed record Item(string Name, int Count);

/// <summary>The input of an order.</summary>
/// <param name="Items">What, and how many of each.</param>
/// <param name="Card">Who pays. It stands in the journal as it was typed: a shop of real cards gives it to
/// its bank and keeps a token, or seals its values.</param>
/// <param name="Address">Where to.</param>
public sealed record Order(Item[] Items, string Card, string Address);

/// <summary>The input of a payment.</summary>
public sealed record Bill(string OrderId, string Card, decimal Amount);

/// <summary>The input of what the warehouse does.</summary>
public sealed record PickList(string OrderId, Item[] Items);

/// <summary>The input of what is done about shipping.</summary>
public sealed record Parcel(string OrderId, string Address);

/// <summary>The output of an order: the number that each partner gave.</summary>
public sealed record Receipt(string Payment, string Reservation, string Parcel);

/// <summary>What a partner says who does not do a thing. Another try would hear the same.</summary>
public sealed class RefusedException(string why) : Exception(why);
