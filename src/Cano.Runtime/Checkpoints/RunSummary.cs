using Cano.Kernel;

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

    /// <summary>Set aside, because it was claimed three times without getting further. It can still be
    /// claimed and resumed by its id.</summary>
    Quarantined,

    /// <summary>Its rows cannot all be read.</summary>
    Damaged,
}

/// <summary>A run as a store lists it.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="WorkflowName">The name of its workflow, when it has one.</param>
/// <param name="State">The state of its newest row; null when none can be read.</param>
/// <param name="LastSequence">The sequence of its newest row; -1 when none can be read.</param>
/// <param name="WorkflowVersion">The workflow's version in its newest row.</param>
/// <param name="Damage">What is wrong with a damaged run, else null.</param>
public sealed record RunSummary(
    string RunId,
    RunStatus Status,
    string? WorkflowName,
    string? State,
    long LastSequence,
    uint WorkflowVersion,
    string? Damage
)
{
    /// <summary>When the row that ended the run was written, in UTC; null when the run has not ended or the
    /// store does not know.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How often the run was claimed since it last came further or stopped in order; 0 where the
    /// store does not count.</summary>
    public int Tries { get; init; }

    /// <summary>The status that a run's newest row and its tries tell of. For whoever writes an
    /// <see cref="ICheckpointStore"/>.</summary>
    /// <param name="newest">The newest row's <see cref="CheckpointRow.Status"/>.</param>
    /// <param name="tries">The run's <see cref="RunStanding.Tries"/>.</param>
    public static RunStatus StatusOf(RowStatus newest, int tries) =>
        newest == RowStatus.Completed ? RunStatus.Finished
        : RowStatuses.IsEnd(newest) ? RunStatus.Failed
        : Quarantine.Holds(tries) ? RunStatus.Quarantined
        : newest == RowStatus.RollingBack ? RunStatus.RollingBack
        : RunStatus.Running;
}

/// <summary>Which runs a listing holds.</summary>
public sealed record RunFilter
{
    private RunFilter() { }

    /// <summary>Every run.</summary>
    public static RunFilter All { get; } = new();

    /// <summary>Runs that a resume would take further: running or rolling back.</summary>
    public static RunFilter Unfinished { get; } = new() { UnfinishedOnly = true };

    /// <summary>As its maker is called: "Unfinished".</summary>
    public override string ToString() => UnfinishedOnly ? nameof(Unfinished) : nameof(All);

    internal bool UnfinishedOnly { get; private init; }

    /// <summary>Whether a listing with this filter holds the run. For whoever writes an
    /// <see cref="ICheckpointStore"/>.</summary>
    public bool Accepts(RunSummary run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return !UnfinishedOnly || run.Status is RunStatus.Running or RunStatus.RollingBack;
    }
}
