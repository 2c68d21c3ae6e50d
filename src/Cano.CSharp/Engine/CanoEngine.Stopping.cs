using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cano.CSharp.Engine;
using Cano.Runtime.Runs;
using Cano.Runtime.StoredRuns;

namespace Cano;

// How runs are stopped, and gone on with.
public sealed partial class CanoEngine
{
    private const string NotToRetry =
        "only a run that failed, could not be undone or was set aside is retried";

    /// <summary>Cancels a run for good: from then on it only goes backward, what it completed is undone, and
    /// it ends as <see cref="RunStatus.Cancelled"/>. Of a run that has ended, or is asked twice, nothing
    /// changes.</summary>
    /// <remarks>A store that keeps no inbox takes the request as a row of the run, which only who works on it
    /// can write: it is refused where nobody does, and the workflow was not added (`workflow`) or the engine
    /// is suspended.</remarks>
    /// <param name="runId">The run; one that nobody works on is taken up for it, when its workflow is added
    /// and the engine not suspended. A run that was set aside has its tries taken back.</param>
    /// <param name="reason">For people; null for nothing.</param>
    /// <param name="cancellationToken">Stops the waiting; the run may be cancelled all the same.</param>
    /// <returns>Completes when the request is durable.</returns>
    /// <exception cref="ArgumentException">The reason is no text that UTF-8 gives back.</exception>
    /// <exception cref="CanoException">`run_not_found`; `checkpoint_store`: the run is damaged, or the store
    /// failed.</exception>
    public async Task CancelAsync(
        string runId,
        string? reason = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ThrowIfDisposed();
        var request = InboxItem.Cancel(reason);
        var store = _runs.Store.Now;
        var run =
            await StoreCall
                .AskAsync("find run", () => StoreListing.FindAsync(store, runId, cancellationToken))
                .ConfigureAwait(false)
            ?? throw EngineErrors.NotFound(runId);
        if (run.Damage is { } damage)
            throw new CanoException(CanoError.Of(Fault.NewCheckpointStore(damage)));
        await _runs.CancelAsync(run, request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets a run go on that has failed, could not be undone, or was set aside: a failed one in the
    /// visit that failed, one that could not be undone with what is left to undo.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops the waiting; the run may go on all the same.</param>
    /// <returns>Completes when a row says so.</returns>
    /// <exception cref="CanoException">`run_not_found`; `workflow`: it ended otherwise, is under way, or its
    /// workflow was not added; `suspended`: the engine is.</exception>
    public async Task RetryAsync(string runId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ThrowIfDisposed();
        var run =
            await FindAsync(runId, cancellationToken).ConfigureAwait(false)
            ?? throw EngineErrors.NotFound(runId);
        if (run.Status is not (RunStatus.Failed or RunStatus.RollbackFailed or RunStatus.Quarantined))
            throw EngineErrors.IsUnderWay(runId, run.Status, NotToRetry);
        var workflow =
            _runs.Workflows.Find(run.WorkflowName, run.WorkflowVersion)
            ?? throw EngineErrors.NotAdded(runId, run.WorkflowName, run.WorkflowVersion);
        await _runs.HasLeftAsync(runId).WaitAsync(cancellationToken).ConfigureAwait(false);
        var retried =
            await _runs
                .TakeUpAsync(runId, workflow, TakeUpFor.Retry)
                .WaitAsync(cancellationToken)
                .ConfigureAwait(false)
            ?? throw (
                _runs.IsSuspended
                    ? EngineErrors.Suspended()
                    : EngineErrors.IsUnderWay(runId, run.Status, "somebody retries it already")
            );
        try
        {
            await EngineRuns.BegunAsync(retried, cancellationToken).ConfigureAwait(false);
        }
        catch (CanoException left) when (EndedRun.IsLeft(left))
        {
            // Somebody has taken it further meanwhile, or has forgotten it.
            var now =
                await FindAsync(runId, cancellationToken).ConfigureAwait(false)
                ?? throw EngineErrors.NotFound(runId);
            throw EngineErrors.IsUnderWay(runId, now.Status, NotToRetry);
        }
    }

    /// <summary>Takes a run up that has not ended and that nobody works on.</summary>
    /// <exception cref="CanoException">`run_not_found`; `workflow`: its workflow was not added.</exception>
    internal async Task TakeUpAsync(string runId, CancellationToken cancellationToken)
    {
        var run =
            await FindAsync(runId, cancellationToken).ConfigureAwait(false)
            ?? throw EngineErrors.NotFound(runId);
        if (run.HasEnded)
            return;
        var workflow =
            _runs.Workflows.Find(run.WorkflowName, run.WorkflowVersion)
            ?? throw EngineErrors.NotAdded(runId, run.WorkflowName, run.WorkflowVersion);
        await _runs.TakeUpAsync(runId, workflow).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes up every interrupted run of the workflows that were added: those that go back, those
    /// that wait, then the others, the oldest start first, and gives each end as it comes. Works while it is
    /// enumerated, and is over when all that had work to do have ended or wait. Runs that are set aside or
    /// damaged are given first, those of workflows that were not added once, with the reason.</summary>
    /// <param name="maxConcurrency">How many work at once, at least 1; a run that waits does not
    /// count.</param>
    /// <param name="cancellationToken">Takes up no more, and stops nothing; so does leaving it early.</param>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public async IAsyncEnumerable<RunEnd> ResumeAsync(
        int maxConcurrency = 16,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency, 1);
        ThrowIfDisposed();
        var resting = _runs.Wake();
        if (_node is not null)
            await _node.JoinAsync(cancellationToken).ConfigureAwait(false);
        var again = resting.Select(_runs.TakeUpAgainAsync).ToList();
        var (aside, work) = await _runs
            .ArmAsync(ListAsync(RunQuery.Unfinished, cancellationToken))
            .ConfigureAwait(false);
        foreach (var run in aside)
            yield return SetAside(run);
        var ends = Channel.CreateUnbounded<RunEnd>(
            new UnboundedChannelOptions { AllowSynchronousContinuations = !_runs.Basis.Dispatcher.HasTurns }
        );
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var resuming = _runs.ResumeAsync(again, work, maxConcurrency, ends.Writer, leaving.Token);
        try
        {
            await ReleaseSchedulesAsync().ConfigureAwait(false);
            await foreach (var end in ends.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return end;
            await resuming.ConfigureAwait(false);
        }
        finally
        {
            // It takes up no more: nothing else hears of this.
            await leaving.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Stops working and undoes nothing: bodies are told, what ends well within the grace counts,
    /// and every run can be gone on with, by this engine's <see cref="ResumeAsync"/> or by another. Until
    /// then starts and retries are refused.</summary>
    /// <param name="grace">How long, not negative, bodies are awaited; as the options say unless
    /// given.</param>
    /// <param name="cancellationToken">Stops the waiting; the engine is suspended all the same.</param>
    /// <returns>Which runs have bodies that outlasted the grace.</returns>
    public Task<StopResult> SuspendAsync(
        TimeSpan? grace = null,
        CancellationToken cancellationToken = default
    )
    {
        if (grace is { } span)
            ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero, nameof(grace));
        ThrowIfDisposed();
        return SuspendWithinAsync(grace ?? _options.StopGrace).WaitAsync(cancellationToken);
    }

    private async Task<StopResult> SuspendWithinAsync(TimeSpan grace)
    {
        var resting = _runs.SuspendAsync(grace);
        HoldSchedules();
        var stopped = await resting.ConfigureAwait(false);
        // Others take up what rests here, the queue too.
        if (_node is not null)
            await _node.RestAsync().ConfigureAwait(false);
        return stopped;
    }

    private static RunEnd SetAside(RunInfo run) =>
        new(
            run.RunId,
            run.WorkflowName,
            run.Status,
            null,
            CanoError.Of(
                run.Damage is { } damage
                    ? Fault.NewCheckpointStore(damage)
                    : Fault.NewWorkflow(
                        $"run '{run.RunId}' is quarantined in state '{run.State}': the process died in {run.Tries} tries to resume it; mend the cause, then retry this run by its id"
                    )
            )
        );
}
