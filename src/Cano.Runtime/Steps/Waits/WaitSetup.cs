using Cano.Runtime.Definitions;
using Cano.Runtime.Scope;
using Cano.Runtime.Signals;

namespace Cano.Runtime.Steps.Waits;

/// <summary>How a state is made to wait, until the faces do it.</summary>
internal static class WaitSetup
{
    /// <summary>Makes a state wait. The workflow's runs have inboxes from then on.</summary>
    public static WorkflowSetup<TState> RegisterWait<TState>(
        this WorkflowSetup<TState> setup,
        TState state,
        Wait<TState> wait
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(wait);
        var options = setup.Options with { Inboxes = setup.Options.Inboxes ?? new MemoryInboxes() };
        return (setup with { Options = options }).With(
            new Registration<TState>(state, new WaitBody<TState>(wait), null)
        );
    }

    /// <summary>Sends a run a signal. Returns when it is in the run's inbox.</summary>
    public static ValueTask SignalAsync(
        this RunOptions options,
        string runId,
        Signal signal,
        string? id = null
    ) => options.Inboxes!.Of(runId).AcceptAsync(signal.Name, id, null, options.Time.GetUtcNow());

    /// <inheritdoc cref="SignalAsync(RunOptions, string, Signal, string?)"/>
    public static ValueTask SignalAsync<TPayload>(
        this RunOptions options,
        string runId,
        Signal<TPayload> signal,
        TPayload payload,
        string? id = null
    ) =>
        options
            .Inboxes!.Of(runId)
            .AcceptAsync(
                signal.Name,
                id,
                SignalPayload.Write(signal.Name, payload, options.Values),
                options.Time.GetUtcNow()
            );
}
