using System.Globalization;
using Cano.Reliability.Simulating;
using Cano.Testing;

namespace Cano.Reliability.Rows;

/// <summary>Row 27: runs of every kind of step are cancelled for good at every point, worked on or
/// not.</summary>
internal static class CancelRow
{
    /// <summary>What the timeline says of a process that hears of the request.</summary>
    private const string Heard = "hears of the cancel";

    public static ScoreRow Row { get; } =
        new(
            27,
            "cancel",
            "a run that is cancelled for good, at whatever point, only goes back, is undone once, and ends so",
            QuickCount: 500,
            FullCount: 5_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var tally = new StopTally(SimulationFaults.DurableCancel);
        var sweep = new StopSweep(
            SimulationFaults.DurableCancel,
            SimulationFaults.None,
            SimulationFaults.Crash,
            SimulationFaults.Crash | SimulationFaults.Suspend
        );
        var (cancelled, undone, tooLate) = (0, 0, 0);
        await sweep.RunAsync(
            trials,
            (run, _) =>
            {
                if (!tally.Add(run))
                    return;
                var rows = run.Rows.SkipWhile(row => row.Kind != RowKind.CancelRequested).ToArray();
                if (rows.Length == 0)
                {
                    CheckTooLate(run);
                    tooLate++;
                    return;
                }

                Broken.Unless(
                    run.Rows[^1].Status == RowStatus.Cancelled && run.Error is { Fault.IsCancelled: true },
                    $"it ended as {run.Rows[^1].Status}, {run.Error}"
                );
                cancelled++;
                undone += rows.Count(row => row.Kind == RowKind.Compensated);
            }
        );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{tally.Stops:N0} cancels at every point of runs of {StopSweep.WorkflowCount} workflows ({tally.Statuses}; {tally.Idle:N0} that nobody worked on), {tally.Deaths:N0} processes killed after it; {cancelled:N0} cancelled, {undone:N0} steps undone, each once, {tooLate:N0} came when the run went back or ended; 0 forward, 0 lost"
        );
    }

    /// <summary>No row tells of the cancel: the run went back already, or the process that worked on it came
    /// to its end before it heard, or with the row that was under way then. An end takes the request with
    /// it.</summary>
    private static void CheckTooLate(SimulatedRun run)
    {
        var lines = run.Timeline.Entries;
        var before = lines.TakeWhile(line => line.Fault != SimulationFaults.DurableCancel).ToArray();
        if (before.Any(line => line.What == nameof(RowKind.RollbackStarted)))
            return;
        var asked = lines[before.Length];
        TimelineEntry[] later = [.. UpToTurn(lines.Skip(before.Length))];
        // Rows that wait for company come in their turn.
        var accepted = lines
            .TakeWhile(line => line.What != Heard)
            .Where(line => line.What == "accepted")
            .Select(line => line.Row)
            .ToHashSet();
        var heard = later
            .SkipWhile(line => line.What != Heard)
            .Count(line => IsRow(line) && !accepted.Contains(line.Row));
        Broken.Unless(
            heard <= 1 && later.Where(IsRow).All(row => row.Process == asked.Process),
            "rows came after the request, and none tells of it"
        );
    }

    /// <summary>Up to the row with which the run ended or went back.</summary>
    private static IEnumerable<TimelineEntry> UpToTurn(IEnumerable<TimelineEntry> lines)
    {
        foreach (var line in lines)
        {
            yield return line;
            if (
                line.What
                is nameof(RowKind.Finished)
                    or nameof(RowKind.Failed)
                    or nameof(RowKind.RollbackStarted)
            )
                break;
        }
    }

    private static bool IsRow(TimelineEntry line) => Enum.TryParse<RowKind>(line.What, out _);
}
