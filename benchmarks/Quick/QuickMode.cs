using BenchmarkDotNet.Running;

namespace Cano.Benchmarks.Quick;

/// <summary>Times every workload beside its hand-written floor, one JSON line each. A workload and its floor
/// have a process of their own: what the runtime learns from one workload makes it compile what they share
/// for that one, and linear runs cost half as much again after journaled ones.</summary>
internal static class QuickMode
{
    /// <summary>The verb that makes this program the process of one workload.</summary>
    public const string Verb = "workload";

    public static async Task<int> RunAsync(string[] options)
    {
        if (QuickOptions.Read(options) is not { } told)
        {
            await Console.Error.WriteLineAsync($"usage: quick {QuickOptions.Usage}");
            return 2;
        }

        foreach (
            var workload in All.Select(WorkloadOf)
                .Distinct()
                .Where(it => it.Contains(told.Filter, StringComparison.Ordinal))
        )
            if (await OwnProcess.RunAsync([Verb, workload, $"{told.Rounds}"]) is not 0 and var exit)
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

    private static string WorkloadOf(Descriptor benchmark)
    {
        var name = Workload.NameOf(benchmark);
        return name.StartsWith(Workload.Floor, StringComparison.Ordinal)
            ? name[Workload.Floor.Length..]
            : name;
    }

    private static IEnumerable<Descriptor> All => Workload.AllOf(typeof(QuickMode).Assembly);
}
