using System.Diagnostics;
using System.Globalization;

namespace Cano.Benchmarks.Sweeps;

/// <summary>What one of many costs, from ten to a million of them: a table whose rows stay level where the
/// whole is linear.</summary>
internal static class Sweep
{
    private const int Times = 3;
    private static readonly int[] s_sizes = [10, 100, 1_000, 10_000, 100_000, 1_000_000];

    /// <summary>A size that took longer is the last of its family.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8);

    public static async Task<int> RunAsync(string[] options)
    {
        if (options is not ([] or ["--filter", _]))
        {
            await Console.Error.WriteLineAsync("usage: sweep [--filter TEXT]");
            return 2;
        }

        Console.WriteLine(
            "| ns (B) for one of | " + string.Join(" | ", s_sizes.Select(Text)) + " | last / 1,000 |"
        );
        Console.WriteLine("|---|" + string.Concat(s_sizes.Select(_ => "---|")) + "---|");
        foreach (var family in SweepFamilies.All)
            if (options.Length == 0 || family.Name.Contains(options[1], StringComparison.Ordinal))
                Console.WriteLine(await RowAsync(family));
        return 0;
    }

    private static async Task<string> RowAsync(SweepFamily family)
    {
        // The first is compiled as it runs.
        await MeasureAsync(family, s_sizes[1]);
        var cells = new List<string>();
        var (atThousand, last) = (0.0, 0.0);
        foreach (var size in s_sizes)
        {
            if (size > family.SizeMax || last * size > s_patience.TotalNanoseconds)
            {
                cells.Add("–");
                continue;
            }

            var (ns, bytes) = await MeasureAsync(family, size);
            last = ns;
            if (size == 1_000)
                atThousand = ns;
            cells.Add($"{Text(ns)} ({Text(bytes)})");
        }

        var growth = (last / atThousand).ToString("0.00", CultureInfo.InvariantCulture);
        return $"| {family.Name} | {string.Join(" | ", cells)} | {growth} |";
    }

    /// <summary>The least of some times, of one of them.</summary>
    private static async Task<(double Ns, double Bytes)> MeasureAsync(SweepFamily family, int size)
    {
        var (ns, bytes) = (double.MaxValue, double.MaxValue);
        for (var time = 0; time < Times; time++)
        {
            var sweeping = await family.PrepareAsync(size);
            GC.Collect();
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var started = Stopwatch.GetTimestamp();
            await sweeping.RunAsync();
            ns = Math.Min(ns, Stopwatch.GetElapsedTime(started).TotalNanoseconds / size);
            bytes = Math.Min(bytes, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)size);
            await sweeping.CloseAsync();
        }

        return (ns, bytes);
    }

    private static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Text(int number) => Text((double)number);
}
