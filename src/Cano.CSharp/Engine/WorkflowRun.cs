using Cano.CSharp.Engine;

namespace Cano;

/// <summary>A run that an application holds, whoever works on it. A handle may be kept as long as wanted; it
/// holds no resource.</summary>
public sealed class WorkflowRun<TState>
    where TState : notnull
{
    private readonly CanoEngine _engine;
    private readonly EngineWorkflow<TState> _workflow;

    internal WorkflowRun(CanoEngine engine, EngineWorkflow<TState> workflow, string runId)
    {
        _engine = engine;
        _workflow = workflow;
        RunId = runId;
    }

    /// <summary>The run's id.</summary>
    public string RunId { get; }

    /// <summary>Waits for the run's end and gives its exit, also of a run that ended before, as long as it is
    /// kept.</summary>
    /// <param name="cancellationToken">Stops the waiting, not the run.</param>
    /// <exception cref="CanoException">Why the run failed; `run_not_found`; `suspended`: the engine stopped
    /// working on it; `workflow`: this workflow does not have the exit.</exception>
    public async Task<TState> Completion(CancellationToken cancellationToken = default) =>
        ExitOf(await _engine.EndOfAsync(RunId, cancellationToken).ConfigureAwait(false));

    /// <summary>Waits for the run's end and gives the newest value that <see
    /// cref="TaskContext.SetOutput{T}"/> was given.</summary>
    /// <param name="cancellationToken">Stops the waiting, not the run.</param>
    /// <exception cref="CanoException">Why the run failed; `output_missing`: it gave none; `run_not_found`;
    /// `workflow`: the value cannot be read as this type.</exception>
    public async Task<TOutput> OutputAsync<TOutput>(CancellationToken cancellationToken = default)
    {
        var ended = await _engine.EndOfAsync(RunId, cancellationToken).ConfigureAwait(false);
        _ = ended.Exit;
        return await _engine
            .OutputOfAsync<TOutput>(RunId, _workflow.Bound.Setup.Options.Values, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>What is known of the run now.</summary>
    /// <exception cref="CanoException">`run_not_found`.</exception>
    public async Task<RunInfo> DescribeAsync(CancellationToken cancellationToken = default) =>
        await _engine.FindAsync(RunId, cancellationToken).ConfigureAwait(false)
        ?? throw EngineErrors.NotFound(RunId);

    /// <summary>Sends the run a signal; see
    /// <see cref="CanoEngine.SignalAsync(string, Signal, string?, CancellationToken)"/>.</summary>
    public Task SignalAsync(
        Signal signal,
        string? signalId = null,
        CancellationToken cancellationToken = default
    ) => _engine.SignalAsync(RunId, signal, signalId, cancellationToken);

    /// <summary>Sends the run a signal with a payload; see
    /// <see cref="CanoEngine.SignalAsync{TPayload}"/>.</summary>
    public Task SignalAsync<TPayload>(
        Signal<TPayload> signal,
        TPayload payload,
        string? signalId = null,
        CancellationToken cancellationToken = default
    ) => _engine.SignalAsync(RunId, signal, payload, signalId, cancellationToken);

    /// <summary>Cancels the run for good; see <see cref="CanoEngine.CancelAsync"/>.</summary>
    public Task CancelAsync(string? reason = null, CancellationToken cancellationToken = default) =>
        _engine.CancelAsync(RunId, reason, cancellationToken);

    /// <summary>The exit of its end.</summary>
    internal TState ExitOf(EndedRun ended) => _workflow.ExitOf(RunId, ended);

    /// <summary>The run's id and its workflow: "order-1 of orders".</summary>
    public override string ToString() => $"{RunId} of {_workflow.Name}";
}
