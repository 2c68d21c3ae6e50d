namespace Cano.Examples.Shop;

/// <summary>What there is.</summary>
/// <param name="Name">How it is ordered.</param>
/// <param name="Price">Of one.</param>
/// <param name="Stock">How many the warehouse began with.</param>
public sealed record Ware(string Name, decimal Price, int Stock);

public static class Catalogue
{
    public static IReadOnlyList<Ware> Wares { get; } =
    [new("lamp", 42.00m, 10), new("chair", 120.00m, 6), new("vase", 18.50m, 3)];

    public static Ware? Find(string name) => Wares.FirstOrDefault(ware => ware.Name == name);

    public static decimal PriceOf(IEnumerable<Item> items) =>
        items.Sum(item => item.Count * Find(item.Name)!.Price);
}
