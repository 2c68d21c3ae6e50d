using Cano.CSharp.Engine;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;
using Microsoft.Extensions.Logging;

namespace Cano;

// How runs are signalled.
public sealed partial class CanoEngine
{
    /// <summary>Sends a run a signal that carries nothing. It lies in the run's inbox until a state takes it
    /// that waits for it; one that comes before its waiter waits, and signals of one name are taken in the
    /// order in which they were accepted. A signal that no state of the run's workflow waits for is accepted,
    /// with a warning.</summary>
    /// <param name="runId">The run. One that nobody works on takes the signal when it goes on.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="signalId">What tells it from others, not empty: of the newest 10,000 ids that the run has
    /// seen, another signal with one of them is accepted and changes nothing. Null: it is never sent
    /// twice.</param>
    /// <param name="cancellationToken">Stops the waiting; the signal may be accepted all the same.</param>
    /// <returns>Completes when the signal is durable.</returns>
    /// <exception cref="ArgumentException">The id is empty, or it or the signal's name is no text that UTF-8
    /// gives back.</exception>
    /// <exception cref="CanoException">`run_not_found`; `run_ended`: it has come to an end, and not by
    /// failing with nothing undone; `workflow`: what the signal carries cannot be kept, or does not fit what
    /// the run's workflow waits for; `checkpoint_store`: the store keeps no inbox, the run is damaged, or the
    /// store failed.</exception>
    public Task SignalAsync(
        string runId,
        Signal signal,
        string? signalId = null,
        CancellationToken cancellationToken = default
    ) => SendAsync(runId, SentSignal.Of(signal, signalId), cancellationToken);

    /// <summary>Sends a run a signal with a payload.</summary>
    /// <inheritdoc cref="SignalAsync(string, Signal, string?, CancellationToken)"/>
    /// <param name="runId">The run. One that nobody works on takes the signal when it goes on.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="payload">What it carries, as JSON: it has to fit a state that waits for the signal, when
    /// the run's workflow was added; else the waiter fails.</param>
    /// <param name="signalId">What tells it from others, not empty; null: it is never sent twice.</param>
    /// <param name="cancellationToken">Stops the waiting; the signal may be accepted all the same.</param>
    public Task SignalAsync<TPayload>(
        string runId,
        Signal<TPayload> signal,
        TPayload payload,
        string? signalId = null,
        CancellationToken cancellationToken = default
    ) => SendAsync(runId, SentSignal.Of(signal, payload, signalId), cancellationToken);

    private async Task SendAsync(string runId, SentSignal signal, CancellationToken cancel)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ThrowIfDisposed();
        var store = _runs.Store.Now;
        var inbox = StoreInbox.Of(store);
        var run =
            await StoreCall
                .AskAsync("find run", () => StoreListing.FindAsync(store, runId, cancel))
                .ConfigureAwait(false)
            ?? throw EngineErrors.NotFound(runId);
        if (run.Damage is { } damage)
            throw new CanoException(CanoError.Of(Fault.NewCheckpointStore(damage)));
        var workflow = _runs.Workflows.Find(run.WorkflowName, run.WorkflowVersion);
        var item = signal.For(runId, run.WorkflowName, workflow, _runs.Basis.Values);
        await AcceptAsync(inbox, run, item).WaitAsync(cancel).ConfigureAwait(false);
        WarnIfUnawaited(runId, signal, workflow);
    }

    private void WarnIfUnawaited(string runId, SentSignal signal, EngineWorkflow? workflow)
    {
        if (workflow?.WaitsFor(signal.Name) == false)
            LogUnawaited(_runs.Basis.Logger, runId, signal.Name, workflow.Name, workflow.Version);
    }

    private static async Task AcceptAsync(IInboxStore inbox, RunSummary run, InboxItem item)
    {
        try
        {
            await StoredSignal.AcceptAsync(inbox, run.RunId, item).ConfigureAwait(false);
        }
        catch (CanoException ended) when (ended.Error.Fault.IsRunEnded)
        {
            throw EngineErrors.HasEnded(run.RunId, run.WorkflowName);
        }
        // It was forgotten meanwhile.
        catch (CanoException gone) when (gone.Error.Fault.IsRunNotFound)
        {
            throw EngineErrors.NotFound(run.RunId);
        }
    }

    [LoggerMessage(
        301,
        LogLevel.Warning,
        "Run {RunId} was sent signal {Signal}, which no state of workflow {Workflow} version {Version} waits for"
    )]
    private static partial void LogUnawaited(
        ILogger logger,
        string runId,
        string signal,
        string workflow,
        uint version
    );
}
