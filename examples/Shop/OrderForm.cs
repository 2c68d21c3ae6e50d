using System.Globalization;
using Cano.Examples.Terminal;

namespace Cano.Examples.Shop;

/// <summary>What is typed, as what it means.</summary>
public static class OrderForm
{
    private const int CountMax = 99;

    /// <summary>"2 lamp, 1 vase".</summary>
    public static Item[] ItemsOf(string text)
    {
        var items = text.Split(',').Select(ItemOf).ToList();
        return
        [
            .. items
                .GroupBy(item => item.Name)
                .Select(same => new Item(same.Key, same.Sum(item => item.Count))),
        ];
    }

    public static string CardOf(string text)
    {
        var digits = text.Replace(" ", "", StringComparison.Ordinal);
        return digits.Length is >= 12 and <= 19 && digits.All(char.IsAsciiDigit)
            ? digits
            : throw new MistakeException("a card has 12 to 19 digits");
    }

    public static string AddressOf(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var address = string.Join(' ', words);
        return address.IndexOf(',', StringComparison.Ordinal) > 0 && address[^1] != ','
            ? address
            : throw new MistakeException("an address ends with a comma and a town");
    }

    private static Item ItemOf(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (
            words is not [var number, var name]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > CountMax
        )
            throw new MistakeException($"'{text.Trim()}' is not so many of a thing, such as 2 lamp");
        return Catalogue.Find(name) is not null
            ? new Item(name, count)
            : throw new MistakeException($"there is no '{name}'; see `wares`");
    }
}
