using Cano.Reliability.Rows;

namespace Cano.Reliability;

/// <summary>Every row, by number.</summary>
internal static class Scoreboard
{
    public static IReadOnlyList<ScoreRow> Rows { get; } =
    [
        KillRow.Row,
        KillEveryWriteRow.Row,
        PowerRow.Row,
        FlipRow.Row,
        DamageRow.Row,
        LyingFlushRow.Row,
        IoFaultsRow.Row,
        DoubleCrashRow.Row,
        SimulateRow.Row,
        RollbackRow.Row,
        ModelRow.Row,
        ReplayRow.Row,
        ReplaySimulatedRow.Row,
        ConformanceRow.Row,
        ParkedRow.Row,
        LongRunRow.Row,
        ScheduleRow.Row,
        ExclusiveRow.Row,
        PoisonRow.Row,
        GoldenRow.Row,
        PlantedRow.Row,
        RefusedFlushRow.Row,
        FsyncGateRow.Row,
        NoLockRow.Row,
        HostileRow.Row,
        LongLifeRow.Row,
        SuspendRow.Row,
        CancelRow.Row,
        SignalsRow.Row,
        ChildrenRow.Row,
        RaceRow.Row,
        StartsRow.Row,
        ServiceRow.Row,
        NodesRow.Row,
        .. ClusterRows.All,
    ];
}
