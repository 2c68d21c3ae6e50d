using Cano.Reliability.Rows;

namespace Cano.Reliability;

/// <summary>Every row, by number.</summary>
internal static class Scoreboard
{
    public static IReadOnlyList<ScoreRow> Rows { get; } =
        [
            KillRow.Row,
            SimulateRow.Row,
            RollbackRow.Row,
            ReplaySimulatedRow.Row,
            LongRunRow.Row,
            ExclusiveRow.Row,
            GoldenRow.Row,
            PlantedRow.Row,
        ];
}
