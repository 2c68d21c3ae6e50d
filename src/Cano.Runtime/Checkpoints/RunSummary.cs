namespace Cano;

/// <summary>How far a run has come.</summary>
public enum RunStatus
{
    /// <summary>On its way, here or interrupted.</summary>
    Running,

    /// <summary>Undoing completed steps.</summary>
    RollingBack,

    /// <summary>At an exit.</summary>
    Finished,

    /// <summary>Rolled back to its end.</summary>
    Failed,

    /// <summary>Set aside, because resuming it failed too often.</summary>
    Quarantined,

    /// <summary>Its rows cannot all be read.</summary>
    Damaged,
}

/// <summary>A run as a store lists it.</summary>
/// <param name="WorkflowId">The run's id.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="WorkflowName">The name of its workflow, when it has one.</param>
/// <param name="State">The state of its newest row; null when none can be read.</param>
/// <param name="LastSequence">The sequence of its newest row; -1 when none can be read.</param>
/// <param name="WorkflowVersion">The workflow's version in its newest row.</param>
/// <param name="Damage">What is wrong with a damaged run, else null.</param>
public sealed record RunSummary(
    string WorkflowId,
    RunStatus Status,
    string? WorkflowName,
    string? State,
    long LastSequence,
    uint WorkflowVersion,
    string? Damage
)
{
    /// <summary>When the run ended, by the store's clock; null when it has not, or nobody knows.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How often the run was taken over since it last came further, without an orderly stop.</summary>
    public int Tries { get; init; }

    /// <summary>The status that a run's newest row tells of.</summary>
    internal static RunStatus StatusOf(RowKind newest) =>
        newest switch
        {
            RowKind.Finished => RunStatus.Finished,
            RowKind.RollbackFinished => RunStatus.Failed,
            RowKind.RollbackStarted or RowKind.Compensated => RunStatus.RollingBack,
            _ => RunStatus.Running,
        };
}

/// <summary>Which runs a listing holds.</summary>
public sealed record RunFilter
{
    private RunFilter() { }

    /// <summary>Every run.</summary>
    public static RunFilter All { get; } = new();

    /// <summary>Runs that a resume would take further: running or rolling back.</summary>
    public static RunFilter Unfinished { get; } = new() { UnfinishedOnly = true };

    internal bool UnfinishedOnly { get; private init; }

    internal bool Accepts(RunStatus status) =>
        !UnfinishedOnly || status is RunStatus.Running or RunStatus.RollingBack;
}
