using Cano.Runtime.Checkpoints;

namespace Cano;

/// <summary>Which runs an engine lists: those that meet all that is given.</summary>
public sealed record RunQuery
{
    private readonly StatusSet? _statuses;
    private readonly RunTags _tags = RunTags.None;

    /// <summary>Every run.</summary>
    public static RunQuery All { get; } = new();

    /// <summary>All that have not ended.</summary>
    public static RunQuery Unfinished { get; } = new() { Statuses = RunStatuses.NoEnds };

    /// <summary>Those that a person must look at: failed, not undone, set aside, damaged, or held by this
    /// engine.</summary>
    public static RunQuery NeedsAttention { get; } =
        new()
        {
            Statuses = [RunStatus.Failed, RunStatus.RollbackFailed, RunStatus.Quarantined, RunStatus.Damaged],
            OrHeld = true,
        };

    /// <summary>The workflow's name; null for any.</summary>
    public string? WorkflowName { get; init; }

    /// <summary>The workflow's version; null for any.</summary>
    public uint? WorkflowVersion { get; init; }

    /// <summary>Any of these; null for any at all, and an empty one finds none.</summary>
    public IReadOnlyCollection<RunStatus>? Statuses
    {
        get => _statuses?.ToArray();
        init => _statuses = value is null ? null : StatusSet.Of(value);
    }

    /// <summary>The state; null for any.</summary>
    public string? State { get; init; }

    /// <summary>What the id begins with (ordinal); null for any.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>Started later than this; null for any time.</summary>
    public DateTimeOffset? StartedAfter { get; init; }

    /// <summary>Started earlier than this; null for any time.</summary>
    public DateTimeOffset? StartedBefore { get; init; }

    /// <summary>Children of this run; null for any run.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Tagged with all of these, among others; null: however tagged.</summary>
    public IReadOnlyDictionary<string, string>? Tags
    {
        get => _tags.Count == 0 ? null : _tags;
        init => _tags = value is null ? RunTags.None : RunTags.Of(value);
    }

    /// <summary>The last run of the page before; null: from the newest start on.</summary>
    public RunInfo? After { get; init; }

    /// <summary>At most so many; null for any number.</summary>
    public int? Limit { get; init; }

    /// <summary>Those that this engine holds too, whatever <see cref="Statuses"/> says.</summary>
    public bool OrHeld { get; init; }

    /// <summary>As its maker is called, or what is given in words.</summary>
    public override string ToString() => OrHeld ? $"{Filter}, or held" : Filter.ToString();

    /// <summary>What a store is asked; held ones it does not know.</summary>
    internal RunFilter Filter =>
        new()
        {
            WorkflowName = WorkflowName,
            WorkflowVersion = WorkflowVersion,
            Statuses = Statuses,
            State = State,
            IdPrefix = IdPrefix,
            StartedAfter = StartedAfter,
            StartedBefore = StartedBefore,
            ParentRunId = ParentRunId,
            Tags = Tags,
            After = After is null ? null : SummaryOf(After),
            Limit = Limit,
        };

    /// <summary>Whether a run meets all that is given but <see cref="Limit"/>.</summary>
    internal bool Accepts(RunInfo run) =>
        Filter.Accepts(SummaryOf(run))
        || (OrHeld && run.Held is not null && (Filter with { Statuses = null }).Accepts(SummaryOf(run)));

    private static RunSummary SummaryOf(RunInfo run) =>
        new(
            run.RunId,
            run.Status,
            run.WorkflowName,
            run.State,
            run.LastSequence,
            run.WorkflowVersion,
            run.Damage
        )
        {
            StartedAt = run.StartedAt,
            ParentRunId = run.ParentRunId,
            Tags = run.Tags,
        };
}
