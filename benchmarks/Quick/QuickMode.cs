using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;

namespace Cano.Benchmarks.Quick;

/// <summary>Times every workload and its hand-written floor in one process, one JSON line each.</summary>
internal static class QuickMode
{
    private const int RoundsMin = 7;

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var filter = "";
        var rounds = RoundsMin;
        for (var i = 0; i < options.Length; i += 2)
        {
            var value = i + 1 < options.Length ? options[i + 1] : "";
            if (options[i] == "--filter")
                filter = value;
            else if (options[i] == "--rounds" && int.TryParse(value, out var n) && n >= RoundsMin)
                rounds = n;
            else
            {
                await Console.Error.WriteLineAsync(
                    $"usage: quick [--filter TEXT] [--rounds N]   (N at least {RoundsMin})"
                );
                return 2;
            }
        }

        foreach (
            var benchmark in All.Where(it => Workload.NameOf(it).Contains(filter, StringComparison.Ordinal))
        )
        {
            var workload = new Workload(benchmark);
            await workload.OpenAsync();
            await output.WriteLineAsync((await Measurement.OfAsync(workload, rounds)).ToJson());
            await workload.CloseAsync();
        }

        return 0;
    }

    /// <summary>What BenchmarkDotNet would run, in its order.</summary>
    private static IEnumerable<Descriptor> All =>
        typeof(QuickMode)
            .Assembly.GetExportedTypes()
            .Where(type =>
                type.GetMethods().Any(method => method.IsDefined(typeof(BenchmarkAttribute), false))
            )
            .SelectMany(theme => BenchmarkConverter.TypeToBenchmarks(theme).BenchmarksCases)
            .Select(it => it.Descriptor);
}
