using Cano.Runtime.Data;
using Cano.Runtime.Resilience;

namespace Cano.Runtime.Steps.Waits;

/// <summary>What follows a signal.</summary>
internal abstract class SignalBody<TState>(string name, TaskConfig config, TState[]? to)
    where TState : notnull
{
    public string Name => name;

    public AttemptRules Rules => config.Rules;

    /// <summary>The states that may follow; null: any.</summary>
    public TState[]? To => to;

    public SignalDefinition Define(States<TState> states) =>
        new(name, config.Policy, To?.Select(states.NameOf).Distinct().ToArray());

    /// <summary>Why a signal that was given just now does not fit; null when it does.</summary>
    /// <param name="payload">What it carries; null for nothing.</param>
    /// <param name="values">Reads it.</param>
    public abstract string? Misfit(StoredValue? payload, ValueCodec values);

    /// <summary>What one attempt calls.</summary>
    /// <param name="payload">What the signal carries; null for nothing.</param>
    /// <param name="values">Reads it.</param>
    public abstract Func<TaskContext, CancellationToken, ValueTask<TState>> With(
        StoredValue? payload,
        ValueCodec values
    );
}

/// <summary>A body that looks at no payload.</summary>
internal sealed class PlainSignal<TState>(
    string name,
    Func<TaskContext, CancellationToken, ValueTask<TState>> body,
    TaskConfig? config,
    TState[]? to
) : SignalBody<TState>(name, config ?? TaskConfig.Default, to)
    where TState : notnull
{
    public override string? Misfit(StoredValue? payload, ValueCodec values) => null;

    public override Func<TaskContext, CancellationToken, ValueTask<TState>> With(
        StoredValue? payload,
        ValueCodec values
    ) => body;
}

/// <summary>A body that gets the payload.</summary>
internal sealed class PayloadSignal<TState, TPayload>(
    string name,
    Func<TaskContext, TPayload, CancellationToken, ValueTask<TState>> body,
    TaskConfig? config,
    TState[]? to
) : SignalBody<TState>(name, config ?? TaskConfig.Default, to)
    where TState : notnull
{
    public override string? Misfit(StoredValue? payload, ValueCodec values) =>
        payload is null ? SignalPayload.Missing(Name, typeof(TPayload))
        : GivenValue.Misfit(payload.Json, typeof(TPayload), values) is { } why
            ? $"signal '{Name}' carries a `{payload.TypeName}`: {why}"
        : null;

    /// <exception cref="CanoException">The signal carries something else.</exception>
    public override Func<TaskContext, CancellationToken, ValueTask<TState>> With(
        StoredValue? payload,
        ValueCodec values
    )
    {
        var carried = SignalPayload.Read<TPayload>(Name, payload, values);
        return (context, cancel) => body(context, carried, cancel);
    }
}
