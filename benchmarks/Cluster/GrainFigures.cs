using System.Diagnostics;
using Orleans;

namespace Cano.Benchmarks.Cluster;

/// <summary>Stands for a run, or for a node.</summary>
[Alias("figures.probe")]
internal interface IProbe : IGrainWithStringKey
{
    [Alias("touch")]
    ValueTask<int> TouchAsync();
}

internal sealed class Probe : Grain, IProbe
{
    public ValueTask<int> TouchAsync() => new(1);
}

/// <summary>What a grain for each run would cost beside one for each node.</summary>
internal static class GrainFigures
{
    private const int Runs = 20_000;

    public static async Task ShowAsync(Server server)
    {
        await using var here = await Silo.StartAsync(server, "grains");
        await using var there = await Silo.StartAsync(server, "grains");
        await CallsAsync(there, n => $"warm-{n % 1000}");
        var (first, bytes) = await CallsAsync(there, n => $"run-{n}");
        var (again, _) = await CallsAsync(there, n => $"run-{n}");
        var (one, _) = await CallsAsync(there, _ => "node");
        Console.WriteLine(
            $"| a call of a grain, {Runs:N0} in all, 64 at once | µs | heap bytes |\n|---|---|---|"
        );
        Console.WriteLine($"| a grain for each run, the first call | {first.Text(1)} | {bytes.Text()} |");
        Console.WriteLine($"| the same again | {again.Text(1)} | |");
        Console.WriteLine($"| one grain for all | {one.Text(1)} | |");
    }

    /// <summary>Microseconds a call, and what both silos keep of it.</summary>
    private static async Task<(double Micros, double Bytes)> CallsAsync(Silo silo, Func<int, string> key)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Runs),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (n, _) => await silo.Grains.GetGrain<IProbe>(key(n)).TouchAsync()
        );
        var took = Stopwatch.GetElapsedTime(started);
        return (
            took.TotalMicroseconds / Runs,
            (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Runs
        );
    }
}
