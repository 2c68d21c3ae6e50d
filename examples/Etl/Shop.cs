using System.Globalization;

namespace Cano.Examples.Etl;

/// <summary>Where the sales come from: a shop that gives the same pages whenever it is asked.</summary>
public static class Shop
{
    public const int PageSize = 100;
    public const int Sales = 10_000;
    public const int Pages = Sales / PageSize;

    private static readonly (string Sku, string Price)[] s_goods =
    [
        ("pen", "2.50"),
        ("ink", "7.20"),
        ("paper", "4.05"),
        ("lamp", "39.90"),
    ];

    public static IReadOnlyList<string> Page(int page) =>
        [.. Enumerable.Range(page * PageSize, PageSize).Select(Line)];

    // Numbers without a pattern that meets the eye, and now and then a price that somebody mistyped.
    private static string Line(int number)
    {
        var (sku, price) = s_goods[number * 7 % 11 % s_goods.Length];
        var day = new DateOnly(2026, 1, 1).AddDays(number * 31 % 365);
        var told = number % 97 == 13 ? "n/a" : price;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{number};{day:yyyy-MM-dd};{sku};{number * 13 % 5 + 1};{told}"
        );
    }
}
