using System.Runtime.CompilerServices;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano;

// How several nodes share the store.
public sealed partial class MemoryCheckpointStore
{
    private readonly NodeRegistry nodes = new();
    private readonly Dictionary<string, EndOrder> ends = [];

    /// <inheritdoc/>
    public ValueTask<NodeLease> JoinAsync(
        string node,
        TimeSpan span,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<NodeLease>(cancellationToken);
        lock (gate)
            return new(nodes.Join(node, span, clock.GetUtcNow()));
    }

    /// <inheritdoc/>
    public ValueTask<bool> BeatAsync(NodeLease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        lock (gate)
            return new(nodes.Beat(lease, clock.GetUtcNow()));
    }

    /// <inheritdoc/>
    public ValueTask LeaveAsync(NodeLease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        lock (gate)
        {
            if (!nodes.Leave(lease))
                return ValueTask.CompletedTask;
            foreach (var run in runs.Values.Where(run => run.Owner == lease))
                LetGo(run);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        NodeLease lease,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(lease);
        return Begin(runId, first, lease, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<RunClaim?> TryClaimAsync(
        string runId,
        NodeLease lease,
        ClaimIf rule,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<RunClaim?>(cancellationToken);
        lock (gate)
        {
            if (!nodes.Lives(lease))
                return ValueTask.FromException<RunClaim?>(lease.IsOver());
            var run = Known(runId);
            if (!run.IsToBeHad(lease, rule))
                return new(default(RunClaim?));
            return Claim(run, lease) is { } refused
                ? ValueTask.FromException<RunClaim?>(refused)
                : new(new RunClaim(run.Fence, run.NextSequence));
        }
    }

    /// <inheritdoc/>
    public ValueTask RestAsync(string runId, long fence, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        lock (gate)
            if (runs.TryGetValue(runId, out var run) && run.Fence == fence)
                run.Rest();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> OrphansAsync(
        NodeLease lease,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(lease);
        string[] orphans;
        lock (gate)
        {
            nodes.Bury(lease, clock.GetUtcNow());
            orphans = [.. from run in runs where run.Value.HasDeadOwner select run.Key];
        }

        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var id in orphans)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return id;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyCollection<string>> UnfinishedAsync(
        IReadOnlyCollection<string> runIds,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(runIds);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyCollection<string>>(cancellationToken);
        lock (gate)
            return new(runIds.Where(IsUnfinished).ToHashSet());

        bool IsUnfinished(string id) =>
            runs.TryGetValue(id, out var run) && run is { NextSequence: > 0, HasEnded: false };
    }

    /// <inheritdoc/>
    public ValueTask RetireAsync(
        string? runId,
        string workflow,
        Retention retention,
        DateTimeOffset now,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(workflow);
        ArgumentNullException.ThrowIfNull(retention);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        lock (gate)
        {
            if (runId is not null && runs.TryGetValue(runId, out var run) && run.HasEnded)
                Retire(runId, run);
            if (!ends.TryGetValue(workflow, out var kept))
                return ValueTask.CompletedTask;
            while (kept.Surplus(retention, now) is { } surplus)
            {
                kept.Forget(surplus);
                // Whoever has claimed it since writes an end of it again, or lets go of it.
                if (runs.TryGetValue(surplus, out var ended) && !ended.Progress.IsWorkedOn)
                    Clear(surplus);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>An ended run counts, and nobody works on it.</summary>
    private void Retire(string id, Rows run)
    {
        run.Release();
        Count(id, run);
    }

    private void Count(string id, Rows run)
    {
        if (!ends.TryGetValue(run.Workflow, out var kept))
            ends.Add(run.Workflow, kept = new());
        kept.Keep(id, run.Progress.EndedAt!.Value, !RowStatuses.IsSettled(run.Status!.Value));
    }
}
