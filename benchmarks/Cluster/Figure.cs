using System.Globalization;

namespace Cano.Benchmarks.Cluster;

/// <summary>Numbers for people.</summary>
internal static class Figure
{
    public static double Median(this IEnumerable<double> values) => values.Quantile(0.5);

    public static double Quantile(this IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    public static string Text(this double number, int digits = 0) =>
        number.ToString($"N{digits}", CultureInfo.InvariantCulture);
}
