using Cano.Runtime.Checkpoints;

namespace Cano;

/// <summary>Keeps rows in memory, under the same rules as a durable store: for tests, and for runs that need
/// to survive a failure but not the process.</summary>
/// <remarks>A run's rows begin at its newest <see cref="RowKind.Snapshot"/>: those before it are
/// dropped.</remarks>
/// <param name="time">The clock that stamps rows that do not say when they were written; null: the
/// system's.</param>
public sealed partial class MemoryCheckpointStore(TimeProvider? time = null)
    : ICheckpointStore,
        IInboxStore,
        IRunIndex,
        ISharedStore,
        IBeginsSignalled
{
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly Dictionary<string, Rows> runs = [];
    private readonly RunOrder<Rows> order = new();
    private readonly FenceCounter fences = new();
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(row);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);

        lock (gate)
        {
            var run = Known(runId);
            if (!AppendRule.Admits(row.Sequence, fence, run.NextSequence, run.Fence))
                return ValueTask.FromException(
                    AppendRule.Conflict(runId, row.Sequence, fence, run.NextSequence, run.Fence)
                );
            fences.Learn(fence);
            Take(runId, run, row, fence);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    ) => Begin(runId, first, lease: null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyList<CheckpointRow>>(cancellationToken);

        lock (gate)
            return new(runs.TryGetValue(runId, out var run) ? run.Kept.ToArray() : []);
    }

    /// <inheritdoc/>
    public ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default)
    {
        lock (gate)
            Clear(runId);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        return RunPages.ListAsync(filter, Turn, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<RunSummary?> FindAsync(string runId, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<RunSummary?>(cancellationToken);

        lock (gate)
            return new(
                runs.TryGetValue(runId, out var run) && run.IsListed && !RunIdRule.IsReserved(runId)
                    ? run.Summary()
                    : null
            );
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(RunFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<long>(cancellationToken)
            : new(RunPages.Count(filter, Turn, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    )
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<long>(cancellationToken);

        lock (gate)
        {
            var run = Known(runId);
            return Claim(run, lease: null) is { } refused
                ? ValueTask.FromException<long>(refused)
                : new(run.Fence);
        }
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(string runId, long fence, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);

        lock (gate)
            if (runs.TryGetValue(runId, out var run) && run.Fence == fence)
                LetGo(run);
        return ValueTask.CompletedTask;
    }

    /// <summary>Does nothing: the rows stay readable, as a file's would.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A run, which is not there yet when it is unknown.</summary>
    private Rows Known(string id) => runs.TryGetValue(id, out var known) ? known : new Rows(id, nodes);

    private void Turn(RunPages pages)
    {
        lock (gate)
            pages.Turn(order);
    }

    bool IBeginsSignalled.CanBeginSignalled => true;

    ValueTask<long> IBeginsSignalled.BeginAsync(
        string runId,
        CheckpointRow first,
        InboxItem signal,
        NodeLease? lease
    ) => Begin(runId, first, lease, CancellationToken.None, signal);

    private ValueTask<long> Begin(
        string runId,
        CheckpointRow first,
        NodeLease? lease,
        CancellationToken cancel,
        InboxItem? signal = null
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        if (cancel.IsCancellationRequested)
            return ValueTask.FromCanceled<long>(cancel);

        lock (gate)
        {
            if (lease is not null && !nodes.Lives(lease))
                return ValueTask.FromException<long>(lease.IsOver());
            var run = Known(runId);
            var refusal = AppendRule.BeginRefusal(runId, first, run.NextSequence, run.Fence);
            if (refusal is not null)
                return ValueTask.FromException<long>(refusal);
            var fence = fences.Next();
            run.Owner = lease;
            Take(runId, run, first, fence);
            if (signal is not null && run.Accept(signal, clock))
                Ring(run);
            return new(fence);
        }
    }

    /// <summary>Null when the run is claimed, else why it cannot be.</summary>
    private CanoException? Claim(Rows run, NodeLease? lease, bool isDue = false)
    {
        try
        {
            run.Claim(fences.Above(run.Id, runs.ContainsKey(run.Id) ? run.Fence : null), lease);
        }
        catch (CanoException refused)
        {
            return refused;
        }

        // Any other claim may come behind a look.
        if (isDue)
            run.Look();
        SetDue(run, null);
        runs[run.Id] = run;
        return null;
    }

    private void Take(string id, Rows run, CheckpointRow row, long fence)
    {
        var (isFirst, hadEnded) = (!run.IsListed, run.HasEnded);
        run.Add(row, fence, clock);
        if (run.HasEnded && !OccurrenceId.IsOne(id))
            Count(id, run);
        else if (hadEnded)
            Uncount(id, run);
        if (run.HasEnded)
            SetDue(run, null);
        if (run is { HasEnded: true, ParentRunId: { } parent } && runs.TryGetValue(parent, out var waiting))
            Ring(waiting);
        if (!isFirst)
            return;
        runs[id] = run;
        order.Add(run);
    }

    private void Clear(string id)
    {
        if (!runs.Remove(id, out var run))
            return;
        order.Remove(run);
        SetDue(run, null);
        Uncount(id, run);
    }

    private void Uncount(string id, Rows run)
    {
        if (ends.TryGetValue(run.Workflow, out var kept))
            kept.Forget(id);
    }
}
