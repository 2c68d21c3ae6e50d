using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;

namespace Cano.Benchmarks.Quick;

/// <summary>Times every workload beside its hand-written floor, one JSON line each. A workload and its floor
/// have a process of their own: what the runtime learns from one workload makes it compile what they share
/// for that one, and linear runs cost half as much again after journaled ones.</summary>
internal static class QuickMode
{
    private const string Floor = "floor_";
    private const int RoundsMin = 7;

    /// <summary>The verb that makes this program the process of one workload.</summary>
    public const string Verb = "workload";

    public static async Task<int> RunAsync(string[] options)
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
            var workload in All.Select(WorkloadOf)
                .Distinct()
                .Where(it => it.Contains(filter, StringComparison.Ordinal))
        )
            if (await StartAsync(workload, rounds) is not 0 and var exit)
                return exit;
        return 0;
    }

    /// <summary>What the process of a workload does.</summary>
    public static async Task<int> MeasureAsync(string name, int rounds)
    {
        foreach (var benchmark in All.Where(it => WorkloadOf(it) == name))
        {
            var workload = new Workload(benchmark);
            await workload.OpenAsync();
            await Console.Out.WriteLineAsync((await Measurement.OfAsync(workload, rounds)).ToJson());
            await workload.CloseAsync();
        }

        return 0;
    }

    private static async Task<int> StartAsync(string workload, int rounds)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        // Started by `dotnet Program.dll` the process is dotnet, and the program its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(QuickMode).Assembly.Location);
        start.ArgumentList.Add(Verb);
        start.ArgumentList.Add(workload);
        start.ArgumentList.Add($"{rounds}");
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static string WorkloadOf(Descriptor benchmark)
    {
        var name = Workload.NameOf(benchmark);
        return name.StartsWith(Floor, StringComparison.Ordinal) ? name[Floor.Length..] : name;
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
