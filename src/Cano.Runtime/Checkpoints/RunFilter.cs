using Cano.Runtime.Checkpoints;

namespace Cano;

/// <summary>Which runs a listing holds: those that meet all that is given. A list has the newest start first,
/// runs of equal starts by id (ordinal), and those whose start is not known last. What a store keeps beside
/// runs, a schedule's watermark for one, is in no list.</summary>
public sealed record RunFilter
{
    private readonly StatusSet? _statuses;
    private readonly RunTags _tags = RunTags.None;
    private readonly int? _limit;

    /// <summary>Every run.</summary>
    public static RunFilter All { get; } = new();

    /// <summary>All that have not ended: those set aside and the damaged ones too.</summary>
    public static RunFilter Unfinished { get; } = new() { Statuses = RunStatuses.NoEnds };

    /// <summary>The workflow's name; null for any.</summary>
    public string? WorkflowName { get; init; }

    /// <summary>The workflow's version in the newest row; null for any.</summary>
    public uint? WorkflowVersion { get; init; }

    /// <summary>Any of these; null for any at all, and an empty one finds none.</summary>
    public IReadOnlyCollection<RunStatus>? Statuses
    {
        get => _statuses?.ToArray();
        init => _statuses = value is null ? null : StatusSet.Of(value);
    }

    /// <summary>The state of the newest row; null for any.</summary>
    public string? State { get; init; }

    /// <summary>What the id begins with (ordinal); null for any.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>Started later than this; null for any time. A run whose start is not known is not
    /// found.</summary>
    public DateTimeOffset? StartedAfter { get; init; }

    /// <summary>Started earlier than this; null for any time. A run whose start is not known is not
    /// found.</summary>
    public DateTimeOffset? StartedBefore { get; init; }

    /// <summary>Children of this run; null for any run.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Tagged with all of these, among others; none: however tagged. A copy is kept.</summary>
    public IReadOnlyDictionary<string, string>? Tags
    {
        get => _tags.Count == 0 ? null : _tags;
        init => _tags = value is null ? RunTags.None : RunTags.Of(value);
    }

    /// <summary>The last run of the page before: the list goes on behind it, whether or not it is there
    /// still; null: from the beginning.</summary>
    public RunSummary? After { get; init; }

    /// <summary>At most so many, not negative; null for any number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 0.</exception>
    public int? Limit
    {
        get => _limit;
        init
        {
            if (value is { } limit)
                ArgumentOutOfRangeException.ThrowIfNegative(limit, nameof(Limit));
            _limit = value;
        }
    }

    /// <summary>Whether a run meets all that is given but <see cref="Limit"/>, <see cref="After"/> included.
    /// For whoever writes an <see cref="ICheckpointStore"/>.</summary>
    public bool Accepts(RunSummary run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Accepts<RunSummary>(run);
    }

    /// <summary>What is given, in words: "Unfinished, of 'orders', at most 20".</summary>
    public override string ToString() => RunFilterText.Of(this);

    /// <summary>Behind what place the list begins; null: with the first run.</summary>
    internal RunPlace? Beginning
    {
        get
        {
            var before = StartedBefore is { } instant
                ? new RunPlace(instant.UtcTicks, null)
                : default(RunPlace?);
            if (After is not { } last)
                return before;
            return before is { } place && place.CompareOf(last) <= 0 ? before : RunPlace.Of(last);
        }
    }

    /// <summary>Whether neither a run of this start nor one that is listed behind it is in the
    /// list.</summary>
    internal bool IsBehind(long startTicks) => StartedAfter is { } after && startTicks <= after.UtcTicks;

    internal bool Accepts<TRun>(TRun run)
        where TRun : class, IListedRun =>
        !(_statuses is { } statuses && !statuses.Contains(run.Status))
        && (WorkflowName is null || WorkflowName == run.WorkflowName)
        && (WorkflowVersion is null || WorkflowVersion == run.WorkflowVersion)
        && (State is null || State == run.State)
        && (IdPrefix is null || run.RunId.StartsWith(IdPrefix, StringComparison.Ordinal))
        && (ParentRunId is null || ParentRunId == run.ParentRunId)
        && (_tags.Count == 0 || run.Tags.Has(_tags))
        && IsWithin(run.StartTicks)
        && (After is null || RunPlace.Of(After).CompareOf(run) > 0)
        && !RunIdRule.IsReserved(run.RunId);

    private bool IsWithin(long startTicks) =>
        (StartedAfter is null && StartedBefore is null)
        || (
            startTicks > 0
            && !(startTicks <= StartedAfter?.UtcTicks)
            && !(startTicks >= StartedBefore?.UtcTicks)
        );
}
