using System.Globalization;

namespace Cano.Reliability.Rows;

/// <summary>Row 12 for the runs of row 9: every decision of the kernel against its replay, every row through
/// its bytes. The simulation compares in each of its runs; this row counts what was compared.</summary>
internal static class ReplaySimulatedRow
{
    public static ScoreRow Row { get; } =
        new(
            12,
            "replay-simulated",
            "After every event of a simulated run, the state is the fold of all events, and the rows' bytes hold it",
            500,
            10_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var (events, rows) = (0L, 0L);
        foreach (var (report, name) in await SimulateRow.EachAsync(trials, isTwice: false))
        {
            Broken.Unless(report.DecisionCount > report.SeedCount, $"{name}: hardly a decision was compared");
            (events, rows) = (events + report.DecisionCount, rows + report.RowCount);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{events:N0} events replayed, {rows:N0} rows recovered from their bytes, 0 differ"
        );
    }
}
