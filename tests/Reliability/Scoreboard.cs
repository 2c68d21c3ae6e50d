using Cano.Reliability.Rows;

namespace Cano.Reliability;

/// <summary>Every row, by number.</summary>
internal static class Scoreboard
{
    public static IReadOnlyList<ScoreRow> Rows { get; } =
        [
            RollbackRow.Row,
            LongRunRow.Row,
            ScheduleRow.Row,
            PlantedRow.Row,
        ];
}
