using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;

namespace Cano;

/// <summary>What is known of a run. A list fills what its store's heads hold: id, status, name, version,
/// parent, state, visit, tries, times, wake-up, damage, tags, the error's category, and why the engine holds
/// it; the rest comes from <see cref="CanoEngine.FindAsync"/>.</summary>
public sealed record RunInfo
{
    private readonly RunTags _tags = RunTags.None;

    /// <summary>The run's id.</summary>
    public required string RunId { get; init; }

    /// <summary>How far it has come.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Whether it has come to an end, so that nothing but a retry takes it further.</summary>
    public bool HasEnded =>
        Status
            is RunStatus.Completed
                or RunStatus.Failed
                or RunStatus.RolledBack
                or RunStatus.Cancelled
                or RunStatus.RollbackFailed;

    /// <summary>The name of its workflow; null when it is not known.</summary>
    public string? WorkflowName { get; init; }

    /// <summary>The version of its workflow in its newest row.</summary>
    public uint WorkflowVersion { get; init; }

    /// <summary>The state it is in; of a run that failed the one it failed in; null when it is not
    /// known.</summary>
    public string? State { get; init; }

    /// <summary>Which entry of a state it is in, counted from 0 over the whole run; -1 when it is not
    /// known.</summary>
    public long Visit { get; init; } = -1;

    /// <summary>The attempt under way, or to come; from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The states it entered, oldest first, at most the newest 64; an exit included.</summary>
    public IReadOnlyList<string> Path
    {
        get;
        init => field = ContentList<string>.Of(value);
    } = ContentList<string>.Of([]);

    /// <summary>When it was started, in UTC; null when it is not known.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its newest row was written, in UTC; null when it is not known.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>When it came to its end, in UTC; null when it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What it waits for, or what its rollback does before a compensation is tried again; null when
    /// it does not wait.</summary>
    public RunWait? Waiting { get; init; }

    /// <summary>How far its body says it is; null when it says nothing.</summary>
    public RunProgress? Progress { get; init; }

    /// <summary>Why it failed; of a list no more than the category. Null when it did not.</summary>
    public CanoError? Error { get; init; }

    /// <summary>What was said when its cancel was asked for; null when nothing was.</summary>
    public string? CancelReason { get; init; }

    /// <summary>The run that it is a child of; null when it is none.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>What it was given at its start, as JSON; null when it was given nothing.</summary>
    public string? InputJson { get; init; }

    /// <summary>The newest output that it gave, as JSON; null when it gave none.</summary>
    public string? OutputJson { get; init; }

    /// <summary>The sequence of its newest row; -1 when none can be read.</summary>
    public long LastSequence { get; init; } = -1;

    /// <summary>How often a process died that worked on it since it last came further.</summary>
    public int Tries { get; init; }

    /// <summary>What is wrong with a damaged run, else null.</summary>
    public string? Damage { get; init; }

    /// <summary>What it was tagged with when it was started.</summary>
    public IReadOnlyDictionary<string, string> Tags
    {
        get => _tags;
        init => _tags = RunTags.Of(value);
    }

    /// <summary>Why this engine does not take it up: a workflow or version that was not added, a value that
    /// it cannot read, a store that failed. Null when nothing keeps it.</summary>
    public string? Held { get; init; }

    /// <summary>Whether its store wakes it when it is due, whoever comes first.</summary>
    internal bool IsParked { get; init; }

    /// <summary>The run, what it is and where: "order-1: Running in Pay".</summary>
    public override string ToString() =>
        State is null ? $"{RunId}: {Status}" : $"{RunId}: {Status} in {State}";
}
