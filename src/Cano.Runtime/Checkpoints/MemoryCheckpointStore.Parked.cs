namespace Cano;

// The runs that wait, and are nobody's.
public sealed partial class MemoryCheckpointStore
{
    private readonly SortedSet<(long DueTicks, string Id)> parked = new(
        Comparer<(long DueTicks, string Id)>.Create(
            static (one, other) =>
                one.DueTicks != other.DueTicks
                    ? one.DueTicks.CompareTo(other.DueTicks)
                    : string.CompareOrdinal(one.Id, other.Id)
        )
    );

    /// <inheritdoc/>
    public ValueTask<bool> ParkAsync(string runId, long fence, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        lock (gate)
        {
            if (
                !runs.TryGetValue(runId, out var run)
                || run.Fence != fence
                || run is not { IsListed: true, HasEnded: false }
            )
                return new(false);
            run.Release();
            SetDue(run, run.DueIfParked);
            return new(run.DueTicks == 0);
        }
    }

    /// <inheritdoc/>
    public ValueTask<DueRuns> ClaimDueAsync(
        NodeLease lease,
        DueQuery query,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(query);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<DueRuns>(cancellationToken);
        lock (gate)
        {
            if (!nodes.Lives(lease))
                return ValueTask.FromException<DueRuns>(lease.IsOver());
            var claimed =
                from run in Due(query)
                where Claim(run, lease, isDue: true) is null
                select new DueRun(run.Id, run.Key, new(run.Fence, run.NextSequence));
            return new(new DueRuns([.. claimed], NextDue(query)));
        }
    }

    private List<Rows> Due(DueQuery query)
    {
        var left = query.Workflows.ToDictionary(limit => limit.Workflow, limit => limit.Max);
        var except = query.Except.ToHashSet();
        return
        [
            .. parked
                .TakeWhile(entry => entry.DueTicks <= query.Now.UtcTicks)
                .Select(entry => runs[entry.Id])
                .Where(run => !except.Contains(run.Id) && left.GetValueOrDefault(run.Key) > 0)
                .Where(run => left[run.Key]-- > 0)
                .Take(query.Max),
        ];
    }

    private DateTimeOffset? NextDue(DueQuery query)
    {
        var known = query.Workflows.Select(limit => limit.Workflow).ToHashSet();
        var later = parked.GetViewBetween((query.Now.UtcTicks + 1, ""), (long.MaxValue - 1, ""));
        foreach (var (ticks, id) in later)
            if (known.Contains(runs[id].Key))
                return new(ticks, TimeSpan.Zero);
        return null;
    }

    /// <summary>Something came for a run: it is due at once, now or when it is parked.</summary>
    private void Ring(Rows run)
    {
        run.Ring();
        if (run.DueTicks is not null)
            SetDue(run, 0);
    }

    /// <summary>Nobody works on a run any more. What a node had is due at once, for whoever comes; what was
    /// no node's waits for who asks for it.</summary>
    private void LetGo(Rows run)
    {
        if (run is { Owner: not null, IsListed: true, HasEnded: false })
            SetDue(run, 0);
        run.Release();
    }

    private void SetDue(Rows run, long? dueTicks)
    {
        if (run.DueTicks is { } before)
            parked.Remove((before, run.Id));
        run.DueTicks = dueTicks;
        if (dueTicks is { } at)
            parked.Add((at, run.Id));
    }
}
