using System.Text.Json.Serialization;

namespace Cano.Aot;

/// <summary>Where a trip is.</summary>
internal enum Leg
{
    Plan,
    Ask,

    [StoredAs("book-it")]
    Book,
    Walk,
    Fail,
    Home,
}

internal sealed record Trip(string City, IReadOnlyList<string> Stops);

internal sealed record Ticket(string City, int Price, DateTimeOffset? Until);

internal sealed record Place(int Stop);

internal sealed record Diary(string City, int Steps, IReadOnlyList<int> Lengths);

/// <summary>All that a journal keeps of a trip.</summary>
[JsonSerializable(typeof(Trip))]
[JsonSerializable(typeof(Ticket))]
[JsonSerializable(typeof(Place))]
[JsonSerializable(typeof(Diary))]
[JsonSerializable(typeof(List<int>))]
internal sealed partial class TripJson : JsonSerializerContext;
