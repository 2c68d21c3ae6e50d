namespace Cano.Reliability;

/// <summary>Every row, by number.</summary>
internal static class Scoreboard
{
    public static IReadOnlyList<ScoreRow> Rows { get; } = [ModelRow.Row, ReplayRow.Row, ConformanceRow.Row];
}
