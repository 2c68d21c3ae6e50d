using Cano.Kernel;

namespace Cano.Runtime.Checkpoints;

/// <summary>What the statuses of runs are.</summary>
internal static class RunStatuses
{
    private static readonly RunStatus[] s_all = Enum.GetValues<RunStatus>();

    /// <summary>Those of runs that have ended.</summary>
    public static IReadOnlyList<RunStatus> Ends { get; } = [.. s_all.Where(IsEnd)];

    /// <summary>Those of runs that have not.</summary>
    public static IReadOnlyList<RunStatus> NoEnds { get; } = [.. s_all.Where(status => !IsEnd(status))];

    public static bool IsEnd(RunStatus status) =>
        status switch
        {
            RunStatus.Completed
            or RunStatus.Failed
            or RunStatus.RolledBack
            or RunStatus.Cancelled
            or RunStatus.RollbackFailed => true,
            RunStatus.Running
            or RunStatus.Waiting
            or RunStatus.Suspended
            or RunStatus.RollingBack
            or RunStatus.Quarantined
            or RunStatus.Damaged => false,
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "There is no such status."),
        };

    /// <summary>An end that waits for a person.</summary>
    public static bool IsFailure(RunStatus status) => status is RunStatus.Failed or RunStatus.RollbackFailed;

    /// <summary>Of a run that is not damaged.</summary>
    public static RunStatus Of(RowStatus newest, in RunStanding standing) =>
        newest switch
        {
            RowStatus.Completed => RunStatus.Completed,
            RowStatus.Failed => RunStatus.Failed,
            RowStatus.RolledBack => RunStatus.RolledBack,
            RowStatus.Cancelled => RunStatus.Cancelled,
            RowStatus.RollbackFailed => RunStatus.RollbackFailed,
            RowStatus.OnItsWay or RowStatus.Waiting or RowStatus.RollingBack => OfUnfinished(
                newest,
                in standing
            ),
            // A newer version's: whoever resumes the run is told.
            _ => OfUnfinished(RowStatus.OnItsWay, in standing),
        };

    private static RunStatus OfUnfinished(RowStatus newest, in RunStanding standing) =>
        Quarantine.Holds(standing.Tries) ? RunStatus.Quarantined
        : newest == RowStatus.RollingBack ? RunStatus.RollingBack
        : newest == RowStatus.Waiting ? RunStatus.Waiting
        : standing.IsWorkedOn ? RunStatus.Running
        : RunStatus.Suspended;
}
