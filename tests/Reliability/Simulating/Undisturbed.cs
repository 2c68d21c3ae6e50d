using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>A seed whose logger, observer and exceptions throw goes the way it goes where none of them does,
/// and no error is of what they throw.</summary>
internal static class Undisturbed
{
    private const SimulationFaults Guests =
        SimulationFaults.LoggerThrows | SimulationFaults.ObserverThrows | SimulationFaults.ExceptionThrows;

    /// <summary>What they throw says so.</summary>
    private const string Thrown = "what a user gave throws";

    public static async Task CheckAsync(
        string name,
        Func<Simulation, Workflow<string>> make,
        string initial,
        int seeds,
        SimulationOptions options
    )
    {
        var quiet = options with { Faults = options.Faults & ~Guests };
        for (var seed = options.FirstSeed; seed < options.FirstSeed + seeds; seed++)
        {
            var run = await Simulate.ReplayAsync(make, initial, seed, options);
            var told = run
                .Events.Select(seen => seen.Error)
                .Append(run.Error)
                .FirstOrDefault(error => error?.ToString().Contains(Thrown) == true);
            Broken.Unless(told is null, $"{name}, seed {seed}: {told}");
            var (throwing, other) = (
                Course(run),
                Course(await Simulate.ReplayAsync(make, initial, seed, quiet))
            );
            var at = throwing.Zip(other, (one, two) => one == two).TakeWhile(isSame => isSame).Count();
            Broken.Unless(
                throwing.SequenceEqual(other),
                $"{name}, seed {seed}: with what throws '{throwing.ElementAtOrDefault(at)}', "
                    + $"else '{other.ElementAtOrDefault(at)}'"
            );
        }
    }

    /// <summary>All but the text of errors.</summary>
    private static List<string> Course(SimulatedRun run) =>
        [
            $"ended in {run.Exit ?? run.Error?.Category}, {run.ProcessCount} processes, {run.Duration}",
            .. run.Rows.Select(row => $"{row.Sequence} {row.Kind} {row.State} {row.Visit} {row.WrittenAt:O}"),
        ];
}
