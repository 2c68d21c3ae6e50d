using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano;

/// <summary>Keeps rows in memory, under the same rules as a durable store: for tests, and for runs that need
/// to survive a failure but not the process.</summary>
/// <remarks>A run's rows begin at its newest <see cref="RowKind.Snapshot"/>: those before it are
/// dropped.</remarks>
/// <param name="time">The clock that stamps rows that do not say when they were written; null: the
/// system's.</param>
public sealed class MemoryCheckpointStore(TimeProvider? time = null)
    : ICheckpointStore,
        IInboxStore,
        IRunIndex
{
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly Dictionary<string, Rows> runs = [];
    private readonly RunOrder<Rows> order = new();
    private readonly FenceCounter fences = new();
    private readonly InboxBells bells = new();
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
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<long>(cancellationToken);

        lock (gate)
        {
            var run = Known(runId);
            var refusal = AppendRule.BeginRefusal(runId, first.Sequence, run.NextSequence, run.Fence);
            if (refusal is not null)
                return ValueTask.FromException<long>(refusal);
            var fence = fences.Next();
            Take(runId, run, first, fence);
            return new(fence);
        }
    }

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
            if (runs.Remove(runId, out var run))
                order.Remove(run);
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
            try
            {
                run.Fence = fences.Above(runId, run.Fence);
            }
            catch (CanoException refused)
            {
                return ValueTask.FromException<long>(refused);
            }

            run.Progress = run.Progress.Claimed();
            runs[runId] = run;
            return new(run.Fence);
        }
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(string runId, long fence, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);

        lock (gate)
            if (runs.TryGetValue(runId, out var run) && run.Fence == fence)
                run.Progress = run.Progress.Released();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(item);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);

        lock (gate)
        {
            var run = Known(runId);
            if (InboxTaking.Refusal(runId, run.Status) is { } refusal)
                return ValueTask.FromException<bool>(refusal);
            if (!run.Accept(item, clock))
                return new(false);
        }

        bells.Ring(runId);
        return new(true);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyList<InboxItem>>(cancellationToken);

        lock (gate)
            return new(Known(runId).Inbox?.Items ?? []);
    }

    /// <inheritdoc/>
    public IDisposable WatchInbox(string runId, Action ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return bells.Watch(runId, ring);
    }

    /// <summary>Does nothing: the rows stay readable, as a file's would.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A run, which is not there yet when it is unknown.</summary>
    private Rows Known(string id) => runs.TryGetValue(id, out var known) ? known : new Rows(id);

    private void Turn(RunPages pages)
    {
        lock (gate)
            pages.Turn(order);
    }

    private void Take(string id, Rows run, CheckpointRow row, long fence)
    {
        run.Add(row, fence, clock);
        if (row.Sequence > 0)
            return;
        runs[id] = run;
        order.Add(run);
    }

    /// <summary>The rows of one run.</summary>
    private sealed class Rows(string id) : IKeptRun
    {
        private StartOfRun _start;
        private long _updateTicks;

        // Room for a run of usual length: a list that grows is copied.
        public List<CheckpointRow> Kept { get; } = new(12);

        public long NextSequence { get; private set; }

        /// <summary>The newest fence claimed or used.</summary>
        public long Fence { get; set; } = AppendRule.FirstFence;

        public RunStanding Progress { get; set; } = RunStanding.None;

        public bool IsListed => Kept.Count > 0;

        string IListedRun.RunId => id;

        RunStatus IListedRun.Status => RunSummary.StatusOf(Kept[^1].Status, Progress);

        string? IListedRun.WorkflowName => _start.WorkflowName;

        uint IListedRun.WorkflowVersion => Kept[^1].WorkflowVersion;

        string? IListedRun.State => Kept[^1].State;

        long IListedRun.StartTicks => _start.Ticks;

        string? IListedRun.ParentRunId => _start.ParentRunId;

        RunTags IListedRun.Tags => _start.Tags;

        /// <summary>What the newest row says that the run is; null without one.</summary>
        public RowStatus? Status => Kept is [.., var last] ? last.Status : null;

        /// <summary>Null as long as nothing was sent.</summary>
        public KeptInbox? Inbox { get; private set; }

        /// <summary>False when there is nothing to keep.</summary>
        public bool Accept(InboxItem item, TimeProvider clock)
        {
            var newest = Kept[^1];
            if (InboxTaking.IsMoot(item.Kind, newest.Status, newest.Category))
                return false;
            if (!(Inbox ??= new()).Add(item, clock.GetUtcNow().ToUniversalTime()))
                return false;
            if (item.Kind == InboxKind.Cancel)
                Progress = Progress.CancelAccepted();
            return true;
        }

        public void Add(CheckpointRow row, long fence, TimeProvider clock)
        {
            if (row.Kind == RowKind.Snapshot)
                Kept.Clear();
            Kept.Add(row);
            Inbox?.Take(row);
            NextSequence = row.Sequence + 1;
            Fence = fence;
            var writtenAt = row.WrittenAt ?? clock.GetUtcNow();
            _updateTicks = writtenAt.UtcTicks;
            if (row.Sequence == 0)
                _start = new(row, writtenAt);
            Progress = Progress.After(
                row.Kind,
                row.Visit,
                RowStatuses.IsEnd(row.Status) ? writtenAt.UtcTicks : 0
            );
        }

        public RunSummary Summary() => RunSummary.Of(id, in _start, Kept[^1], Progress, _updateTicks);
    }
}
