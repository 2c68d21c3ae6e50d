namespace Cano.Examples.Shop;

// The stored names are what journals hold, and what the prompt shows.

/// <summary>Where an order is.</summary>
public enum OrderStep
{
    [StoredAs("accept")]
    Accept,

    [StoredAs("fulfil")]
    Fulfil,

    [StoredAs("confirmed")]
    Confirmed,
}

/// <summary>Where a payment is.</summary>
public enum PaymentStep
{
    [StoredAs("charge")]
    Charge,

    [StoredAs("clearing")]
    Clearing,

    [StoredAs("paid")]
    Paid,
}

/// <summary>Where the goods are.</summary>
public enum StockStep
{
    [StoredAs("reserve")]
    Reserve,

    [StoredAs("packing")]
    Packing,

    [StoredAs("packed")]
    Packed,
}

/// <summary>Where the shipping is.</summary>
public enum ShippingStep
{
    [StoredAs("asking")]
    Asking,

    [StoredAs("book")]
    Book,

    [StoredAs("booked")]
    Booked,
}
