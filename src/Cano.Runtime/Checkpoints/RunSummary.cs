using Cano.Runtime.Checkpoints;

namespace Cano;

/// <summary>A run as a store lists it: what its newest row's head and its start say, and who works on
/// it.</summary>
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
) : IListedRun
{
    private readonly long _startTicks;
    private readonly long _updateTicks;
    private readonly long _endTicks;
    private readonly long _wakeTicks;
    private readonly RunTags _tags = RunTags.None;

    /// <summary>Whether it has come to an end, so that nothing but a retry takes it further.</summary>
    public bool HasEnded => RunStatuses.IsEnd(Status);

    /// <summary>Which entry of a state the newest row belongs to, counted from 0 over the whole run; -1 where
    /// that is not known.</summary>
    public long Visit { get; init; } = -1;

    /// <summary>When it was started, in UTC; null where that is not known.</summary>
    public DateTimeOffset? StartedAt
    {
        get => UtcTicks.Instant(_startTicks);
        init => _startTicks = UtcTicks.Of(value);
    }

    /// <summary>When its newest row was written, in UTC; null where that is not known.</summary>
    public DateTimeOffset? UpdatedAt
    {
        get => UtcTicks.Instant(_updateTicks);
        init => _updateTicks = UtcTicks.Of(value);
    }

    /// <summary>When the row that ended the run was written, in UTC; null when the run has not ended or the
    /// store does not know.</summary>
    public DateTimeOffset? EndedAt
    {
        get => UtcTicks.Instant(_endTicks);
        init => _endTicks = UtcTicks.Of(value);
    }

    /// <summary>When it goes on by itself, in UTC; null when it does not wait for an instant.</summary>
    public DateTimeOffset? WakesAt
    {
        get => UtcTicks.Instant(_wakeTicks);
        init => _wakeTicks = UtcTicks.Of(value);
    }

    /// <summary>Whether it waits and is nobody's, and its store tells when it is due
    /// (<see cref="ISharedStore.ParkAsync"/>); false of one that is due at once.</summary>
    public bool IsParked { get; init; }

    /// <summary>The run that it is a child of; null when it is none.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>What it was tagged with when it was started. A copy is kept, and compares by
    /// content.</summary>
    public IReadOnlyDictionary<string, string> Tags
    {
        get => _tags;
        init => _tags = RunTags.Of(value);
    }

    /// <summary>Of a run that failed its error's category, else null.</summary>
    public string? Category { get; init; }

    /// <summary>How often the run was claimed since it last came further or stopped in order; 0 where the
    /// store does not count.</summary>
    public int Tries { get; init; }

    /// <summary>What is known, in words: "'order-7': Waiting, in 'Pay', of 'orders', version 3, row
    /// 12 …".</summary>
    public override string ToString() => RunSummaryText.Of(this);

    long IListedRun.StartTicks => _startTicks;

    RunTags IListedRun.Tags => _tags;

    /// <summary>The status that a run's newest row and its standing tell of. For whoever writes an
    /// <see cref="ICheckpointStore"/>.</summary>
    /// <param name="newest">The newest row's <see cref="CheckpointRow.Status"/>.</param>
    /// <param name="standing">How the run fares.</param>
    public static RunStatus StatusOf(RowStatus newest, RunStanding standing) =>
        RunStatuses.Of(newest, in standing);

    /// <summary>What a list tells of a run that is not damaged. For whoever writes an
    /// <see cref="ICheckpointStore"/>.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="first">The first row that is kept: row 0, or a snapshot.</param>
    /// <param name="newest">The newest row.</param>
    /// <param name="standing">How the run fares.</param>
    public static RunSummary Of(string runId, CheckpointRow first, CheckpointRow newest, RunStanding standing)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(newest);
        var start = new StartOfRun(first, first.WrittenAt);
        return Of(runId, in start, newest, in standing, UtcTicks.Of(newest.WrittenAt));
    }

    internal static RunSummary Of(
        string runId,
        in StartOfRun start,
        CheckpointRow newest,
        in RunStanding standing,
        long updateTicks
    ) =>
        new(
            runId,
            RunStatuses.Of(newest.Status, in standing),
            start.WorkflowName,
            newest.State,
            newest.Sequence,
            newest.WorkflowVersion,
            Damage: null
        )
        {
            Visit = newest.Visit,
            StartedAt = UtcTicks.Instant(start.Ticks),
            UpdatedAt = UtcTicks.Instant(updateTicks),
            EndedAt = standing.EndedAt,
            WakesAt = newest.WakesAt,
            ParentRunId = start.ParentRunId,
            Tags = start.Tags,
            Category = newest.Category,
            Tries = standing.Tries,
        };
}
