using System.Collections.Immutable;
using Cano.Runtime.Data;

namespace Cano.Runtime.Steps.Waits;

/// <summary>What a waiting state goes on with.</summary>
internal static class Wait
{
    /// <summary>A wait for nothing yet.</summary>
    public static Wait<TState> For<TState>()
        where TState : notnull => new();
}

/// <summary>What a waiting state goes on with: signals, each with what follows it, and at most one time.
/// Immutable: `On` and `After` give a changed copy.</summary>
internal sealed class Wait<TState>
    where TState : notnull
{
    internal ImmutableList<SignalBody<TState>> Signals { get; private init; } = [];

    internal ImmutableList<(TimeSpan Span, TState Next)> Deadlines { get; private init; } = [];

    /// <summary>Goes on to `next` when the signal comes.</summary>
    public Wait<TState> On(Signal signal, TState next) => With(SignalBody.Fixed(signal.Name, next));

    /// <summary>Chooses the next state when the signal comes.</summary>
    public Wait<TState> On(Signal signal, Func<TaskContext, TState> next, IEnumerable<TState>? to = null)
    {
        ArgumentNullException.ThrowIfNull(next);
        return On(signal, (context, _) => new ValueTask<TState>(next(context)), null, to);
    }

    /// <summary>Does work when the signal comes, and chooses the next state. Its further attempts wait for no
    /// second signal.</summary>
    public Wait<TState> On(
        Signal signal,
        Func<TaskContext, CancellationToken, ValueTask<TState>> body,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return With(new PlainSignal<TState>(signal.Name, body, config, to));
    }

    /// <summary>Goes on to `next` when the signal comes, whatever it carries.</summary>
    public Wait<TState> On<TPayload>(Signal<TPayload> signal, TState next) =>
        With(SignalBody.Fixed(signal.Name, next));

    /// <summary>Chooses the next state by what the signal carries.</summary>
    public Wait<TState> On<TPayload>(
        Signal<TPayload> signal,
        Func<TaskContext, TPayload, TState> next,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(next);
        return On(signal, (context, payload, _) => new ValueTask<TState>(next(context, payload)), null, to);
    }

    /// <summary>Does work with what the signal carries, and chooses the next state. Its further attempts get
    /// the same payload.</summary>
    public Wait<TState> On<TPayload>(
        Signal<TPayload> signal,
        Func<TaskContext, TPayload, CancellationToken, ValueTask<TState>> body,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return With(new PayloadSignal<TState, TPayload>(signal.Name, body, config, to));
    }

    /// <summary>Goes on to `next` when no signal has come for so long, which is not negative. Its due time is
    /// journaled.</summary>
    public Wait<TState> After(TimeSpan span, TState next)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(next);
        return new() { Signals = Signals, Deadlines = Deadlines.Add((span, next)) };
    }

    internal WaitDefinition Define() =>
        new(
            [.. Signals.Select(signal => signal.Define())],
            [.. Deadlines.Select(end => new DeadlineDefinition(end.Span, StateNames<TState>.Of(end.Next)))]
        );

    private Wait<TState> With(SignalBody<TState> signal) =>
        new() { Signals = Signals.Add(signal), Deadlines = Deadlines };
}
