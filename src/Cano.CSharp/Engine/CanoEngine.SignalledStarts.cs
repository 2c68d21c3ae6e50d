using Cano.CSharp.Engine;
using Cano.Runtime.Scope;

namespace Cano;

// How runs are signalled that may have to begin.
public sealed partial class CanoEngine
{
    /// <summary>GetOrStart and Signal in one step: the run of that id gets the signal, and is begun with it
    /// if there is none.</summary>
    /// <remarks>In a journal, and in memory, no list shows the run without its signal, and no crash leaves it
    /// so; in another store a crash may. Whoever gets no answer sends it once more, with the same
    /// id.</remarks>
    /// <param name="workflow">The value that was added.</param>
    /// <param name="initial">Where the run begins.</param>
    /// <param name="runId">The run's id.</param>
    /// <param name="input">What bodies get with <see cref="TaskContext.Input{T}"/>; journaled.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="signalId">What tells it from others, not empty; null: it is never sent twice.</param>
    /// <param name="cancellationToken">Stops the waiting; run and signal may be accepted all the
    /// same.</param>
    /// <exception cref="CanoException">As GetOrStartAsync and SignalAsync: `run_ended`: the run that is there
    /// has ended; `workflow`: it is of another workflow, began in another state or with another input, or the
    /// signal does not fit it; `suspended`: there is none, and the engine is.</exception>
    public Task<WorkflowRun<TState>> SignalOrStartAsync<TState, TInput, TPayload>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        TInput input,
        Signal<TPayload> signal,
        TPayload payload,
        string? signalId = null,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        SignalOrBeginAsync<TState>(
            new(workflow, initial, runId, GivenInput.Of(input), null),
            SentSignal.Of(signal, payload, signalId),
            cancellationToken
        );

    /// <inheritdoc cref="SignalOrStartAsync{TState, TInput, TPayload}(Workflow{TState}, TState, string, TInput, Signal{TPayload}, TPayload, string?, CancellationToken)"/>
    public Task<WorkflowRun<TState>> SignalOrStartAsync<TState>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        Signal signal,
        string? signalId = null,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        SignalOrBeginAsync<TState>(
            new(workflow, initial, runId, null, null),
            SentSignal.Of(signal, signalId),
            cancellationToken
        );

    /// <inheritdoc cref="SignalOrStartAsync{TState, TInput, TPayload}(Workflow{TState}, TState, string, TInput, Signal{TPayload}, TPayload, string?, CancellationToken)"/>
    public Task<WorkflowRun<TState>> SignalOrStartAsync<TState, TInput>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        TInput input,
        Signal signal,
        string? signalId = null,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        SignalOrBeginAsync<TState>(
            new(workflow, initial, runId, GivenInput.Of(input), null),
            SentSignal.Of(signal, signalId),
            cancellationToken
        );

    /// <inheritdoc cref="SignalOrStartAsync{TState, TInput, TPayload}(Workflow{TState}, TState, string, TInput, Signal{TPayload}, TPayload, string?, CancellationToken)"/>
    public Task<WorkflowRun<TState>> SignalOrStartAsync<TState>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        Signal signal,
        string? signalId,
        StartOptions? options,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        SignalOrBeginAsync<TState>(
            new(workflow, initial, runId, null, options),
            SentSignal.Of(signal, signalId),
            cancellationToken
        );

    /// <inheritdoc cref="SignalOrStartAsync{TState, TInput, TPayload}(Workflow{TState}, TState, string, TInput, Signal{TPayload}, TPayload, string?, CancellationToken)"/>
    public Task<WorkflowRun<TState>> SignalOrStartAsync<TState, TInput>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        TInput input,
        Signal signal,
        string? signalId,
        StartOptions? options,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        SignalOrBeginAsync<TState>(
            new(workflow, initial, runId, GivenInput.Of(input), options),
            SentSignal.Of(signal, signalId),
            cancellationToken
        );

    /// <inheritdoc cref="SignalOrStartAsync{TState, TInput, TPayload}(Workflow{TState}, TState, string, TInput, Signal{TPayload}, TPayload, string?, CancellationToken)"/>
    public Task<WorkflowRun<TState>> SignalOrStartAsync<TState, TPayload>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        Signal<TPayload> signal,
        TPayload payload,
        string? signalId = null,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        SignalOrBeginAsync<TState>(
            new(workflow, initial, runId, null, null),
            SentSignal.Of(signal, payload, signalId),
            cancellationToken
        );

    /// <inheritdoc cref="SignalOrStartAsync{TState, TInput, TPayload}(Workflow{TState}, TState, string, TInput, Signal{TPayload}, TPayload, string?, CancellationToken)"/>
    public Task<WorkflowRun<TState>> SignalOrStartAsync<TState, TPayload>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        Signal<TPayload> signal,
        TPayload payload,
        string? signalId,
        StartOptions? options,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        SignalOrBeginAsync<TState>(
            new(workflow, initial, runId, null, options),
            SentSignal.Of(signal, payload, signalId),
            cancellationToken
        );

    /// <inheritdoc cref="SignalOrStartAsync{TState, TInput, TPayload}(Workflow{TState}, TState, string, TInput, Signal{TPayload}, TPayload, string?, CancellationToken)"/>
    public Task<WorkflowRun<TState>> SignalOrStartAsync<TState, TInput, TPayload>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        TInput input,
        Signal<TPayload> signal,
        TPayload payload,
        string? signalId,
        StartOptions? options,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        SignalOrBeginAsync<TState>(
            new(workflow, initial, runId, GivenInput.Of(input), options),
            SentSignal.Of(signal, payload, signalId),
            cancellationToken
        );

    private async Task<WorkflowRun<TState>> SignalOrBeginAsync<TState>(
        WantedRun<TState> wanted,
        SentSignal signal,
        CancellationToken cancel
    )
        where TState : notnull
    {
        ThrowIfDisposed();
        var (workflow, initial, runId, input, _) = wanted.Checked;
        var known = _runs.Workflows.Of(workflow);
        ThrowIfForgotten(known, "to signal or start one");
        var item = signal.For(runId, known.Name, known, _runs.Basis.Values);
        while (true)
        {
            if (await IsThereAsync(known, initial, runId, input, cancel).ConfigureAwait(false))
                try
                {
                    await SendAsync(runId, signal, cancel).ConfigureAwait(false);
                    return new WorkflowRun<TState>(this, known, runId);
                }
                // It was forgotten meanwhile.
                catch (CanoException gone) when (gone.Error.Fault.IsRunNotFound) { }

            try
            {
                var begun = await BeginAsync(wanted, cancel, item).ConfigureAwait(false);
                WarnIfUnawaited(runId, signal, known);
                return begun;
            }
            catch (CanoException raced) when (raced.Error.Fault.IsWorkflow && !cancel.IsCancellationRequested)
            {
                await OtherAsync(runId, cancel).ConfigureAwait(false);
            }
            catch (CanoException late) when (late.Error.Fault.IsSuspended && _runs.Find(runId) is not null)
            {
                // Somebody else may begin it who came before the engine was suspended.
                await OtherAsync(runId, cancel).ConfigureAwait(false);
            }
        }
    }
}
