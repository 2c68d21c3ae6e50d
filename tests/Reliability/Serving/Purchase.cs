using System.Globalization;

namespace Cano.Reliability.Serving;

/// <summary>One order as its customer knows it.</summary>
internal sealed class Purchase(int number, Random chance)
{
    // So long that a few orders take more room than lies ahead of the log.
    private static readonly string s_item = "lamp, ".PadRight(1 << 14, '*');

    public string Id { get; } = string.Create(CultureInfo.InvariantCulture, $"order-{number:00000}");

    /// <summary>The card of "nobody" is declined.</summary>
    public bool IsDeclined { get; } = chance.Next(20) == 0;

    /// <summary>How long after it was accepted it is cancelled; null: not at all.</summary>
    public TimeSpan? CancelsAfter { get; } =
        chance.Next(8) == 0 ? TimeSpan.FromMilliseconds(chance.Next(80)) : null;

    public bool IsPostedTwice { get; } = chance.Next(10) == 0;

    public int Cents { get; } = chance.Next(100, 10_000);

    public int Quantity { get; } = chance.Next(1, 5);

    /// <summary>What was said of it when its cancel was accepted; null before.</summary>
    public string? WhenCancelled { get; set; }

    public object Body =>
        new
        {
            Id,
            Customer = IsDeclined ? "nobody" : "ada",
            Item = s_item,
            Quantity,
            Cents,
        };
}

/// <summary>What the service says of an order.</summary>
internal sealed record OrderView(
    string Id,
    string Status,
    string? State,
    uint Version,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string? Error,
    string? Held
);

/// <summary>What came of one.</summary>
internal sealed record Receipt(
    string OrderId,
    int Cents,
    string Reservation,
    string Payment,
    string Parcel,
    int? Points
);
