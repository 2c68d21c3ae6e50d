using System.Globalization;
using Cano.Reliability.Simulating;
using Cano.Testing;

namespace Cano.Reliability.Rows;

/// <summary>Row 26: runs of every kind of step are told to rest at every point, and gone on with.</summary>
internal static class SuspendRow
{
    public static ScoreRow Row { get; } =
        new(
            26,
            "suspend",
            "a run that is told to rest, at whatever point, fails and undoes nothing for it, and goes on",
            QuickCount: 500,
            FullCount: 5_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var tally = new StopTally(SimulationFaults.Suspend);
        var sweep = new StopSweep(SimulationFaults.Suspend, SimulationFaults.None, SimulationFaults.Crash);
        var rests = 0;
        await sweep.RunAsync(
            trials,
            (run, quiet) =>
            {
                if (tally.Add(run))
                    CheckEnd(run, quiet);
                rests += run.Events.Count(seen => seen.Hook == nameof(IWorkflowObserver.OnSuspended));
            }
        );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{tally.Stops:N0} suspends at every point of runs of {StopSweep.WorkflowCount} workflows, {tally.Rows:N0} behind a row, {tally.InRollbacks:N0} in rollbacks, {rests:N0} rests, {tally.Deaths:N0} processes killed after it; {tally.BegunAgain:N0} bodies begun again; 0 failed or undone by it, 0 attempts used up, every run ended as if nobody had asked"
        );
    }

    /// <summary>The run ends as one that nobody stopped. Where time decides, in a total timeout, it may not:
    /// that counts anew in each process.</summary>
    private static void CheckEnd(SimulatedRun run, SimulatedRun quiet)
    {
        if (
            quiet.Error is { Fault.IsWorkflowTimeout: true }
            || run.Error is { Fault.IsWorkflowTimeout: true }
        )
            return;
        Broken.Unless(
            (run.Exit, run.Error?.Category) == (quiet.Exit, quiet.Error?.Category),
            $"it ended in {run.Exit ?? run.Error!.ToString()}, and in {quiet.Exit ?? quiet.Error!.ToString()} when nobody stopped it"
        );
    }
}
