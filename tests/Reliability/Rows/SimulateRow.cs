using System.Globalization;
using Cano.Reliability.Simulating;
using Cano.Testing;

namespace Cano.Reliability.Rows;

/// <summary>Row 9: varied workflows on virtual time with every fault, each seed twice.</summary>
internal static class SimulateRow
{
    /// <summary>What is simulated of a run alone, by name.</summary>
    public static IReadOnlyList<(
        string Name,
        Func<Simulation, Workflow<string>> Make,
        string Initial
    )> Alone { get; } =
    [
        ("chain", Chain.Make, "read"),
        ("fan", Fan.Make, "fan"),
        ("saga", Saga.Make, "s0"),
        ("payments", Payments.Make, "intend0"),
        ("import", Import.Make, "steps"),
        ("waits", Waits.Make, "rest"),
        ("offers", Offers.Make, "ask"),
        ("sums", Sums.Make, "read"),
    ];

    /// <summary>All that is simulated.</summary>
    private static readonly (
        string Name,
        Func<Simulation, Workflow<string>> Make,
        string Initial
    )[] s_workflows = [.. Alone, ("parcels", Parcels.Make, "reserve")];

    public static ScoreRow Row { get; } =
        new(
            9,
            "simulate",
            "Simulated workflows break nothing under faults, a seed reproduces bit for bit, and what a user "
                + "gave changes nothing by throwing",
            500,
            10_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var struck = new SortedDictionary<SimulationFaults, int>();
        var (completed, failed, processes) = (0, 0, 0);
        foreach (var (report, _) in await EachAsync(trials, isTwice: true))
        {
            (completed, failed, processes) = (
                completed + report.CompletedCount,
                failed + report.FailedCount,
                processes + report.ProcessCount
            );
            foreach (var (fault, count) in report.Faults)
                struck[fault] = struck.GetValueOrDefault(fault) + count;
        }

        var faults = string.Join(
            ", ",
            struck.Select(fault => $"{fault.Key} {fault.Value.ToString("N0", CultureInfo.InvariantCulture)}")
        );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{completed + failed:N0} seeds twice over {s_workflows.Length} workflows, {completed:N0} completed, {failed:N0} failed, {processes:N0} processes; {faults}; 0 violations, 0 timelines that differ, 0 changed by what throws"
        );
    }

    /// <summary>Simulates each workflow with its share of the seeds.</summary>
    internal static async Task<List<(SimulationReport Report, string Name)>> EachAsync(
        Trials trials,
        bool isTwice
    )
    {
        var reports = new List<(SimulationReport, string)>();
        for (var i = 0; i < s_workflows.Length; i++)
        {
            var (name, make, initial) = s_workflows[i];
            // Every workflow gets its share, and the first ones what is over.
            var seeds = (trials.Count / s_workflows.Length) + (i < trials.Count % s_workflows.Length ? 1 : 0);
            if (seeds == 0)
                continue;
            var options = new SimulationOptions { FirstSeed = trials.Seed };
            var report = await SoundAsync(name, () => Simulate.RunAsync(make, initial, seeds, options));
            reports.Add((report, name));
            if (!isTwice)
                continue;
            var again = await SoundAsync(name, () => Simulate.RunAsync(make, initial, seeds, options));
            for (var seed = 0; seed < seeds; seed++)
                Broken.Unless(
                    report.Fingerprints[seed] == again.Fingerprints[seed],
                    $"{name}, seed {trials.Seed + seed}: the second timeline differs from the first"
                );
            await Undisturbed.CheckAsync(name, make, initial, seeds, options);
        }

        return reports;
    }

    private static async Task<SimulationReport> SoundAsync(string name, Func<Task<SimulationReport>> simulate)
    {
        try
        {
            return await simulate();
        }
        catch (SimulationException breach)
        {
            throw new Broken($"{name}, seed {breach.Seed}: {breach.Run.Breaches[0]}", breach);
        }
    }
}
