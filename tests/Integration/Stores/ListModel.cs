namespace Cano.Integration.Stores;

/// <summary>The list of runs as it should be: a few runs, looked through each time from one end to the
/// other.</summary>
internal sealed class ListModel
{
    private readonly Dictionary<string, Known> _runs = [];

    public IReadOnlyCollection<string> Ids => _runs.Keys;

    /// <summary>What a run is to be appended next; null of one that has no row.</summary>
    public CheckpointRow? NewestOf(string id) => _runs.GetValueOrDefault(id)?.Newest;

    public RunStart? StartOf(string id) => _runs[id].First!.Start;

    public void Take(string id, CheckpointRow row)
    {
        if (!_runs.TryGetValue(id, out var run))
            _runs.Add(id, run = new Known());
        var isProgress =
            row.Kind is not (RowKind.StateEntered or RowKind.Snapshot) || row.Visit != run.Newest?.Visit;
        run.First ??= row;
        run.Newest = row;
        run.Tries = isProgress ? 0 : run.Tries;
        run.IsWorkedOn = true;
    }

    public void Claim(string id)
    {
        if (!_runs.TryGetValue(id, out var run))
            _runs.Add(id, run = new Known());
        run.Tries++;
        run.IsWorkedOn = true;
    }

    public void Release(string id) => (_runs[id].Tries, _runs[id].IsWorkedOn) = (0, false);

    public void Clear(string id) => _runs.Remove(id);

    /// <summary>The process has ended, and another begun.</summary>
    public void Reopen()
    {
        foreach (var run in _runs.Values)
            run.IsWorkedOn = false;
    }

    public RunSummary? Find(string id) =>
        _runs.TryGetValue(id, out var run) && run.Newest is not null && id != Watermark
            ? SummaryOf(id, run)
            : null;

    public List<RunSummary> List(RunFilter filter) =>
        [
            .. _runs
                .Keys.Select(Find)
                .OfType<RunSummary>()
                .OrderByDescending(run => run.StartedAt)
                .ThenBy(run => run.RunId, StringComparer.Ordinal)
                .SkipWhile(run => filter.After is { } last && !IsBehind(run, last))
                .Where(run => IsWanted(run, filter))
                .Take(filter.Limit ?? int.MaxValue),
        ];

    /// <summary>The only id of a watermark in these histories.</summary>
    public const string Watermark = "a/watermark";

    private static bool IsBehind(RunSummary run, RunSummary last) =>
        run.StartedAt < last.StartedAt
        || (run.StartedAt == last.StartedAt && string.CompareOrdinal(run.RunId, last.RunId) > 0);

    private static bool IsWanted(RunSummary run, RunFilter filter) =>
        filter.Statuses?.Contains(run.Status) != false
        && (filter.WorkflowName ?? run.WorkflowName) == run.WorkflowName
        && (filter.WorkflowVersion ?? run.WorkflowVersion) == run.WorkflowVersion
        && (filter.State ?? run.State) == run.State
        && run.RunId.StartsWith(filter.IdPrefix ?? "", StringComparison.Ordinal)
        && (filter.ParentRunId ?? run.ParentRunId) == run.ParentRunId
        && (filter.Tags ?? run.Tags).All(run.Tags.Contains)
        && (filter.StartedAfter is null || run.StartedAt > filter.StartedAfter)
        && (filter.StartedBefore is null || run.StartedAt < filter.StartedBefore);

    private static RunSummary SummaryOf(string id, Known run)
    {
        var newest = run.Newest!;
        var start = run.First!.Start;
        return new(
            id,
            StatusOf(run),
            start?.WorkflowName,
            newest.State,
            newest.Sequence,
            newest.WorkflowVersion,
            Damage: null
        )
        {
            Visit = newest.Visit,
            StartedAt = start?.StartedAt ?? run.First.WrittenAt,
            UpdatedAt = newest.WrittenAt,
            EndedAt = newest.Status > RowStatus.RollingBack ? newest.WrittenAt : null,
            WakesAt = newest.WakesAt,
            ParentRunId = start?.Parent?.RunId,
            Tags = start?.Tags.ToDictionary() ?? [],
            Category = newest.Category,
            Tries = run.Tries,
        };
    }

    private static RunStatus StatusOf(Known run)
    {
        var newest = run.Newest!.Status;
        if (newest > RowStatus.RollingBack)
            return Enum.Parse<RunStatus>($"{newest}");
        if (run.Tries > 2)
            return RunStatus.Quarantined;
        if (newest > RowStatus.OnItsWay)
            return Enum.Parse<RunStatus>($"{newest}");
        return run.IsWorkedOn ? RunStatus.Running : RunStatus.Suspended;
    }

    private sealed class Known
    {
        public CheckpointRow? First { get; set; }

        public CheckpointRow? Newest { get; set; }

        public int Tries { get; set; }

        public bool IsWorkedOn { get; set; }
    }
}
