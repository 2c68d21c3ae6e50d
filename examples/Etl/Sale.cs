using System.Globalization;

namespace Cano.Examples.Etl;

/// <summary>A sale, as the warehouse keeps it.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Day">When it was.</param>
/// <param name="Sku">What was sold.</param>
/// <param name="Count">How many.</param>
/// <param name="Cents">For how much, all of them.</param>
public sealed record Sale(int Number, DateOnly Day, string Sku, int Count, long Cents)
{
    /// <summary>Reads "42;2026-03-17;pen;3;2.50".</summary>
    /// <exception cref="FormatException">It is no sale.</exception>
    public static Sale Parse(string line)
    {
        if (line.Split(';') is not [var number, var day, var sku, var count, var price])
            throw new FormatException("not five fields");
        var pieces = int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture);
        if (
            !decimal.TryParse(
                price,
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var each
            )
        )
            throw new FormatException($"'{price}' is no price");
        return new(
            int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture),
            DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            sku,
            pieces,
            (long)(each * 100) * pieces
        );
    }
}
