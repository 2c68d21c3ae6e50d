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
    public ValueTask ParkAsync(string runId, long fence, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        lock (gate)
            if (
                runs.TryGetValue(runId, out var run)
                && run.Fence == fence
                && run is { IsListed: true, HasEnded: false }
            )
            {
                run.Release();
                SetDue(run, run.DueIfParked);
            }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<DueRuns> ClaimDueAsync(
        NodeLease lease,
        IReadOnlyCollection<WorkflowKey> workflows,
        DateTimeOffset now,
        int max,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(workflows);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<DueRuns>(cancellationToken);
        lock (gate)
        {
            if (!nodes.Lives(lease))
                return ValueTask.FromException<DueRuns>(lease.IsOver());
            var due = parked
                .TakeWhile(entry => entry.DueTicks <= now.UtcTicks)
                .Select(entry => runs[entry.Id])
                .Where(run => workflows.Contains(run.Key))
                .Take(max)
                .ToList();
            var claimed =
                from run in due
                where Claim(run, lease) is null
                select new DueRun(run.Id, run.Key, new(run.Fence, run.NextSequence));
            return new(new DueRuns([.. claimed], NextDue(now.UtcTicks)));
        }
    }

    private DateTimeOffset? NextDue(long nowTicks)
    {
        var later = parked.GetViewBetween((nowTicks + 1, ""), (long.MaxValue - 1, ""));
        return later.Count > 0 ? new(later.Min.DueTicks, TimeSpan.Zero) : null;
    }

    /// <summary>Something came for a run: it is due at once, now or when it is parked.</summary>
    private void Ring(Rows run)
    {
        run.Ring();
        if (run.DueTicks is not null)
            SetDue(run, 0);
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
