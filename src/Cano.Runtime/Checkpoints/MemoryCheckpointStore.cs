using System.Runtime.CompilerServices;
using Cano.Kernel;

namespace Cano;

/// <summary>Keeps rows in memory, under the same rules as a durable store: for tests, and for runs that need
/// to survive a failure but not the process.</summary>
/// <remarks>A run's rows begin at its newest <see cref="RowKind.Snapshot"/>: those before it are
/// dropped.</remarks>
/// <param name="time">The clock that stamps ends whose rows do not say when they were written; null:
/// the system's.</param>
public sealed class MemoryCheckpointStore(TimeProvider? time = null) : ICheckpointStore
{
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly Dictionary<string, Rows> runs = [];
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
            runs.Remove(runId);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var summary in Summaries())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (filter.Accepts(summary))
                yield return summary;
        }
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

    /// <summary>Does nothing: the rows stay readable, as a file's would.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A run, which is not there yet when it is unknown.</summary>
    private Rows Known(string id) => runs.TryGetValue(id, out var known) ? known : new Rows();

    private void Take(string id, Rows run, CheckpointRow row, long fence)
    {
        if (row.Sequence == 0)
            runs[id] = run;
        run.Add(row, fence, clock);
    }

    private List<RunSummary> Summaries()
    {
        lock (gate)
        {
            var summaries = new List<RunSummary>(runs.Count);
            foreach (var (id, run) in runs)
                if (run.Kept is [.., var last])
                    summaries.Add(
                        new(
                            id,
                            RunSummary.StatusOf(last.Status, run.Progress.Tries),
                            run.WorkflowName,
                            last.State,
                            last.Sequence,
                            last.WorkflowVersion,
                            Damage: null
                        )
                        {
                            Ended = run.Progress.Ended,
                            Tries = run.Progress.Tries,
                        }
                    );
            return summaries;
        }
    }

    /// <summary>The rows of one run.</summary>
    private sealed class Rows
    {
        // Room for a run of usual length: a list that grows is copied.
        public List<CheckpointRow> Kept { get; } = new(12);

        public long NextSequence { get; private set; }

        /// <summary>The newest fence claimed or used.</summary>
        public long Fence { get; set; } = AppendRule.FirstFence;

        public string? WorkflowName { get; private set; }

        public RunStanding Progress { get; set; } = RunStanding.None;

        public void Add(CheckpointRow row, long fence, TimeProvider clock)
        {
            if (row.Kind == RowKind.Snapshot)
                Kept.Clear();
            Kept.Add(row);
            NextSequence = row.Sequence + 1;
            Fence = fence;
            // Looking at the clock takes longer than all else here.
            var end = RowStatuses.IsEnd(row.Status) ? (row.WrittenAt ?? clock.GetUtcNow()).UtcTicks : 0;
            Progress = Progress.After(row.Kind, row.Visit, end);
            WorkflowName ??= row.WorkflowName;
        }
    }
}
