using Cano.Reliability.Rows;
using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>Stops simulated runs of every kind of step in one way, at every point at which that could
/// come.</summary>
/// <param name="kind">The way.</param>
/// <param name="besides">What else may happen, round by round: each round has a seed of its own.</param>
internal sealed class StopSweep(SimulationFaults kind, params IReadOnlyList<SimulationFaults> besides)
{
    /// <summary>After how many further points a process dies that was told to stop; 0: it lives.</summary>
    private const int DeathsMax = 4;

    private static readonly (
        string Name,
        Func<Simulation, Workflow<string>> Make,
        string Initial
    )[] s_workflows = [.. SimulateRow.Alone, ("refund", Refund.Make, "s0")];

    /// <summary>How many workflows are stopped.</summary>
    public static int WorkflowCount => s_workflows.Length;

    /// <summary>Tries until the count is reached: round by round all points of all workflows, the last round
    /// as far as it comes, in a drawn order.</summary>
    /// <param name="trials">How many, and the first seed.</param>
    /// <param name="check">Is given each stopped run, and the one that nobody stopped.</param>
    /// <exception cref="Broken">A rule is broken.</exception>
    public async Task RunAsync(Trials trials, Action<SimulatedRun, SimulatedRun> check)
    {
        for (var (round, done) = (0, 0); done < trials.Count; round++)
        {
            var points = await PointsAsync(trials.Seed + round, besides[round % besides.Count]);
            trials.Chance(round).Shuffle(points);
            foreach (var point in points.Take(trials.Count - done))
            {
                await TryAsync(point, check);
                done++;
            }
        }
    }

    /// <summary>Every point of the round.</summary>
    private async Task<Point[]> PointsAsync(int seed, SimulationFaults beside)
    {
        var points = new List<Point>();
        for (var workflow = 0; workflow < s_workflows.Length; workflow++)
        {
            var options = new SimulationOptions { Faults = beside };
            var quiet = await RunAsync(workflow, seed, options, at: int.MaxValue);
            points.AddRange(
                Enumerable
                    .Range(0, quiet.StopPointCount)
                    .Select(at => new Point(workflow, seed, options, at, quiet))
            );
        }

        return [.. points];
    }

    private async Task TryAsync(Point point, Action<SimulatedRun, SimulatedRun> check)
    {
        var run = await RunAsync(point.Workflow, point.Seed, point.Options, point.At);
        var where = $"{s_workflows[point.Workflow].Name}, seed {point.Seed}, point {point.At}";
        Broken.Unless(run.Breaches.Count == 0, $"{where}: {run.Breaches.FirstOrDefault()}\n{run.Timeline}");
        try
        {
            check(run, point.Quiet);
        }
        catch (Broken broken)
        {
            throw new Broken($"{where}: {broken.Message}\n{run.Timeline}", broken);
        }
    }

    private Task<SimulatedRun> RunAsync(int workflow, int seed, SimulationOptions options, int at)
    {
        var (_, make, initial) = s_workflows[workflow];
        var dies = (at + seed) % (DeathsMax + 1);
        return Simulate.ReplayAsync(make, initial, seed, options with { Stop = new(kind, at, dies) });
    }

    private sealed record Point(
        int Workflow,
        int Seed,
        SimulationOptions Options,
        int At,
        SimulatedRun Quiet
    );
}
